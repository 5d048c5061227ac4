"""`make scan`: the rules of the house catch their examples and find nothing in the code; every file has a licence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = "tests/semgrep"
SEMGREP = ["semgrep", "scan", "--metrics=off", "--disable-version-check", "--quiet"]
CHECKS = {
    "rules": [*SEMGREP, "--test", HERE],
    "code": [*SEMGREP, "--error", "--config", f"{HERE}/hkplein.yml", "hkplein", "templates", "static/js"],
    "licences": ["reuse", "lint", "--quiet"],
}


def main() -> int:
    """Run every check, and say how each went; 1 when one failed."""
    quiet = {**os.environ, "SEMGREP_SEND_METRICS": "off", "SEMGREP_ENABLE_VERSION_CHECK": "0"}
    failed = {name: subprocess.run(it, cwd=ROOT, env=quiet, check=False).returncode for name, it in CHECKS.items()}
    for name, code in failed.items():
        print(f"{'FAILED' if code else 'ok':8}{name}")
    return int(any(failed.values()))


if __name__ == "__main__":
    sys.exit(main())
