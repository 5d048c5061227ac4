"""HK-plein: the internal marketplace of a self-organising municipality."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(config: dict[str, Any] | None = None) -> Flask:
    """Build the app from its parts; `config` overrides what the environment says."""
    from hkplein.web import build  # the set-up script imports this package before there are libraries

    return build(config)
