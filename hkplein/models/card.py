"""Cards: the light rows of lists. They hold columns instead of a whole row, and answer the rules of their noun."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import String, and_, cast, func, select
from sqlalchemy.orm import aliased

from hkplein.db import Thing, Verb, db
from hkplein.i18n import language
from hkplein.models.issue import Issue
from hkplein.models.pit import Pit
from hkplein.models.seat import Seat, SeatSkill
from hkplein.models.seat_rules import SeatRules
from hkplein.models.skill import Skill
from hkplein.models.task import Task, TaskSkill
from hkplein.models.task_rules import TaskRules

EXCERPT = 180  # characters of a longer text that a card shows
Learned: Any = aliased(Skill, name="learned")


def skill_name(skill: Any = Skill) -> Any:
    """The name of a skill in the language spoken, as a SQL expression."""
    return func.coalesce(func.nullif(skill.name_en, ""), skill.name_nl) if language() == "en" else skill.name_nl


def _asked(link: Any, owner: Any) -> Any:
    """The skills that a thing asks, in one column: "3=Schrijven", a line each."""
    line = cast(Skill.id, String) + "=" + skill_name()
    found = select(func.aggregate_strings(line, "\n")).select_from(link).join(Skill, Skill.id == link.skill_id)
    return found.where(owner).correlate(Task, Seat).scalar_subquery()


def _short(model: Any) -> dict[str, Any]:
    """The columns of a noun that are short enough for a list: all of them but the longer texts."""
    return {
        column.key: column
        for column in model.__table__.columns
        if not (isinstance(column.type, String) and column.type.length is None)
    }


def _begin(text: str) -> str:
    """The beginning of a text, up to a whole word."""
    return text if len(text) <= EXCERPT else text[:EXCERPT].rsplit(" ", 1)[0].rstrip(" ,.;:") + " …"


class Card(Thing):
    """One row of a list."""

    MODEL: ClassVar[Any]
    SHOWN: ClassVar[tuple[str, ...]] = ()  # the verbs that a card may have a button for
    title: str
    text: str
    state: str
    hours: int
    holder_id: int | None
    issue_id: int | None
    issue_title: str | None
    pit_name: str | None
    asked_skills: str | None

    def __init__(self, key: Any, names: Iterable[str], values: Iterable[Any]) -> None:
        self.__dict__ = dict(zip(names, values, strict=True))
        self.key = key  # what the list is sorted by
        self.text = _begin(self.text)

    @property
    def skills(self) -> dict[int, str]:
        """The skills that are asked, by id, in the order of their names."""
        pairs = (line.partition("=") for line in (self.asked_skills or "").split("\n") if line)
        return {int(id_): name for id_, _, name in sorted(pairs, key=lambda pair: pair[2])}

    def verb_for(self, person: Any) -> Verb | None:
        """The one button of this card: the first of SHOWN that `person` may do now."""
        return next((self.VERBS[name] for name in self.SHOWN if self.may(name, person)), None)


class TaskCard(TaskRules, Card):
    """A task on a list."""

    __tablename__ = Task.__tablename__
    MODEL = Task
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

    @staticmethod
    def columns() -> dict[str, Any]:
        """What a card tells of a task."""
        return _short(Task) | {
            "text": func.substr(Task.description, 1, EXCERPT + 1),
            "wish": Task.wish,
            "learns_name": skill_name(Learned),
            "asked_skills": _asked(TaskSkill, TaskSkill.task_id == Task.id),
            "issue_title": Issue.title,
            "pit_name": Pit.name,
        }


class SeatCard(SeatRules, Card):
    """A seat in the team of an issue, on a list."""

    __tablename__ = Seat.__tablename__
    MODEL = Seat
    PLACE = Seat.PLACE
    SHOWN = ("raise-hand",)

    until: date
    pit_id: int | None

    @staticmethod
    def columns() -> dict[str, Any]:
        """What a card tells of a seat."""
        return _short(Seat) | {
            "text": func.substr(Seat.asks, 1, EXCERPT + 1),
            "asked_skills": _asked(SeatSkill, SeatSkill.seat_id == Seat.id),
            "issue_title": Issue.title,
            "pit_id": Issue.pit_id,
            "pit_name": Pit.name,
        }


CARDS: dict[str, type[TaskCard | SeatCard]] = {"task": TaskCard, "seat": SeatCard}


def cards_of(keys: Any, *order: Any) -> list[Any]:
    """The cards of `keys`, a subquery of noun, id and sort key; one statement."""
    columns = {noun: card.columns() for noun, card in CARDS.items()}
    found = (
        select(keys.c.noun, keys.c.key, *columns["task"].values(), *columns["seat"].values())
        .select_from(keys)
        .outerjoin(Task, and_(keys.c.noun == "task", Task.id == keys.c.id))
        .outerjoin(Seat, and_(keys.c.noun == "seat", Seat.id == keys.c.id))
        .outerjoin(Issue, Issue.id == func.coalesce(Task.issue_id, Seat.issue_id))
        .outerjoin(Pit, Pit.id == func.coalesce(Task.pit_id, Issue.pit_id))
        .outerjoin(Learned, Learned.id == Task.learns_id)
        .order_by(*order)
    )
    split = 2 + len(columns["task"])
    parts = {"task": slice(2, split), "seat": slice(split, None)}
    return [
        CARDS[noun](key, columns[noun], row[parts[noun]])
        for row in db.session.execute(found)
        for noun, key in (row[:2],)
    ]
