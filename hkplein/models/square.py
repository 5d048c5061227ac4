"""The square (het plein): open tasks, tasks offered to give or to swap, and open seats, in one list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    Select,
    and_,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)

from hkplein.clock import today
from hkplein.fit import Fit, Wish, Work, choose
from hkplein.models.card import CARDS, SeatCard, TaskCard, cards_of
from hkplein.models.issue import Issue
from hkplein.models.person import Person
from hkplein.models.search_entry import SearchEntry
from hkplein.models.seat import Seat, SeatSkill
from hkplein.models.task import Task, TaskSkill

CANDIDATES = 100  # things that are looked at for suggestions
SIZE = 25  # cards on a page
KINDS = ("open", "give", "swap", "seat")
SORTS = ("date", "newest", "hours", "best")
DOWN = frozenset({"newest", "best"})  # the highest first


class Cursor(NamedTuple):
    """Where a page ends: the value that the list is sorted by, and which thing it was."""

    key: Any
    noun: str
    id: int


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for on the square."""

    q: str = ""
    kind: tuple[str, ...] = ()
    hours: int | None = None
    skill: tuple[int, ...] = ()
    place: str = ""
    pit: int | None = None
    theme: str = ""
    less_fun: bool = False
    learns: bool = False
    sort: str = "date"
    after: Cursor | None = None


class Part(NamedTuple):
    """One of the kinds of things that stand on the square: where they are, and what they are sorted by."""

    noun: str
    model: Any
    on: Any
    keys: dict[str, Any]


# The states are written out, not bound: only so does a database see that a partial index will do.
_sorts: dict[str, Any] = {"date": Task.due, "newest": Task.posted_at, "hours": Task.hours}
OPEN = Part("task", Task, Task.state == literal_column("'open'"), _sorts)
OFFERED = Part("task", Task, Task.offered.is_not(None), _sorts)
SEATS = Part(
    "seat",
    Seat,
    Seat.state == literal_column("'open'"),
    {"date": Seat.until, "newest": Seat.created_at, "hours": Seat.hours},
)


def parts(wanted: Wanted) -> Iterator[tuple[Part, list[Any]]]:
    """Where to look for what is wanted, and on which conditions."""
    kinds = set(wanted.kind) or set(KINDS)
    offers = kinds & {"give", "swap"}
    if "open" in kinds:
        yield OPEN, list(_task_filters(wanted))
    if offers:
        chosen = [Task.offered.in_(offers)] if len(offers) == 1 else []
        yield OFFERED, [*chosen, *_task_filters(wanted)]
    if "seat" in kinds and not (wanted.place or wanted.less_fun or wanted.learns):
        yield SEATS, list(_seat_filters(wanted))


def _task_filters(wanted: Wanted) -> Iterator[Any]:
    if wanted.skill:
        yield Task.id.in_(select(TaskSkill.task_id).where(TaskSkill.skill_id.in_(wanted.skill)))
    if wanted.hours is not None:
        yield Task.hours <= wanted.hours
    if wanted.place:
        yield Task.place == wanted.place
    if wanted.pit is not None:
        yield Task.pit_id == wanted.pit
    if wanted.theme:
        yield Task.issue_id.in_(select(Issue.id).where(Issue.theme == wanted.theme))
    if wanted.less_fun:
        yield Task.less_fun
    if wanted.learns:
        yield Task.learns_id.is_not(None)


def _seat_filters(wanted: Wanted) -> Iterator[Any]:
    if wanted.skill:
        yield Seat.id.in_(select(SeatSkill.seat_id).where(SeatSkill.skill_id.in_(wanted.skill)))
    if wanted.hours is not None:
        yield Seat.hours <= wanted.hours
    if wanted.pit is not None:
        yield Seat.issue_id.in_(select(Issue.id).where(Issue.pit_id == wanted.pit))
    if wanted.theme:
        yield Seat.issue_id.in_(select(Issue.id).where(Issue.theme == wanted.theme))


def keys(part: Part, filters: list[Any], wanted: Wanted, person: Person, size: int) -> Select[Any]:
    """The first rows of one part from the cursor on: noun, id and the key they are sorted by."""
    model, down = part.model, wanted.sort in DOWN
    where = [part.on, model.visible_to(person), *filters]
    found = select(literal(part.noun).label("noun"), model.id.label("id"))
    if wanted.q:
        hits = SearchEntry.newest(model, wanted.q, *where).subquery()
        found, where = found.join(hits, hits.c.ref == model.id), []
    key = hits.c.rank if wanted.sort == "best" else part.keys[wanted.sort]
    if wanted.after:
        where.append(_beyond(key, part, wanted.after, down=down))
    order = (key.desc(), model.id.desc()) if down else (key, model.id)
    return found.add_columns(key.label("key")).where(*where).order_by(*order).limit(size)


def _beyond(key: Any, part: Part, after: Cursor, *, down: bool) -> Any:
    """Rows of `part` that come after the cursor in the order of (key, noun, id)."""
    last = literal(after.key, key.type)
    if part.noun == after.noun:
        here, there = tuple_(key, part.model.id), tuple_(last, literal(after.id))
        return here < there if down else here > there
    later = part.noun < after.noun if down else part.noun > after.noun
    if down:
        return key <= last if later else key < last
    return key >= last if later else key > last


def _cards(selects: list[Select[Any]], size: int, *, down: bool = False) -> list[Any]:
    """The first cards of several parts together."""
    every = union_all(*(select(one.subquery()) for one in selects)).subquery()

    def order(keys: Any) -> list[Any]:
        columns = (keys.c.key, keys.c.noun, keys.c.id)
        return [column.desc() for column in columns] if down else list(columns)

    first = select(every).order_by(*order(every)).limit(size).subquery("first")
    return cards_of(first, *order(first))


def page(wanted: Wanted, person: Person, size: int = SIZE) -> tuple[list[Any], Cursor | None]:
    """One page of what is wanted, and where the next one begins, if there is one; one statement."""
    first = [keys(part, filters, wanted, person, size + 1) for part, filters in parts(wanted)]
    if not first:
        return [], None
    cards = _cards(first, size + 1, down=wanted.sort in DOWN)
    last = cards[size - 1] if len(cards) > size else None
    return cards[:size], last and Cursor(last.key, last.noun, last.id)


def cards(*where: Any, person: Person, limit: int = SIZE, order: Any = Task.due, down: bool = False) -> list[TaskCard]:
    """Tasks that `person` may see, for the list of another page; one statement."""
    found = select(literal("task").label("noun"), Task.id.label("id"), order.label("key"))
    sorted_ = (order.desc(), Task.id.desc()) if down else (order, Task.id)
    return _cards([found.where(Task.visible_to(person), *where).order_by(*sorted_).limit(limit)], limit, down=down)


def card_of(noun: str, id: int, person: Person) -> Any:
    """The card of one thing that `person` may see, wherever it stands."""
    model = CARDS[noun].MODEL
    found = select(literal(noun).label("noun"), model.id.label("id"), literal(0).label("key"))
    return next(iter(_cards([found.where(model.id == id, model.visible_to(person))], 1)), None)


@dataclass(frozen=True)
class Suggestion:
    """A task or a seat that fits somebody, and why."""

    card: Any
    fit: Fit

    @property
    def reasons(self) -> list[str]:
        """Why it fits and what is missing, in sentences."""
        return [*self.fit.sentences, *self.fit.gaps]


def suggestions(person: Person) -> list[Suggestion]:
    """Up to five things on the square that fit what `person` entered, each with its reasons; nothing of it is kept."""
    wish = wish_of(person)
    if wish.empty or not (person.suggestions and person.colleague):
        return []
    known = wish.can | wish.learns
    asks = select(TaskSkill.task_id)
    seats = select(SeatSkill.seat_id)
    task = or_(
        Task.id.in_(asks.where(TaskSkill.skill_id.in_(known))),
        Task.learns_id.in_(wish.learns),
        and_(Task.hours <= (wish.room or 0), Task.id.not_in(asks)),
    )
    seat = or_(
        Seat.id.in_(seats.where(SeatSkill.skill_id.in_(known))),
        and_(Seat.hours <= (wish.room or 0), Seat.id.not_in(seats)),
    )
    own = [Task.author_id != person.id, Task.due >= today(), Task.id.not_in(person.hand_task_ids)]
    filters = (
        (OPEN, [task, *own]),
        (OFFERED, [task, *own, Task.offered == "give", Task.holder_id != person.id]),
        (SEATS, [seat, Seat.issue_id.not_in(person.team_ids), Seat.id.not_in(person.fact("seat-hand"))]),
    )
    found = [keys(part, where, Wanted(), person, CANDIDATES) for part, where in filters]
    chosen = choose(_cards(found, CANDIDATES), wish, work_of, lambda card: card.pit_id)
    return [Suggestion(card, fit) for card, fit in chosen]


def wish_of(person: Person) -> Wish:
    """What `person` entered about what fits."""
    levels = {skill.skill_id: skill.level for skill in person.skills}
    return Wish(
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
