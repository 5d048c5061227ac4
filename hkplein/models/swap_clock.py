"""What time does to swaps: silence ends them, and what was declined is forgotten."""

from __future__ import annotations

from sqlalchemy import delete, select

from hkplein import terms
from hkplein.clock import by_the_clock, end_of, now, working_days_ago
from hkplein.db import change, db
from hkplein.models.event import Event
from hkplein.models.swap import Leg, Swap

SILENCE = 10  # working days


@by_the_clock(lambda: select(Swap).where(Swap.live(), Swap.moved_at <= end_of(working_days_ago(SILENCE))))
def expire(swap: Swap) -> None:
    """Nobody answered for ten working days; both hear that it has ended."""
    change(swap, "expire", moved_at=now())
    Event.record(swap, "expire", by=None, tell={"swap": [swap.proposer_id, swap.other_id]})


@by_the_clock(lambda: select(Swap).where(Swap.state == "declined", Swap.moved_at < now() - terms.DECLINED.after))
def forget(swap: Swap) -> None:
    """A no leaves no trace: the proposal goes, with its legs, events and notifications."""
    Event.forget(Event.swap_id == swap.id)
    db.session.execute(delete(Leg).where(Leg.swap_id == swap.id))
    db.session.execute(delete(Swap).where(Swap.id == swap.id, Swap.state == "declined"))
