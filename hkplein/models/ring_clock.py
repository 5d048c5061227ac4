"""What time does to swap rings: silence dissolves them, and what came to nothing is forgotten."""

from __future__ import annotations

from sqlalchemy import delete, select

from hkplein import terms
from hkplein.clock import by_the_clock, now
from hkplein.db import db
from hkplein.models.event import Event
from hkplein.models.ring import Ring, RingLink


@by_the_clock(lambda: select(Ring).where(Ring.state == "proposed", Ring.overdue()))
def expire(ring: Ring) -> None:
    """Somebody was silent until the deadline."""
    ring.expire()


@by_the_clock(
    lambda: select(Ring).where(Ring.state == "dissolved", ~Ring.again, Ring.ended_at < now() - terms.DISSOLVED.after)
)
def forget(ring: Ring) -> None:
    """A ring that came to nothing leaves no trace: it goes, with its links, events and notifications."""
    Event.forget(Event.ring_id == ring.id)
    db.session.execute(delete(RingLink).where(RingLink.ring_id == ring.id))
    db.session.execute(delete(Ring).where(Ring.id == ring.id))
