"""What time does to pits: a start that gets no answer ends."""

from __future__ import annotations

from sqlalchemy import select

from hkplein.clock import by_the_clock, end_of, working_days_ago
from hkplein.models.pit import Pit

STARTED_BY = 20  # working days in which all three founders say yes


@by_the_clock(
    lambda: select(Pit).where(Pit.state == "starting", Pit.created_at <= end_of(working_days_ago(STARTED_BY)))
)
def fade(pit: Pit) -> None:
    """Not everybody said yes."""
    pit.fade()
