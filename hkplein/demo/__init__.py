"""The demo: an invented municipality, and the names from which its people are made."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
TOWN = HERE / "kolkwaarden.yaml"
NAMES = HERE / "names.yaml"
PASSWORD = "welkom-op-het-plein"  # noqa: S105 - of everybody in a demo, and told to everybody there
