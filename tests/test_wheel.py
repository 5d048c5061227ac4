"""The wheel holds all that the product needs, and runs far from its sources."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from hkplein.config import ROOT
from tests.small_town import SMALL_TOWN

ASK = """
import hkplein, sys
assert hkplein.__file__.startswith(sys.prefix), hkplein.__file__
from hkplein.terminal import app_or_exit
client = app_or_exit().test_client()
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


@pytest.fixture
def elsewhere(wheel, tmp_path):
    """A fresh environment with the wheel in it, far from the sources; what it depends on is borrowed from this one."""
    home = tmp_path / "elsewhere"
    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    borrowed = sysconfig.get_path("purelib", vars={"base": str(home)})
    Path(borrowed, "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    machine = getattr(sys, "_base_executable", sys.executable)  # the venv of the tests may have no pip
    pip = [machine if has_pip(machine) else sys.executable, "-m", "pip", "--python", str(python)]
    subprocess.run([*pip, "install", "-q", "--no-index", "--no-deps", str(wheel)], check=True, capture_output=True)
    return home / "bin"


def has_pip(python):
    return subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0


def test_it_runs_elsewhere(elsewhere, tmp_path):
    environment = {
        "PATH": os.environ["PATH"],
        "HKPLEIN_SECRET_KEY": "k" * 40,
        "HKPLEIN_DATABASE_URL": f"sqlite:///{tmp_path / 'plein.sqlite3'}",
        "HKPLEIN_INSTANCE": str(tmp_path),
    }
    town = tmp_path / "town.yaml"
    town.write_text(SMALL_TOWN)
    for command, said in (
        ([elsewhere / "hkplein", "load", town], "Loaded 3 people"),
        ([elsewhere / "hkplein", "people"], "ans@duinmeer.example"),
        ([elsewhere / "python", "-c", ASK], ""),
    ):
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert said in done.stdout + done.stderr


def test_it_holds_no_tests_and_no_sources_of_others(wheel):
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
    assert not [name for name in names if name.startswith("tests/") or "node_modules" in name]
    for needed in ("hkplein/templates/base.html", "hkplein/migrations/env.py", "hkplein/static/dist/manifest.json"):
        assert needed in names
    assert "hkplein/translations/nl/LC_MESSAGES/messages.po" in names
    assert any(name.endswith("LICENSE") for name in names)
