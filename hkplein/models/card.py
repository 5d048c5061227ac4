"""Cards: the light rows of lists. They hold columns instead of a whole row, and answer the rules of their noun."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import Select, String, and_, cast, func, literal_column, select, true
from sqlalchemy.orm import aliased

from hkplein.db import Thing, Verb
from hkplein.models.issue import Issue
from hkplein.models.pit import Pit
from hkplein.models.ring import RingLink
from hkplein.models.seat import Seat, SeatSkill
from hkplein.models.seat_rules import SeatRules
from hkplein.models.skill import Skill, skill_name
from hkplein.models.task import Task, TaskSkill
from hkplein.models.task_rules import TaskRules

EXCERPT = 180  # characters of a longer text that a card shows
TASK = (
    *("id", "title", "state", "author_id", "pit_id", "issue_id", "posting_id", "hours", "place", "due", "learns_id"),
    *("less_fun", "mandate", "choice", "hands", "places", "holder_id", "offered", "undo_until", "wish", "author_left"),
)
SEAT = ("id", "title", "state", "issue_id", "hours", "until", "holder_id")
Learned: Any = aliased(Skill, name="learned")


def _asked(link: Any, owner: Any) -> Any:
    """The skills that a thing asks, in one column: "3=Schrijven", a line each."""
    line = cast(Skill.id, String) + "=" + skill_name()
    found = select(func.aggregate_strings(line, "\n")).select_from(link).join(Skill, Skill.id == link.skill_id)
    return found.where(owner).correlate(Task, Seat).scalar_subquery()


class Card(Thing):
    """One row of a list."""

    MODEL: ClassVar[Any]
    NAMES: ClassVar[tuple[str, ...]]
    SHOWN: ClassVar[tuple[str, ...]] = ()  # the verbs that a card may have a button for
    title: str
    words: str
    state: str
    hours: int
    holder_id: int | None
    author_id: int | None = None  # of a task
    issue_id: int | None
    issue_title: str | None
    pit_name: str | None
    asked_skills: str | None

    def __init__(self, key: Any, row: tuple[Any, ...]) -> None:
        self.__dict__ = dict(zip(self.NAMES, row, strict=True))
        self.key = key  # what the list is sorted by
        self.row = row  # all that is drawn

    @property
    def text(self) -> str:
        """The beginning of what it says, up to a whole word."""
        words = self.words
        return words if len(words) <= EXCERPT else words[:EXCERPT].rsplit(" ", 1)[0].rstrip(" ,.;:") + " …"

    @property
    def skills(self) -> dict[int, str]:
        """The skills that are asked, by id, in the order of their names."""
        pairs = (line.partition("=") for line in (self.asked_skills or "").split("\n") if line)
        return {int(id_): name for id_, _, name in sorted(pairs, key=lambda pair: pair[2])}

    def verb_for(self, person: Any) -> Verb | None:
        """The one button of this card: the first of SHOWN that `person` may do now."""
        shown = (self.VERBS[name] for name in self.SHOWN)
        return next((verb for verb in shown if self.state in verb.start and self.may(verb.name, person)), None)

    def swappable_for(self, _person: Any) -> bool:
        """Whether somebody may propose a swap for it."""
        return False


class TaskCard(TaskRules, Card):
    """A task on a list."""

    __tablename__ = Task.__tablename__
    MODEL = Task
    NAMES = (*TASK, "words", "learns_name", "asked_skills", "in_ring", "issue_title", "pit_name")
    PLACE = Task.PLACE
    SHOWN = ("claim", "raise-hand", "lower-hand", "take-over", "undo")

    place: str
    due: date
    wish: str
    pit_id: int | None
    learns_id: int | None
    learns_name: str | None
    less_fun: bool
    mandate: bool
    places: int
    in_ring: int | None  # the link of the ring that would move it, if one waits for answers

    def swappable_for(self, person: Any) -> bool:
        """Whether `person` may propose a swap for it."""
        return self.offered == "swap" and bool(self.askable_by(person))

    @staticmethod
    def columns() -> list[Any]:
        """What a card tells of a task, and what its rules ask, in the order of NAMES."""
        own = [getattr(Task, name) for name in TASK]
        return [
            *own,
            func.substr(Task.description, 1, EXCERPT + 1),
            skill_name(Learned),
            _asked(TaskSkill, TaskSkill.task_id == Task.id),
            select(RingLink.id).where(RingLink.gives_id == Task.id, RingLink.live).correlate(Task).scalar_subquery(),
            Issue.title,
            Pit.name,
        ]


class SeatCard(SeatRules, Card):
    """A seat in the team of an issue, on a list."""

    __tablename__ = Seat.__tablename__
    MODEL = Seat
    NAMES = (*SEAT, "words", "asked_skills", "issue_title", "pit_id", "pit_name")
    PLACE = Seat.PLACE
    SHOWN = ("raise-hand",)

    until: date
    pit_id: int | None

    @staticmethod
    def columns() -> list[Any]:
        """What a card tells of a seat, and what its rules ask, in the order of NAMES."""
        own = [getattr(Seat, name) for name in SEAT]
        return [
            *own,
            func.substr(Seat.asks, 1, EXCERPT + 1),
            _asked(SeatSkill, SeatSkill.seat_id == Seat.id),
            Issue.title,
            Issue.pit_id,
            Pit.name,
        ]


CARDS: dict[str, type[TaskCard | SeatCard]] = {"task": TaskCard, "seat": SeatCard}


def select_cards(keys: Any, order: Iterable[Any], *more: Any) -> Select[Any]:
    """The cards of `keys`, a subquery of noun, id and sort key; a row without a noun when there are none.

    `more` are columns that come with every row.
    """
    once = select(literal_column("1").label("one")).subquery("once")
    columns = [column for card in CARDS.values() for column in card.columns()]
    return (
        select(keys.c.noun, keys.c.key, *more, *columns)
        .select_from(once)
        .outerjoin(keys, true())
        .outerjoin(Task, and_(keys.c.noun == literal_column("'task'"), Task.id == keys.c.id))
        .outerjoin(Seat, and_(keys.c.noun == literal_column("'seat'"), Seat.id == keys.c.id))
        .outerjoin(Issue, Issue.id == func.coalesce(Task.issue_id, Seat.issue_id))
        .outerjoin(Pit, Pit.id == func.coalesce(Task.pit_id, Issue.pit_id))
        .outerjoin(Learned, Learned.id == Task.learns_id)
        .order_by(*order)
    )


def read_cards(rows: Iterable[Any], more: int = 0) -> list[Any]:
    """The cards in the rows of `select_cards`."""
    first = 2 + more
    split = first + len(TaskCard.NAMES)
    parts = {"task": slice(first, split), "seat": slice(split, None)}
    return [CARDS[row[0]](row[1], tuple(row[parts[row[0]]])) for row in rows if row[0]]
