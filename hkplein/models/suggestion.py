"""What fits somebody, and why: computed when it is looked at, from what that person entered, and never kept."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Integer,
    and_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import joinedload, selectinload

from hkplein.clock import today
from hkplein.db import db
from hkplein.fit import Fit, Profile, Work, choose, explain
from hkplein.models.card import SeatCard, TaskCard, read_cards
from hkplein.models.issue import Issue
from hkplein.models.person import Person, PersonSkill
from hkplein.models.seat import Seat, SeatSkill
from hkplein.models.skill import Skill, skill_name
from hkplein.models.square import OFFERED, OPEN, SEATS, Wanted, first_of, select_keys
from hkplein.models.task import Task, TaskSkill

CANDIDATES = 40  # things of each kind that are looked at
GIVEN = "given"


@dataclass(frozen=True)
class Suggestion:
    """A task, a seat or a deputy's place that fits somebody, and why."""

    card: Any  # of a deputy's place: its issue
    fit: Fit


def suggestions(person: Person) -> list[Suggestion]:
    """Up to five things that fit what `person` entered, each with its reasons; nothing of it is kept.

    Tasks, seats and deputy's places take turns, the soonest of each first.
    """
    profile = profile_for(person)
    if profile is None or profile.empty:
        return []
    kinds: dict[str, list[tuple[Any, Work]]] = {"task": [], "seat": [], "issue": _deputies(person, profile)}
    for card in _cards(person, profile):
        kinds[card.noun].append((card, work_of(card, card.skills)))
    turns = [pair for pair in chain.from_iterable(zip_longest(*kinds.values())) if pair]
    chosen = choose(turns, profile, lambda pair: pair[1], lambda pair: pair[0].pit_id)
    return [Suggestion(card, fit) for (card, _work), fit in chosen]


def _cards(person: Person, profile: Profile) -> list[TaskCard | SeatCard]:
    """What on the square may fit, the soonest first."""
    known, room = profile.can | profile.learns, profile.room or 0
    asks, seats = select(TaskSkill.task_id), select(SeatSkill.seat_id)
    task = or_(
        Task.id.in_(asks.where(TaskSkill.skill_id.in_(known))),
        Task.learns_id.in_(profile.learns),
        and_(Task.hours <= room, Task.id.not_in(asks)),
    )
    seat = or_(
        Seat.id.in_(seats.where(SeatSkill.skill_id.in_(known))),
        and_(Seat.hours <= room, Seat.id.not_in(seats)),
    )
    own = [Task.author_id != person.id, Task.due >= today(), Task.id.not_in(person.hand_task_ids)]
    filters = (
        (OPEN, [task, *own]),
        (OFFERED, [task, *own, Task.offered == "give", Task.holder_id != person.id]),
        (SEATS, [seat, Seat.issue_id.not_in(person.team_ids), Seat.id.not_in(person.fact("seat-hand"))]),
    )
    found = [select_keys(part, where, Wanted(), CANDIDATES) for part, where in filters]
    return read_cards(db.session.execute(first_of(found, CANDIDATES * len(found))))


def _deputies(person: Person, profile: Profile) -> list[tuple[Issue, Work]]:
    """The issues that look for a deputy and may fit, those that do so longest first, each with what its seats ask."""
    asked = (
        select(Seat.issue_id, SeatSkill.skill_id)
        .join(SeatSkill, SeatSkill.seat_id == Seat.id)
        .where(Seat.state != "ended")
        .subquery()
    )
    fits = asked.c.skill_id.in_(profile.can | profile.learns)
    may = Issue.deputisable_by(person), Issue.state.in_(Issue.VERBS["deputise"].start)
    none = Issue.id.not_in(select(asked.c.issue_id)) if profile.room else false()
    whole = joinedload(Issue.pit), joinedload(Issue.trekker).lazyload(Person.skills), selectinload(Issue.partners)
    found = select(Issue).where(*may, or_(Issue.id.in_(select(asked.c.issue_id).where(fits)), none)).options(*whole)
    issues = db.session.scalars(found.order_by(Issue.id).limit(CANDIDATES)).all()
    named = select(asked.c.issue_id, Skill.id, skill_name()).join(Skill, Skill.id == asked.c.skill_id)
    skills: dict[int, dict[int, str]] = {issue.id: {} for issue in issues}
    for issue_id, id_, name in db.session.execute(named.where(asked.c.issue_id.in_(skills))):
        skills[issue_id][id_] = name
    return [(issue, work_of(issue, skills[issue.id])) for issue in issues]


def work_of(thing: Any, skills: Mapping[int, str]) -> Work:
    """What a task, a seat, or the deputy's place of an issue asks; `skills` by id and name."""
    if thing.noun == "task":
        learned = thing.learns and thing.learns.name if isinstance(thing, Task) else thing.learns_name
        learns = {thing.learns_id: learned} if learned else {}
        return Work("task", thing.hours, thing.due, skills, learns, thing.place)
    if thing.noun == "seat":
        return Work("seat", thing.hours, thing.until, skills)
    return Work("deputy", date=thing.round_ends, skills=skills)


def names(skills: Iterable[Skill]) -> dict[int, str]:
    """Skills by id and name."""
    return {skill.id: skill.name for skill in skills}


def why(thing: Any, skills: Mapping[int, str], profile: Profile | None) -> Fit | None:
    """Why a thing fits, for nobody but whose profile it is; None without one."""
    return explain(work_of(thing, skills), profile) if profile else None


def profile_for(person: Person) -> Profile | None:
    """What `person` entered about what fits; None for who switched that off, or does not work here."""
    if not (person.suggestions and person.colleague):
        return None
    entered = db.session.connection().execute(_entered(), {"me": person.id}).all()
    levels = {id_: level for id_, level in entered if level != GIVEN}
    return profile_of(person, levels, next(hours for hours, level in entered if level == GIVEN))


def profile_of(person: Person, levels: Mapping[int, str], given: int) -> Profile:
    """What somebody entered about what fits, with the hours that are `given` to seats; a past absence is forgotten."""
    over = person.away_until is not None and person.away_until < today()
    return Profile(
        can=frozenset(id_ for id_, level in levels.items() if level != "learns"),
        learns=frozenset(id_ for id_, level in levels.items() if level == "learns"),
        room=person.room,
        given=given,
        near=tuple(filter(None, (place.strip() for place in person.near.split(",")))),
        away_from=None if over else person.away_from,
        away_until=person.away_until,
    )


def given_by(person_id: Any) -> Any:
    """The hours a week that somebody gives to seats already, as a column."""
    hours = select(func.coalesce(func.sum(Seat.hours), 0)).where(Seat.holder_id == person_id, Seat.state == "filled")
    return hours.correlate(Person).scalar_subquery()


@functools.cache
def _entered() -> CompoundSelect[Any]:
    """The level of each skill that somebody named, by its id; and under GIVEN the hours that seats have already."""
    me = bindparam("me", type_=Integer)
    named = select(PersonSkill.skill_id, PersonSkill.level).where(PersonSkill.person_id == me)
    return union_all(named, select(given_by(me), literal(GIVEN)))
