"""Swap rings: A does B's work, B does C's, C does A's; or a chain that begins with somebody who gives none back.

A graph of wishes goes in; the best rings and chains come out, with a certificate of how good they are that `check`
verifies on its own. No database, no web; what is heavy is imported when it is used, numpy as well: the web processes
carry none of it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hkplein.rings.checking import Refuted, check
    from hkplein.rings.clearing import Clearing, clear
    from hkplein.rings.graph import Graph
    from hkplein.rings.reading import Broken, read
    from hkplein.rings.reduction import surroundings

__all__ = ["Broken", "Clearing", "Graph", "Refuted", "check", "clear", "read", "surroundings"]
WHERE = {
    "Broken": "reading",
    "Clearing": "clearing",
    "Graph": "graph",
    "Refuted": "checking",
    "check": "checking",
    "clear": "clearing",
    "read": "reading",
    "surroundings": "reduction",
}


def __getattr__(name: str) -> Any:
    """What is asked for, from the file that has it."""
    if name not in WHERE:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"{__name__}.{WHERE[name]}"), name)
