"""Mistakes that a harness must find, planted in the server and asleep until a file with their name says otherwise."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ.get("HARNESS_MUTANTS", "/nonexistent"))


def awake(name: str) -> bool:
    """Whether this mistake is made now."""
    return (FOLDER / name).exists()


def instead(name: str, right: Callable[..., Any], wrong: Callable[..., Any]) -> Callable[..., Any]:
    """`right`, or `wrong` while the mistake is awake."""

    def either(*args: Any, **named: Any) -> Any:
        return (wrong if awake(name) else right)(*args, **named)

    either.__name__ = getattr(right, "__name__", name)
    return either
