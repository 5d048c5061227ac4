"""A wheel without the built assets would be a site without looks: refuse to make one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsMustExist(BuildHookInterface[Any]):
    """Hatchling calls this before it makes a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Raise RuntimeError unless `make assets` has been run."""
        if version != "editable" and not (Path(self.root) / "static/dist/manifest.json").is_file():
            raise RuntimeError("static/dist is missing: run `make assets` before building the wheel")
