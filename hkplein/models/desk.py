"""Somebody's desk: what was promised, what waits for an answer, and the news of the home pit; one query each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Integer, Select, String, and_, cast, literal, null, or_, select, union_all

from hkplein.clock import local, now, today
from hkplein.db import db
from hkplein.i18n import _l
from hkplein.models.bid import Bid
from hkplein.models.event import Event
from hkplein.models.help_line import HelpLine
from hkplein.models.issue import Issue
from hkplein.models.issue_rules import STALE
from hkplein.models.issue_table import MOVING
from hkplein.models.issue_table import PRIVATE as OF_ISSUES
from hkplein.models.person import Person
from hkplein.models.pit import Founder, Pit
from hkplein.models.pit_rules import PRIVATE as OF_PITS
from hkplein.models.pitstop import Pitstop
from hkplein.models.pitstop_rules import asks
from hkplein.models.pitstop_table import LIVE
from hkplein.models.pitstop_table import WAITING as WAITS
from hkplein.models.ring import Ring
from hkplein.models.seat import Seat
from hkplein.models.swap import Swap
from hkplein.models.task import Task
from hkplein.models.update import Question
from hkplein.models.wish import Wish

_SHOWN = (Bid, HelpLine, Issue, Pit, Pitstop, Ring, Seat, Swap, Task, Wish)
PLACES = {model.__tablename__: model.PLACE for model in _SHOWN}

# What may wait for somebody: the icon, and the sentence; %(what)s is the title of the thing.
WAITING = {
    "hands": ("hand-stop", _l("Colleagues raised their hand for “%(what)s”. Choose one.")),
    "reported": ("circle-check", _l("“%(what)s” is reported as done. Have a look and confirm it.")),
    "expired": ("clock", _l("Nobody took “%(what)s” in time. What would help?")),
    "past": ("calendar", _l("The date of “%(what)s” has passed. Choose what you do with it.")),
    "swap": ("arrows-exchange", _l("It is your turn in a swap.")),
    "ring": ("refresh", _l("There is a swap ring with you in it. Do you want it?")),
    "wish": ("heart", _l("Do you still want this? Your wish has stood for a week.")),
    "invited": ("mail", _l("You are invited to the seat “%(what)s”.")),
    "bids": ("hand-stop", _l("Somebody wants the seat “%(what)s”. Give an answer.")),
    "lead": ("flag", _l("You are asked to become trekker of “%(what)s”.")),
    "belongs": ("flag", _l("Your pit is asked to take over “%(what)s”.")),
    "silent": ("refresh", _l("How is “%(what)s” going? Its state of play is old.")),
    "forming": ("users", _l("The team of “%(what)s” has been forming for six weeks. Start, or say that you go on.")),
    "deputy": ("user-plus", _l("“%(what)s” has no deputy. Ask a colleague to step in when you cannot.")),
    "idea": ("bulb", _l("“%(what)s” is still an idea. Look for a trekker, or let it go.")),
    "round": ("flag", _l("The round of “%(what)s” is over. Finish it, or begin another round.")),
    "look-again": ("player-pause", _l("“%(what)s” is paused; today you would look at it again.")),
    "question": ("help-circle", _l("There is a question about “%(what)s”.")),
    "answer": ("lifebuoy", _l("Your pitstop “%(what)s” waits for you.")),
    "help": ("lifebuoy", _l("A pitstop that you picked up waits for you: “%(what)s”.")),
    "queue": ("lifebuoy", _l("A colleague waits for help on “%(what)s”.")),
    "wider": ("lifebuoy", _l("Nobody picked up “%(what)s” yet. May it be asked wider?")),
    "founder": ("users", _l("You are asked to start “%(what)s” together.")),
}


# What passed between a few people is no news for the whole pit.
NO_NEWS = Task.PRIVATE.union(OF_ISSUES - {"ask", "update"}, OF_PITS)


@dataclass(frozen=True, slots=True)
class Promise:
    """One thing that somebody promised: a task, a seat, an issue to move or a pitstop to help with."""

    noun: str
    id: int
    title: str
    when: date | None
    hours: int | None
    context: str

    @property
    def url(self) -> str:
        return f"/{PLACES[self.noun]}/{self.id}"

    @property
    def past(self) -> bool:
        """Its date has gone by."""
        return self.when is not None and self.when < today()


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for somebody's answer."""

    kind: str
    noun: str
    id: int
    title: str
    since: datetime | None

    @property
    def url(self) -> str:
        return f"/{PLACES[self.noun]}/{self.id}"

    @property
    def icon(self) -> str:
        return WAITING[self.kind][0]

    def sentence(self) -> str:
        """What is asked, in the language of whoever reads it."""
        return str(WAITING[self.kind][1]) % {"what": self.title}


def promised(person: Person) -> list[Promise]:
    """What `person` promised to the home pit and to teams, in one list, soonest first."""

    def line(noun: str, id_: Any, title: Any, when: Any, hours: Any, context: Any, at: Any = None) -> Select[Any]:
        moment = cast(null(), Task.taken_at.type) if at is None else at
        return select(literal(noun, String), id_, title, when, cast(hours, Integer), context, moment)

    me = person.id
    found = union_all(
        line("task", Task.id, Task.title, Task.due, Task.hours, Pit.name)
        .outerjoin(Pit, Pit.id == Task.pit_id)
        .where(Task.holder_id == me, Task.state == "taken"),
        line("seat", Seat.id, Seat.title, Seat.until, Seat.hours, Issue.title)
        .join(Issue, Issue.id == Seat.issue_id)
        .where(Seat.holder_id == me, Seat.state == "filled"),
        line("issue", Issue.id, Issue.title, Issue.round_ends, null(), Issue.theme).where(
            or_(Issue.trekker_id == me, Issue.deputy_id == me), Issue.state.in_(MOVING)
        ),
        line("pitstop", Pitstop.id, _topic(), null(), null(), HelpLine.name, Pitstop.planned_at)
        .join(HelpLine, HelpLine.id == Pitstop.line_id)
        .where(Pitstop.helper_id == me, Pitstop.state.in_(LIVE)),
    )
    rows = [
        Promise(noun, id_, title, local(at).date() if at and at > now() else when, hours, context)
        for noun, id_, title, when, hours, context, at in db.session.execute(found)
    ]
    return sorted(rows, key=lambda row: (row.when or date.max, row.noun, row.id))


def _topic() -> Any:
    """What a pitstop is called without a word of its text."""
    return db.func.coalesce(db.func.nullif(Pitstop.topic, ""), HelpLine.name)


def waiting(person: Person) -> list[Waiting]:
    """What waits for `person`, longest waiting first: hands, proposals, pitstops, and what the clock asks."""

    def line(kind: str, noun: str, id_: Any, title: Any, since: Any) -> Select[Any]:
        return select(literal(kind, String), literal(noun, String), id_, cast(title, String), since)

    me, quiet = person.id, now() - STALE
    leads = Issue.id.in_(person.lead_ids)
    live = Pitstop.state.in_(LIVE)
    secret = Pitstop.readers != "everyone"
    asked = (
        line("hands", "task", Task.id, Task.title, db.func.min(Bid.at))
        .join(Bid, Bid.task_id == Task.id)
        .where(Task.answered_by(person), Task.state == "open", Bid.state == "raised")
        .group_by(Task.id, Task.title),
        line("reported", "task", Task.id, Task.title, Task.reported_at).where(
            Task.answered_by(person), Task.state == "reported"
        ),
        line("expired", "task", Task.id, Task.title, Task.ended_at).where(
            Task.answered_by(person), Task.state == "expired", Task.due > today() - timedelta(days=21)
        ),
        line("past", "task", Task.id, Task.title, Task.asked_at).where(
            Task.holder_id == me, Task.state == "taken", Task.due < today()
        ),
        line("swap", "swap", Swap.id, null(), Swap.moved_at).where(
            Swap.turn_id == me, Swap.state.in_(("proposed", "countered"))
        ),
        line("ring", "ring", Ring.id, null(), Ring.at).where(Ring.id.in_(person.asked_ring_ids)),
        line("wish", "wish", Wish.id, null(), Wish.kept_at).where(
            Wish.person_id == me, Wish.state == "standing", Wish.asked
        ),
        line("invited", "bid", Bid.id, Seat.title, Bid.at)
        .join(Seat, Seat.id == Bid.seat_id)
        .where(Bid.person_id == me, Bid.state == "invited"),
        line("bids", "bid", Bid.id, Seat.title, Bid.at)
        .join(Seat, Seat.id == Bid.seat_id)
        .where(Seat.issue_id.in_(person.lead_ids), Bid.state == "raised"),
        line("lead", "issue", Issue.id, Issue.title, Issue.updated_at).where(Issue.offered_lead_id == me),
        line("belongs", "issue", Issue.id, Issue.title, Issue.updated_at).where(
            Issue.offered_pit_id == (person.pit_id or 0)
        ),
        line("silent", "issue", Issue.id, Issue.title, Issue.updated_at).where(
            leads, Issue.state == "running", Issue.updated_at < quiet
        ),
        line("forming", "issue", Issue.id, Issue.title, Issue.led_at).where(
            Issue.trekker_id == me, Issue.state == "forming", Issue.led_at < quiet
        ),
        line("deputy", "issue", Issue.id, Issue.title, Issue.started_at).where(
            Issue.trekker_id == me, Issue.state == "running", Issue.deputy_id.is_(None)
        ),
        line("idea", "issue", Issue.id, Issue.title, Issue.reminded_at).where(
            Issue.author_id == me, Issue.state == "idea", Issue.reminded > 0
        ),
        line("round", "issue", Issue.id, Issue.title, Issue.updated_at).where(
            leads, Issue.state == "running", Issue.round_ends < today()
        ),
        line("look-again", "issue", Issue.id, Issue.title, Issue.updated_at).where(
            leads, Issue.state == "paused", Issue.look_again <= today()
        ),
        line("question", "issue", Issue.id, Issue.title, db.func.min(Question.at))
        .join(Question, Question.issue_id == Issue.id)
        .where(or_(leads, Issue.author_id == me), Question.answered_at.is_(None))
        .group_by(Issue.id, Issue.title),
        _pitstops(line, "answer").where(asks(Pitstop, person), Pitstop.turn == "asker", live),
        _pitstops(line, "wider").where(asks(Pitstop, person), Pitstop.state.in_(WAITS), Pitstop.reminded > 1, secret),
        _pitstops(line, "help").where(Pitstop.helper_id == me, Pitstop.turn == "helper", live),
        _pitstops(line, "queue").where(Pitstop.pick_up_able_by(person)),
        line("founder", "pit", Pit.id, Pit.name, Pit.created_at)
        .join(Founder, Founder.pit_id == Pit.id)
        .where(Founder.person_id == me, Founder.agreed.is_(None), Pit.state == "starting"),
    )
    rows = [Waiting(*row) for row in db.session.execute(union_all(*asked))]
    return sorted(rows, key=lambda row: (row.since is None, row.since, row.noun, row.id))


def _pitstops(line: Any, kind: str) -> Select[Any]:
    query: Select[Any] = line(kind, "pitstop", Pitstop.id, _topic(), Pitstop.asked_at)
    return query.join(HelpLine, HelpLine.id == Pitstop.line_id)


def news(person: Person, limit: int = 8) -> list[Event]:
    """What lately happened to the work of the home pit; never a pitstop."""
    if person.pit_id is None:
        return []
    told = and_(Event.verb.not_in(NO_NEWS), Event.noun.not_in(("bid", "pitstop")))
    touched = (
        select(Event.id).join(Task, Task.id == Event.task_id).where(Task.pit_id == person.pit_id, told),
        select(Event.id).join(Issue, Issue.id == Event.issue_id).where(Issue.pit_id == person.pit_id, told),
        select(Event.id).where(Event.pit_id == person.pit_id, told),
    )
    newest = [select(part.order_by(Event.id.desc()).limit(limit).subquery().c.id) for part in touched]
    found = select(Event).where(Event.id.in_(union_all(*newest))).order_by(Event.id.desc()).limit(limit)
    return list(db.session.scalars(found.options(*Event.whole())))
