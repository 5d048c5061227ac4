"""The square (het plein): open tasks, tasks offered to give or to swap, and open seats, in one list."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import (
    Integer,
    Select,
    String,
    bindparam,
    func,
    literal,
    literal_column,
    select,
    tuple_,
    union_all,
)

from hkplein.db import db
from hkplein.i18n import language
from hkplein.models.card import CARDS, TaskCard, read_cards, select_cards
from hkplein.models.issue import Issue
from hkplein.models.person import Person
from hkplein.models.search_entry import SearchEntry
from hkplein.models.seat import Seat, SeatSkill
from hkplein.models.square_count import version
from hkplein.models.task import Task, TaskSkill

SIZE = 25  # cards on a page
MANY = 1000  # a higher number is shown as "1000+"
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

    @property
    def filters(self) -> Wanted:
        """Only what is chosen among the filters."""
        return replace(self, q="", sort="date", after=None)

    @property
    def values(self) -> dict[str, Any]:
        """What is bound in a statement."""
        bound = {name: getattr(self, name) for name in ("hours", "skill", "place", "pit", "theme")}
        return bound | {"key": self.after and self.after.key, "id": self.after and self.after.id}

    @property
    def shape(self) -> Wanted:
        """What decides the text of a statement: which filters are on, not their values."""
        values: dict[str, Any] = {"hours": self.hours and 1, "skill": self.skill and (1,), "pit": self.pit and 1}
        after = self.after and Cursor(None, self.after.noun, 0)
        return replace(self, place=self.place and "x", theme=self.theme and "x", after=after, **values)


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


def _parts(wanted: Wanted) -> Iterator[tuple[Part, list[Any]]]:
    """Where to look for what is wanted, and on which conditions."""
    kinds = set(wanted.kind) or set(KINDS)
    offers = kinds & {"give", "swap"}
    if "open" in kinds:
        yield OPEN, list(_filters(wanted, Task, TaskSkill, TaskSkill.task_id))
    if offers:
        chosen = [Task.offered == offer for offer in offers] if len(offers) == 1 else []
        yield OFFERED, [*chosen, *_filters(wanted, Task, TaskSkill, TaskSkill.task_id)]
    if "seat" in kinds and not (wanted.place or wanted.less_fun or wanted.learns):
        yield SEATS, list(_filters(wanted, Seat, SeatSkill, SeatSkill.seat_id))


def _filters(wanted: Wanted, model: Any, link: Any, owner: Any) -> Iterator[Any]:
    """The filters that are on, as conditions with their values bound later."""
    issues = select(Issue.id)
    if wanted.skill:
        yield model.id.in_(select(owner).where(link.skill_id.in_(bindparam("skill", expanding=True))))
    if wanted.hours:
        yield model.hours <= bindparam("hours", type_=Integer)
    if wanted.place:
        yield Task.place == bindparam("place", type_=String)
    if wanted.pit:
        pit = bindparam("pit", type_=Integer)
        yield Task.pit_id == pit if model is Task else Seat.issue_id.in_(issues.where(Issue.pit_id == pit))
    if wanted.theme:
        yield model.issue_id.in_(issues.where(Issue.theme == bindparam("theme", type_=String)))
    if wanted.less_fun:
        yield Task.less_fun
    if wanted.learns:
        yield Task.learns_id.is_not(None)


def select_keys(part: Part, where: list[Any], wanted: Wanted, size: int) -> Select[Any]:
    """The first rows of one part from the cursor on: noun, id and the key they are sorted by."""
    model, down = part.model, wanted.sort in DOWN
    where = [part.on, *where]
    found = select(literal_column(f"'{part.noun}'", String).label("noun"), model.id.label("id"))
    if wanted.q:
        hits = SearchEntry.newest(model, wanted.q, *where).subquery()
        found, where = found.join(hits, hits.c.ref == model.id), []
    key = hits.c.rank if wanted.sort == "best" else part.keys[wanted.sort]
    if wanted.after:
        where.append(_beyond(key, part, wanted.after.noun, down=down))
    order = (key.desc(), model.id.desc()) if down else (key, model.id)
    return found.add_columns(key.label("key")).where(*where).order_by(*order).limit(size)


def _beyond(key: Any, part: Part, noun: str, *, down: bool) -> Any:
    """Rows of `part` that come after the cursor in the order of (key, noun, id)."""
    last = bindparam("key", type_=key.type)
    if part.noun == noun:
        here, there = tuple_(key, part.model.id), tuple_(last, bindparam("id", type_=Integer))
        return here < there if down else here > there
    later = part.noun < noun if down else part.noun > noun
    if down:
        return key <= last if later else key < last
    return key >= last if later else key > last


def first_of(selects: list[Select[Any]], size: int, *more: Any, down: bool = False) -> Select[Any]:
    """The cards of the first rows of several parts together."""

    def order(keys: Any) -> list[Any]:
        columns = (keys.c.key, keys.c.noun, keys.c.id)
        return [column.desc() for column in columns] if down else list(columns)

    every = union_all(*(select(one.subquery()) for one in selects)).subquery()
    first = select(every).order_by(*order(every)).limit(size).subquery("first")
    return select_cards(first, order(first), *more)


def _total(wanted: Wanted, person: Person | None) -> Any:
    """How many there are of what is wanted, counted no further than needed."""
    whole = replace(wanted, after=None, sort="date")
    parts = [(part, [*where, *_seen(part, person)]) for part, where in _parts(whole)]
    found = [select_keys(part, where, whole, MANY + 1).order_by(None) for part, where in parts]
    return sum((select(func.count()).select_from(one.subquery()).scalar_subquery() for one in found), literal(0))


def _seen(part: Part, person: Person | None) -> list[Any]:
    """What narrows the square for who does not see all of it."""
    return [] if person is None else [part.model.visible_to(person)]


def _statement(wanted: Wanted, size: int, person: Person | None = None) -> Select[Any]:
    """The cards of one page; with each the number of all that is wanted, and the version of the numbers."""
    found = [select_keys(part, [*where, *_seen(part, person)], wanted, size + 1) for part, where in _parts(wanted)]
    return first_of(found, size + 1, _total(wanted, person), version(), down=wanted.sort in DOWN)


@functools.lru_cache(maxsize=256)
def _prepared(shape: Wanted, size: int, _language: str) -> Select[Any]:
    """The statement for everybody who sees the whole square; making it costs more than running it."""
    return _statement(shape, size)


class Page(NamedTuple):
    """One page of the square."""

    cards: list[Any]
    following: Cursor | None  # where the next page begins
    total: int
    version: str | None  # of the numbers beside the filters: another one after every change


def sees_all(person: Person) -> bool:
    """Whether `person` sees the whole square; a partner sees what belongs to its own issues."""
    return person.role != "partner"


def page(wanted: Wanted, person: Person, size: int = SIZE) -> Page:
    """One page of what is wanted; one statement."""
    if not any(_parts(wanted)):
        return Page([], None, 0, None)
    if wanted.q or not sees_all(person):
        found = _statement(wanted, size, None if sees_all(person) else person)
    else:
        found = _prepared(wanted.shape, size, language())
    rows = db.session.connection().execute(found, wanted.values).all()  # columns only: no need of the ORM
    cards, last = read_cards(rows, more=2), None
    if len(cards) > size:
        last = Cursor(cards[size - 1].key, cards[size - 1].noun, cards[size - 1].id)
    return Page(cards[:size], last, *rows[0][2:4])


def cards(*where: Any, person: Person, limit: int = SIZE, order: Any = Task.due, down: bool = False) -> list[TaskCard]:
    """Tasks that `person` may see, for the list of another page; one statement."""
    found = select(literal("task").label("noun"), Task.id.label("id"), order.label("key"))
    sorted_ = (order.desc(), Task.id.desc()) if down else (order, Task.id)
    first = found.where(Task.visible_to(person), *where).order_by(*sorted_).limit(limit)
    return read_cards(db.session.execute(first_of([first], limit, down=down)))


def card_of(noun: str, id: int, person: Person) -> Any:
    """The card of one thing that `person` may see, wherever it stands."""
    model = CARDS[noun].MODEL
    found = select(literal(noun).label("noun"), model.id.label("id"), literal(0).label("key"))
    one = found.where(model.id == id, model.visible_to(person))
    return next(iter(read_cards(db.session.execute(first_of([one], 1)))), None)
