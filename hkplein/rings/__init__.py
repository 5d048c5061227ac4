"""Swap rings: A does B's work, B does C's, C does A's; or a chain that begins with somebody who gives none back.

A graph of wishes goes in; the best rings and chains come out, with a certificate of how good they are that `check`
verifies on its own. No database, no web; what is heavy is imported when it is used.
"""

from __future__ import annotations

from hkplein.rings.checking import Refuted, check
from hkplein.rings.clearing import Clearing, clear
from hkplein.rings.graph import Graph
from hkplein.rings.reading import Broken, read
from hkplein.rings.reduction import surroundings

__all__ = ["Broken", "Clearing", "Graph", "Refuted", "check", "clear", "read", "surroundings"]
