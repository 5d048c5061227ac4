"""What time does to swaps: silence ends them, and what was declined is forgotten."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from hkplein.clock import by_the_clock, end_of, now, working_days_ago
from hkplein.db import change, db
from hkplein.models.event import Event, Notification
from hkplein.models.swap import Leg, Swap

SILENCE = 10  # working days
KEPT = timedelta(days=30)  # that a declined proposal is kept; calendar days, for this is a promise about privacy


@by_the_clock(lambda: select(Swap).where(Swap.live(), Swap.moved_at <= end_of(working_days_ago(SILENCE))))
def expire(swap: Swap) -> None:
    """Nobody answered for ten working days; both hear that it has ended."""
    change(swap, "expire", moved_at=now())
    Event.record(swap, "expire", by=None, tell={"swap": [swap.proposer_id, swap.other_id]})


@by_the_clock(lambda: select(Swap).where(Swap.state == "declined", Swap.moved_at < now() - KEPT))
def forget(swap: Swap) -> None:
    """A no leaves no trace: the proposal goes, with its legs, events and notifications."""
    events = select(Event.id).where(Event.swap_id == swap.id)
    db.session.execute(delete(Notification).where(Notification.event_id.in_(events)))
    db.session.execute(delete(Event).where(Event.swap_id == swap.id))
    db.session.execute(delete(Leg).where(Leg.swap_id == swap.id))
    db.session.execute(delete(Swap).where(Swap.id == swap.id, Swap.state == "declined"))
