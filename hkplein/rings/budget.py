"""Seconds that may be spent."""

from __future__ import annotations

import time


class Budget:
    """CPU seconds of this process from now on; other work on the machine takes nothing from it."""

    OPERATIONS = 1e8  # arcs that a compiled loop looks at in a second, with caution

    def __init__(self, seconds: float) -> None:
        self.seconds, self.begun, self.begun_on_the_wall = seconds, time.process_time(), time.perf_counter()

    @property
    def spent(self) -> float:
        """How many were spent."""
        return time.process_time() - self.begun

    @property
    def left(self) -> float:
        """How many may still be spent; below 0 when it is over."""
        return self.seconds - self.spent

    @property
    def effort(self) -> float:
        """How many arcs a loop may look at within half of what is left."""
        return max(self.left / 2, 0.02) * self.OPERATIONS

    def wall(self, share: float = 1.0) -> float:
        """That share of what is left, in seconds on the wall as they went by until now."""
        slowness = (time.perf_counter() - self.begun_on_the_wall) / max(self.spent, 0.01)
        return max(self.left * share, 0.02) * min(max(slowness, 1.0), 10.0)
