"""What time does to swap rings: silence dissolves them, and what came to nothing is forgotten."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from hkplein.clock import by_the_clock, now
from hkplein.db import db
from hkplein.models.event import Event, Notification
from hkplein.models.ring import Ring, RingLink

KEPT = timedelta(days=30)  # that a dissolved ring is kept; calendar days, for this is a promise about privacy


@by_the_clock(lambda: select(Ring).where(Ring.state == "proposed", Ring.overdue()))
def expire(ring: Ring) -> None:
    """Somebody was silent until the deadline."""
    ring.expire()


@by_the_clock(lambda: select(Ring).where(Ring.state == "dissolved", ~Ring.again, Ring.ended_at < now() - KEPT))
def forget(ring: Ring) -> None:
    """A ring that came to nothing leaves no trace: it goes, with its links, events and notifications."""
    events = select(Event.id).where(Event.ring_id == ring.id)
    db.session.execute(delete(Notification).where(Notification.event_id.in_(events)))
    db.session.execute(delete(Event).where(Event.ring_id == ring.id))
    db.session.execute(delete(RingLink).where(RingLink.ring_id == ring.id))
    db.session.execute(delete(Ring).where(Ring.id == ring.id))
