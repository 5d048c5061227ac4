"""The wheel holds all that the product needs, and runs far from its sources."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile

import pytest

from hkplein.config import ROOT

ASK = """
import hkplein, sys
assert hkplein.__file__.startswith(sys.argv[1]), hkplein.__file__
from hkplein.cli import app_or_exit
from hkplein import schema
app = app_or_exit()
with app.app_context():
    schema.upgrade()
client = app.test_client()
page = client.get("/sign-in")
assert page.status_code == 200 and "Welkom op het plein" in page.text, page.text[:500]
styles = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
assert client.get(styles).status_code == 200, styles
"""


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    if not (ROOT / "static/dist/manifest.json").exists():
        pytest.fail("no assets: run the tests with make test, which builds them")
    out = tmp_path_factory.mktemp("wheel")
    run = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(run, cwd=ROOT, check=True, capture_output=True, text=True)
    return next(out.glob("*.whl"))


def test_it_runs_elsewhere(wheel, tmp_path):
    home = tmp_path / "elsewhere"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(home)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(home),
        "HKPLEIN_SECRET_KEY": "k" * 40,
        "HKPLEIN_DATABASE_URL": f"sqlite:///{tmp_path / 'plein.sqlite3'}",
        "HKPLEIN_INSTANCE": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(home)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_it_holds_no_tests_and_no_sources_of_others(wheel):
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
    assert not [name for name in names if name.startswith("tests/") or "node_modules" in name]
    for needed in ("hkplein/templates/base.html", "hkplein/migrations/env.py", "hkplein/static/dist/manifest.json"):
        assert needed in names
    assert "hkplein/translations/nl/LC_MESSAGES/messages.po" in names
    assert any(name.endswith("LICENSE") for name in names)
