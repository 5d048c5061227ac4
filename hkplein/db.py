"""The database, the rules that rows answer, and the one way a row changes.

A **rule** is a question to a row, `task.claimable_by(anna)`. It is written once, as a generator that yields
conditions with the sentence that explains each; asked of a row it answers True or False, asked of the class it is a
SQL condition, and `why_not` gives the sentence. A **verb** is one line of a noun's transition table: its rule shows the
button, guards the UPDATE and explains the refusal.
"""

from __future__ import annotations

import keyword
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    MetaData,
    String,
    and_,
    event,
    or_,
    update,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.sql import ClauseElement

from hkplein.engine import AWAY, UTCDateTime, read_only
from hkplein.errors import Refused
from hkplein.i18n import _l

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
HIGHEST = 2**31 - 1  # of an id; no database of ours holds more
# A relationship that a query forgot to load: SQL for one row is forgiven in production, never in the tests.
LAZY: Any = "raise_on_sql" if os.environ.get("HKPLEIN_STRICT") else "select"


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UTCDateTime, str: String}


db = SQLAlchemy(
    metadata=Base.metadata,
    session_options={"expire_on_commit": False},
    engine_options={"hide_parameters": True},  # an error that is logged quotes nothing that people wrote
)

# Conditions that read the same for a plain value and for a SQL column.


_PLAIN = frozenset({bool, date, datetime, frozenset, int, str, tuple, type(None)})  # most of what is asked about


def _sql(*values: Any) -> bool:
    for value in values:
        if type(value) not in _PLAIN and (isinstance(value, ClauseElement) or hasattr(value, "__clause_element__")):
            return True
    return False


def _among(choices: Any) -> Any:
    """What a column is looked for in: a query, when the choices can be asked of the database, or a list."""
    return choices.query() if hasattr(choices, "query") else list(choices)


def within(value: Any, choices: Iterable[Any]) -> Any:
    """`value in choices`; a missing value is in nothing."""
    return value.in_(_among(choices)) if _sql(value) else value is not None and value in choices


def without(value: Any, choices: Iterable[Any]) -> Any:
    """`value not in choices`; a missing value is in nothing, so this holds for it."""
    if _sql(value):
        return or_(value.is_(None), value.not_in(_among(choices)))
    return value is None or value not in choices


def same(value: Any, other: Any) -> Any:
    """Both are given, and equal."""
    return value == other if _sql(value, other) else value is not None and value == other


def differs(value: Any, other: Any) -> Any:
    """They are not the same; a missing value differs from every given one."""
    return value.is_distinct_from(other) if _sql(value) else value != other


def given(value: Any) -> Any:
    """There is a value."""
    return value.is_not(None) if _sql(value) else value is not None


def missing(value: Any) -> Any:
    """There is no value."""
    return value.is_(None) if _sql(value) else value is None


def before(value: Any, limit: Any) -> Any:
    """There is a value and it comes before `limit`."""
    return value < limit if _sql(value) else value is not None and value < limit


def after(value: Any, limit: Any) -> Any:
    """There is a value and it comes after `limit`."""
    return value > limit if _sql(value) else value is not None and value > limit


def both(*conditions: Any) -> Any:
    """All of the conditions hold."""
    return and_(*conditions) if _sql(*conditions) else all(conditions)


def either(*conditions: Any) -> Any:
    """At least one of the conditions holds."""
    return or_(*conditions) if _sql(*conditions) else any(conditions)


Conditions: TypeAlias = Iterator[tuple[Any, Any]]


class Question:
    """A rule, ready to be put to one row or, as a SQL condition, to a whole model."""

    __slots__ = ("rule", "subject")

    def __init__(self, rule: rule, subject: Any) -> None:
        self.rule, self.subject = rule, subject

    def __call__(self, *asked: Any) -> Any:
        conditions = self.rule.conditions(self.subject, *asked)
        if isinstance(self.subject, type):
            return and_(True, *(condition for condition, _ in conditions))
        return all(holds for holds, _ in conditions)

    def of(self, row: Any) -> Question:
        """The same rule, to be put to one row."""
        return Question(self.rule, row)

    def why_not(self, *asked: Any) -> Any | None:
        """The sentence of the first condition that does not hold, or None when all do."""
        return next((why for holds, why in self.rule.conditions(self.subject, *asked) if not holds), None)


class rule:  # noqa: N801 - it is used as a decorator
    """Makes a rule of a generator of (condition, sentence) pairs.

    Named after a verb, the rule also asks whether the row is in a state from which that verb may be done, and whether
    the person may act at all: the board looks along.
    """

    def __init__(self, verb: str | None = None) -> None:
        self.verb = verb

    def __call__(self, body: Callable[..., Conditions]) -> rule:
        self.body, self.__doc__ = body, body.__doc__
        return self

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, row: Any, owner: type) -> Question:
        return Question(self, owner if row is None else row)

    def conditions(self, subject: Any, *asked: Any) -> Conditions:
        """Every condition, with the sentence that is said when it does not hold."""
        if self.verb:
            line: Verb = subject.VERBS[self.verb]
            if asked and not line.for_all and hasattr(asked[0], "acts"):
                yield asked[0].acts, LOOKS_ALONG
            if line.start:
                yield within(subject.state, line.start), line.gone
        yield from self.body(subject, *asked)


LOOKS_ALONG = _l("You look along: you can read everything here and ask questions, but not change anything.")
FOR_COLLEAGUES = _l("That is for colleagues of the municipality.")
GONE = _l("That is no longer possible: this is now “%(state)s”.")


@dataclass(frozen=True)
class Verb:
    """One line of a noun's transition table; the name is the last part of the URL, the method and the event.

    `start` names the states from which it may be done, separated by spaces, and `end` the state it leads to (None: it
    stays). `said` tells whoever did it that it worked, `told` tells the others what happened, `gone` is said when the
    state no longer allows it. `clock` verbs are done by time and have no button; `for_all` ones are open to the board.
    """

    name: str
    start: Any
    end: str | None
    rule: str
    label: Any = ""
    said: Any = ""
    told: Any = ""
    gone: Any = GONE
    icon: str = ""
    primary: bool = False
    clock: bool = False
    for_all: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", tuple(self.start.split()))

    @property
    def method(self) -> str:
        """The name of the model's method that does it."""
        name = self.name.replace("-", "_")
        return f"{name}_" if keyword.iskeyword(name) else name


def table(*verbs: Verb) -> Mapping[str, Verb]:
    """A noun's transition table, by the name of the verb."""
    return MappingProxyType({verb.name: verb for verb in verbs})


class Thing:
    """What every noun can say of itself: a place on the web, a table of verbs, and names for its states.

    A row of a list that holds the columns of a noun's rules is a thing as well, and answers the same rules.
    """

    __tablename__: Any
    PLACE: ClassVar[str] = ""
    VERBS: ClassVar[Mapping[str, Verb]] = table()
    STATES: ClassVar[Mapping[str, Any]] = {}

    if TYPE_CHECKING:
        id: Any

    @property
    def noun(self) -> str:
        """Its name in code, as in `id="task-7"`."""
        return str(type(self).__tablename__)

    @property
    def url(self) -> str:
        """Where it lives."""
        return f"/{self.PLACE}/{self.id}"

    @property
    def caption(self) -> str:
        """What people call it."""
        return str(getattr(self, "title", None) or getattr(self, "name", ""))

    @property
    def wording(self) -> Mapping[str, str]:
        """What else the sentences about it may name, as in "%(hours)s"."""
        return {}

    def may(self, verb: str, *asked: Any) -> bool:
        """Whether `verb` may be done now, by whom is asked about."""
        return bool(getattr(self, self.VERBS[verb].rule)(*asked))

    def why_not(self, verb: str, *asked: Any) -> str | None:
        """Why `verb` may not be done, in one sentence; None when it may."""
        sentence = getattr(self, self.VERBS[verb].rule).why_not(*asked)
        return None if sentence is None else self.worded(sentence)

    def worded(self, sentence: Any) -> str:
        """A sentence about this row, with its state filled in."""
        return str(sentence) % {"state": self.STATES.get(getattr(self, "state", ""), "")}

    def verbs_for(self, person: Any) -> list[Verb]:
        """The verbs that `person` may do now, in the order of the table: the buttons."""
        now: Any = getattr(self, "state", None)
        possible = (verb for verb in self.VERBS.values() if not verb.clock and (not verb.start or now in verb.start))
        return [verb for verb in possible if self.may(verb.name, person)]


class Model(Thing, Base):
    """A noun: a thing that is kept, each in a table of its own."""

    __abstract__ = True
    __table_args__: Any = {"sqlite_autoincrement": True}  # an id is never used twice

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


def change(row: Any, verb: str, *asked: Any, **values: Any) -> None:
    """Do `verb` to `row` if its rule still holds in the database, and set `values`.

    One UPDATE decides who wins: the rule that showed the button is its WHERE. Raises Refused, with the sentence and the
    row as it is now, when it no longer holds.
    """
    model, line = type(row), row.VERBS[verb]
    if line.end:
        values.setdefault("state", line.end)
    db.session.flush()
    guarded = update(model).where(model.id == row.id, getattr(model, line.rule)(*asked)).values(**values)
    done = db.session.scalar(
        guarded.returning(model), execution_options={"synchronize_session": False, "populate_existing": True}
    )
    db.session.info.pop("facts", None)
    if done is None:
        db.session.refresh(row)
        sentence = row.why_not(verb, *asked) or row.worded(line.gone)
        raise Refused(row, sentence)


@contextmanager
def reading() -> Iterator[None]:
    """Inside the block the database is only read, and no writer is kept waiting."""
    token = read_only.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        read_only.reset(token)


@contextmanager
def writing() -> Iterator[None]:
    """What the block does stays, whatever becomes of the request around it; nothing when the database is away."""
    db.session.rollback()
    token = read_only.set(False)
    try:
        yield
        db.session.commit()
    except AWAY:
        db.session.rollback()
    finally:
        read_only.reset(token)


@event.listens_for(Session, "after_flush")
def _forget_facts(session: Session, _context: Any) -> None:
    session.info.pop("facts", None)
