"""What is always true of every noun: in one place, as what a row that breaks it would be."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from hkplein.db import Model
from hkplein.models import (
    Bid,
    Event,
    Founder,
    HelpLineHelper,
    Issue,
    Leg,
    Lesson,
    Notification,
    Person,
    PersonSkill,
    Pit,
    Pitstop,
    Question,
    Ring,
    RingLink,
    SearchEntry,
    Seat,
    SeatSkill,
    SignIn,
    Skill,
    Swap,
    Task,
    TaskSkill,
    Wish,
)
from hkplein.models.bid_rules import UNANSWERED
from hkplein.models.event import THINGS
from hkplein.models.issue_table import ENDED, MOVING
from hkplein.models.pitstop_table import HELD as HELPED
from hkplein.models.swap_rules import LIVE as LIVE_SWAP
from hkplein.models.wish_rules import LIVE as LIVE_WISH

HELD = ("taken", "reported", "done")


class Invariant(NamedTuple):
    """What no row of `model` is: said of a row as "task 7 …"."""

    model: type[Model]
    sentence: str
    broken: ColumnElement[bool]


def gone(who: Any) -> ColumnElement[bool]:
    """Somebody is named who can do nothing any more."""
    person = aliased(Person)
    return exists().where(person.id == who, or_(~person.active, person.role == "board"))


def is_(model: Any, *conditions: Any) -> ColumnElement[bool]:
    """There is a row of `model` for which all of this holds."""
    return exists(select(model.id).where(*conditions))


def unfindable(model: Any, *visible: Any) -> Invariant:
    """What people may find has its words in the index."""
    entry = is_(SearchEntry, SearchEntry.noun == model.__tablename__, SearchEntry.ref == model.id)
    return Invariant(model, "cannot be found by its words", and_(*visible, ~entry))


def _swapped_back() -> ColumnElement[bool]:
    """A task that this swap gave to somebody is with somebody else, and nothing happened to it since."""
    given, later = aliased(Event), aliased(Event)
    handed = select(func.max(given.id)).where(
        given.noun == "task", given.verb == "swap", given.task_id == Leg.task_id, given.whom_id == Leg.taker_id
    )
    given_at = handed.correlate(Leg).scalar_subquery()
    since = exists().where(later.noun == "task", later.task_id == Leg.task_id, later.id > given_at)
    now = and_(Task.id == Leg.task_id, Task.holder_id.is_distinct_from(Leg.taker_id))
    return exists(select(Leg.id).where(Leg.swap_id == Swap.id, Leg.round == Swap.round, now, ~since))


_hands = select(func.count()).where(Bid.task_id == Task.id, Bid.state == "raised").scalar_subquery()
_author_gone = exists().where(Person.id == Task.author_id, or_(~Person.active, Person.role == "board"))
_on_line = is_(HelpLineHelper, HelpLineHelper.line_id == Pitstop.line_id, HelpLineHelper.person_id == Pitstop.helper_id)
_leg = and_(Leg.swap_id == Swap.id, Leg.round == Swap.round)
_ring_of = is_(Ring, Ring.id == RingLink.ring_id, Ring.state == "proposed")
_things = {name: getattr(Event, f"{name}_id") for name in THINGS}

INVARIANTS: dict[str, tuple[Invariant, ...]] = {
    "person": (
        Invariant(
            SignIn, "is open, though the account is closed", is_(Person, Person.id == SignIn.person_id, ~Person.active)
        ),
        Invariant(Person, "is closed, and still administrator", ~Person.active & Person.steward),
        Invariant(Person, "is closed, and still in a pit", ~Person.active & Person.pit_id.is_not(None)),
        Invariant(Person, "is no colleague, and in a pit", (Person.role != "colleague") & Person.pit_id.is_not(None)),
        Invariant(Person, "is in a pit that is closed", is_(Pit, Pit.id == Person.pit_id, Pit.state == "closed")),
        Invariant(
            Person,
            "is of a partner that nobody knows, or is none",
            (Person.role == "partner") != Person.partner_id.is_not(None),
        ),
        Invariant(
            PersonSkill,
            "names a skill that was merged",
            is_(Skill, Skill.id == PersonSkill.skill_id, Skill.state == "merged"),
        ),
    ),
    "task": (
        Invariant(
            Task,
            "is taken, and nobody does it; or nobody took it, and somebody does",
            Task.state.in_(HELD) != Task.holder_id.is_not(None),
        ),
        Invariant(
            Task,
            "is done by somebody who is no longer there",
            Task.state.in_(("taken", "reported")) & gone(Task.holder_id),
        ),
        Invariant(Task, "counts more or fewer hands than are up", Task.hands != _hands),
        Invariant(Task, "is taken, and has free places", Task.state.in_(HELD) & (Task.places != 1)),
        Invariant(Task, "is offered, and not taken", Task.offered.is_not(None) & (Task.state != "taken")),
        Invariant(Task, "needs a mandate, and is offered to swap", Task.mandate & (Task.offered == "swap")),
        Invariant(
            Task, "waits for an author who is gone, or whom others stand in for", Task.author_left != _author_gone
        ),
        Invariant(
            TaskSkill,
            "names a skill that was merged",
            is_(Skill, Skill.id == TaskSkill.skill_id, Skill.state == "merged"),
        ),
        unfindable(Task, Task.state != "withdrawn"),
    ),
    "bid": (
        Invariant(Bid, "is of somebody who is no longer there", Bid.state.in_(UNANSWERED) & gone(Bid.person_id)),
        Invariant(
            Bid,
            "is up for a task that is not open",
            (Bid.state == "raised") & is_(Task, Task.id == Bid.task_id, Task.state != "open"),
        ),
        Invariant(
            Bid,
            "waits for a seat that has ended",
            Bid.state.in_(UNANSWERED) & is_(Seat, Seat.id == Bid.seat_id, Seat.state == "ended"),
        ),
        Invariant(
            Bid,
            "was accepted, and somebody else has the seat",
            (Bid.state == "accepted")
            & is_(Seat, Seat.id == Bid.seat_id, Seat.state == "filled", Seat.holder_id != Bid.person_id),
        ),
    ),
    "seat": (
        Invariant(Seat, "is held by somebody who is no longer there", (Seat.state == "filled") & gone(Seat.holder_id)),
        Invariant(
            Seat,
            "is filled, and nobody holds it; or open, and somebody does",
            or_(
                and_(Seat.state == "filled", Seat.holder_id.is_(None)),
                and_(Seat.state == "open", Seat.holder_id.is_not(None)),
            ),
        ),
        Invariant(
            Seat,
            "is there, though its issue has ended",
            (Seat.state != "ended") & is_(Issue, Issue.id == Seat.issue_id, Issue.state.in_(ENDED)),
        ),
        Invariant(
            SeatSkill,
            "names a skill that was merged",
            is_(Skill, Skill.id == SeatSkill.skill_id, Skill.state == "merged"),
        ),
        unfindable(Seat),
    ),
    "issue": (
        Invariant(Issue, "has no trekker", Issue.state.in_(MOVING) & Issue.trekker_id.is_(None)),
        Invariant(
            Issue,
            "is moved by somebody who is no longer there",
            Issue.state.in_(MOVING) & (gone(Issue.trekker_id) | gone(Issue.deputy_id)),
        ),
        Invariant(
            Issue,
            "is offered to somebody who is no longer there",
            Issue.state.in_(MOVING) & gone(Issue.offered_lead_id),
        ),
        Invariant(Issue, "has one person as trekker and deputy", Issue.trekker_id == Issue.deputy_id),
        unfindable(Issue),
    ),
    "question": (
        Invariant(
            Question,
            "was answered by nobody, or never",
            Question.answered_at.is_(None) != Question.answered_by_id.is_(None),
        ),
    ),
    "swap": (
        Invariant(
            Swap,
            "waits for somebody who is no longer there",
            Swap.state.in_(LIVE_SWAP) & (gone(Swap.proposer_id) | gone(Swap.other_id)),
        ),
        Invariant(
            Swap, "waits for somebody who has no part in it", Swap.turn_id.not_in((Swap.proposer_id, Swap.other_id))
        ),
        Invariant(Swap, "moves nothing", ~is_(Leg, _leg)),
        Invariant(
            Swap,
            "waits, though its tasks have changed hands",
            Swap.state.in_(LIVE_SWAP)
            & is_(Leg, _leg, is_(Task, Task.id == Leg.task_id, Task.holder_id.is_distinct_from(Leg.giver_id))),
        ),
        Invariant(
            Swap, "is done, and its tasks are elsewhere without a reason", (Swap.state == "done") & _swapped_back()
        ),
    ),
    "ring": (
        Invariant(RingLink, "waits, though its ring does not; or the other way around", RingLink.live != _ring_of),
        Invariant(
            RingLink,
            "gives a task that its person does not have",
            RingLink.live
            & is_(Task, Task.id == RingLink.gives_id, Task.holder_id.is_distinct_from(RingLink.person_id)),
        ),
        Invariant(RingLink, "waits for somebody who is no longer there", RingLink.live & gone(RingLink.person_id)),
        Invariant(
            RingLink,
            "waits for a wish that does not stand",
            RingLink.live & is_(Wish, Wish.id == RingLink.wish_id, Wish.state != "standing"),
        ),
    ),
    "wish": (
        Invariant(Wish, "is of somebody who is no longer there", Wish.state.in_(LIVE_WISH) & gone(Wish.person_id)),
        Invariant(
            Wish,
            "gives a task that its person does not have, or does not offer",
            (Wish.state == "standing")
            & is_(
                Task,
                Task.id == Wish.task_id,
                or_(Task.holder_id.is_distinct_from(Wish.person_id), Task.offered.is_distinct_from("swap")),
            ),
        ),
    ),
    "pitstop": (
        Invariant(Pitstop, "has no helper", Pitstop.state.in_(HELPED) & Pitstop.helper_id.is_(None)),
        Invariant(
            Pitstop,
            "is read by a helper who has left the line",
            Pitstop.state.in_(HELPED) & Pitstop.helper_id.is_not(None) & ~_on_line,
        ),
        Invariant(SearchEntry, "holds the words of a pitstop", SearchEntry.noun == "pitstop"),
    ),
    "help_line": (Invariant(HelpLineHelper, "is of somebody who is no longer there", gone(HelpLineHelper.person_id)),),
    "pit": (
        Invariant(
            Founder,
            "is asked of somebody who is no longer there",
            is_(Pit, Pit.id == Founder.pit_id, Pit.state == "starting")
            & Founder.agreed.is_not(False)
            & gone(Founder.person_id),
        ),
        Invariant(
            Pit,
            "is closed, and not when; or the other way around",
            (Pit.state == "closed") != Pit.closed_at.is_not(None),
        ),
    ),
    "skill": (
        Invariant(
            Skill,
            "is merged, and not into another; or the other way around",
            (Skill.state == "merged") != Skill.merged_into_id.is_not(None),
        ),
    ),
    "lesson": (unfindable(Lesson, Lesson.state == "shared"),),
    "notification": (
        Invariant(Notification, "is of an event that is not there", ~is_(Event, Event.id == Notification.event_id)),
        Invariant(
            Event,
            "happened to nothing",
            or_(*(and_(Event.noun == name, column.is_(None)) for name, column in _things.items())),
        ),
    ),
}
