"""The rules for semgrep: each with an example that it catches and one that it lets pass; `make scan` runs them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from hkplein.config import ROOT

HERE = ROOT / "tests/semgrep"
SEMGREP = Path(ROOT / ".venv/scan/bin/semgrep")
RULES = {rule["id"]: rule for rule in yaml.safe_load((HERE / "hkplein.yml").read_text())["rules"]}
EXAMPLES = "\n".join(path.read_text() for path in HERE.glob("hkplein.*") if path.suffix != ".yml")


def test_every_rule_has_an_example_that_it_catches():
    for kind in ("ruleid", "ok"):
        assert set(re.findall(rf"{kind}: ([\w-]+)", EXAMPLES)) == set(RULES), kind
    assert all(rule["message"] and rule["severity"] == "ERROR" for rule in RULES.values())


@pytest.mark.skipif(not SEMGREP.exists(), reason="make scan installs semgrep")
def test_semgrep_catches_the_examples():
    path = {"PATH": f"{SEMGREP.parent}:/usr/bin:/bin", "HOME": "/tmp"}
    run = [SEMGREP, "scan", "--metrics=off", "--disable-version-check", "--test", HERE]
    done = subprocess.run(run, cwd=ROOT, env=path, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and f"{len(RULES)}/{len(RULES)}" in done.stdout, done.stdout + done.stderr
