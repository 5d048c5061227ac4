"""What time does to wishes: asked again every week, resting after as long a silence."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, select

from hkplein import terms
from hkplein.clock import by_the_clock, end_of, now, working_days_ago
from hkplein.db import change, db
from hkplein.models.event import Event
from hkplein.models.refused_leg import RefusedLeg
from hkplein.models.ring import RingLink
from hkplein.models.wish import WEEK, Wish


def _silent(days: int, *, asked: bool) -> list[ColumnElement[bool]]:
    """Nobody spoke of it for so many working days; a wish in a ring that waits for an answer is left alone."""
    in_ring = select(RingLink.id).where(RingLink.wish_id == Wish.id, RingLink.live).exists()
    return [
        Wish.state == "standing",
        Wish.asked.is_(asked),
        Wish.kept_at <= end_of(working_days_ago(days)),
        ~in_ring,
    ]


@by_the_clock(lambda: select(Wish).where(*_silent(WEEK, asked=False)))
def ask(wish: Wish) -> None:
    """It has stood for a week: does it still?"""
    change(wish, "ask", asked=True)
    Event.record(wish, "ask", by=None, tell={"you": [wish.person_id]})


@by_the_clock(lambda: select(Wish).where(*_silent(2 * WEEK, asked=True)))
def lapse(wish: Wish) -> None:
    """No word for a week since it was asked: it rests."""
    change(wish, "lapse")
    Event.record(wish, "lapse", by=None, tell={"you": [wish.person_id]})


@by_the_clock(lambda: select(RefusedLeg).where(RefusedLeg.at < now() - terms.DISSOLVED.after))
def forget(leg: RefusedLeg) -> None:
    """A no leaves no trace."""
    db.session.execute(delete(RefusedLeg).where(RefusedLeg.id == leg.id))
