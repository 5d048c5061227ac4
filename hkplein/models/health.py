"""How the whole is doing, in totals: about work and promises, never about people."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import Select, func, select

from hkplein.clock import now
from hkplein.db import db
from hkplein.models.help_line import HelpLine
from hkplein.models.issue import Issue
from hkplein.models.person import Person
from hkplein.models.pitstop import Pitstop
from hkplein.models.pitstop_table import WAITING
from hkplein.models.ring import Ring, RingLink
from hkplein.models.task import Task

FEWEST = 5  # people (or pitstops, each of somebody) that a total is about, at least


class Health(NamedTuple):
    """The totals of the health page; None where it would be about fewer than five."""

    lines: list[tuple[str, int | None]]  # help lines where pitstops wait three times the promise
    tasks: dict[str, int]  # open tasks by age: "week", "month", "longer"
    rings: dict[str, int] | None  # in the last twelve weeks: "done" and "dissolved" rings, "moved" tasks
    leaderless: int  # issues that seek a trekker for more than two weeks


def few(count: int) -> int | None:
    """A count, or None when it would be about fewer than five."""
    return count if count >= FEWEST else None


def health() -> Health | None:
    """The totals; None when so few people work here that every total is about somebody."""
    colleagues = select(func.count()).where(Person.active, Person.role == "colleague")
    if few(db.session.scalar(colleagues) or 0) is None:
        return None
    lines = [(name, few(count)) for name, count in db.session.execute(overdue_lines())]
    seeking = select(func.count()).where(Issue.state == "seeking", Issue.sought_at < now() - timedelta(days=14))
    return Health(lines, open_tasks(), rings(), db.session.scalar(seeking) or 0)


def open_tasks() -> dict[str, int]:
    """How long open tasks stand on the square: up to a week, up to four weeks, longer."""
    week, month = now() - timedelta(days=7), now() - timedelta(days=28)
    counts = select(
        func.count().filter(Task.posted_at > week),
        func.count().filter(Task.posted_at <= week, Task.posted_at > month),
        func.count().filter(Task.posted_at <= month),
    ).where(Task.state == "open")
    return dict(zip(("week", "month", "longer"), db.session.execute(counts).one(), strict=True))


def overdue_lines() -> Select[str, int]:
    """Per line how many pitstops wait three times as long as promised: (name, count), and no names of people."""
    return (
        select(HelpLine.name, func.count())
        .join(Pitstop, Pitstop.line_id == HelpLine.id)
        .where(Pitstop.reminded == 3, Pitstop.state.in_(WAITING))
        .group_by(HelpLine.id)
        .order_by(HelpLine.name)
    )


def rings() -> dict[str, int] | None:
    """What came of swap rings in the last twelve weeks; None when fewer than five people were in one."""
    lately = Ring.at > now() - timedelta(weeks=12)
    people = select(func.count(RingLink.person_id.distinct())).join(Ring, Ring.id == RingLink.ring_id).where(lately)
    if few(db.session.scalar(people) or 0) is None:
        return None
    states = dict(db.session.execute(select(Ring.state, func.count()).where(lately).group_by(Ring.state)).all())
    moved = select(func.count(RingLink.takes_id)).join(Ring, Ring.id == RingLink.ring_id)
    moved = moved.where(lately, Ring.state == "done")
    return {**dict.fromkeys(Ring.STATES, 0), **states, "moved": db.session.scalar(moved) or 0}
