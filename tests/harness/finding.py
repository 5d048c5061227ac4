"""What came of trying a promise."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass
class Finding:
    """A promise, what was counted while it was tried, and what broke it; or why it could not be tried."""

    promise: str
    number: str = ""
    wrong: list[str] = field(default_factory=list)
    unmeasured: str = ""

    @property
    def held(self) -> bool:
        """Nothing broke it."""
        return not self.wrong and not self.unmeasured

    @property
    def verdict(self) -> str:
        """In one word or two."""
        return "not measured" if self.unmeasured else "broken" if self.wrong else "held"

    def expect(self, holds: object, otherwise: str) -> None:
        """Note `otherwise` unless this holds."""
        if not holds:
            self.wrong.append(otherwise)


def p99(seconds: Iterable[float]) -> float:
    """What 99 of 100 stay under."""
    found = sorted(seconds)
    return found[math.ceil(len(found) * 0.99) - 1] if found else 0.0


def table(rows: Sequence[tuple[str, Finding]]) -> str:
    """One line for each promise and database, and below it what broke those that did not hold."""
    lines = [("promise", "database", "number", "")]
    lines += [(each.promise, where, each.unmeasured or each.number, each.verdict) for where, each in rows]
    widths = [max(len(line[n]) for line in lines) for n in range(4)]
    drawn = ["  ".join(part.ljust(width) for part, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    drawn.insert(1, "  ".join("-" * width for width in widths))
    for where, each in rows:
        drawn += [f"{each.promise}, {where}: {line}" for line in each.wrong[:5]]
    return "\n".join(drawn)
