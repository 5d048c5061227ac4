"""What on the square fits somebody: computed when it is looked at, from what that person entered, and never kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select

from hkplein.clock import today
from hkplein.db import db
from hkplein.fit import Fit, Profile, Work, choose
from hkplein.models.card import SeatCard, TaskCard, read_cards
from hkplein.models.person import Person
from hkplein.models.seat import Seat, SeatSkill
from hkplein.models.square import OFFERED, OPEN, SEATS, Wanted, first_of, select_keys
from hkplein.models.task import Task, TaskSkill

CANDIDATES = 100  # things that are looked at


@dataclass(frozen=True)
class Suggestion:
    """A task or a seat that fits somebody, and why."""

    card: Any
    fit: Fit

    @property
    def reasons(self) -> list[tuple[bool, str]]:
        """What fits (True) and what is missing (False), each in a sentence."""
        return [(True, one) for one in self.fit.sentences] + [(False, one) for one in self.fit.gaps]


def suggestions(person: Person) -> list[Suggestion]:
    """Up to five things on the square that fit what `person` entered, each with its reasons; nothing of it is kept."""
    profile = profile_of(person)
    if profile.empty or not (person.suggestions and person.colleague):
        return []
    known = profile.can | profile.learns
    asks = select(TaskSkill.task_id)
    seats = select(SeatSkill.seat_id)
    task = or_(
        Task.id.in_(asks.where(TaskSkill.skill_id.in_(known))),
        Task.learns_id.in_(profile.learns),
        and_(Task.hours <= (profile.room or 0), Task.id.not_in(asks)),
    )
    seat = or_(
        Seat.id.in_(seats.where(SeatSkill.skill_id.in_(known))),
        and_(Seat.hours <= (profile.room or 0), Seat.id.not_in(seats)),
    )
    own = [Task.author_id != person.id, Task.due >= today(), Task.id.not_in(person.hand_task_ids)]
    filters = (
        (OPEN, [task, *own]),
        (OFFERED, [task, *own, Task.offered == "give", Task.holder_id != person.id]),
        (SEATS, [seat, Seat.issue_id.not_in(person.team_ids), Seat.id.not_in(person.fact("seat-hand"))]),
    )
    found = [select_keys(part, where, Wanted(), CANDIDATES) for part, where in filters]
    near = read_cards(db.session.execute(first_of(found, CANDIDATES)))
    chosen = choose(near, profile, work_of, lambda card: card.pit_id)
    return [Suggestion(card, fit) for card, fit in chosen]


def profile_of(person: Person) -> Profile:
    """What `person` entered about what fits."""
    levels = {skill.skill_id: skill.level for skill in person.skills}
    return Profile(
        can=frozenset(id_ for id_, level in levels.items() if level != "learns"),
        learns=frozenset(id_ for id_, level in levels.items() if level == "learns"),
        room=person.room,
        away_from=person.away_from,
        away_until=person.away_until,
    )


def work_of(card: TaskCard | SeatCard) -> Work:
    """What the thing on a card asks."""
    if isinstance(card, SeatCard):
        return Work(card.hours, card.until, card.skills, weekly=True)
    learns = {card.learns_id: card.learns_name or ""} if card.learns_id else {}
    return Work(card.hours, card.due, card.skills, learns)
