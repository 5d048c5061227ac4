"""Fields as forms have them all over the town: whatever can be wrong with one is said in a plain sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from hkplein import i18n
from hkplein.db import HIGHEST, db
from hkplein.i18n import _l, ngettext
from hkplein.models import Person, Pit, Task
from hkplein.views import options

CHOOSE = _l("Choose from the list.")
Choices = Callable[[], Mapping[Any, Any]]


def unless(why: Any) -> dict[str, Any]:
    """What is said when something else was typed than the field can hold."""
    return {"invalid_value_message": why}


def listed(why: Any) -> dict[str, Any]:
    """What is said when something else was chosen than the list holds."""
    return {"invalid_value_message": why, "invalid_choice_message": why}


def _words(why: Any, most: int) -> list[Any]:
    length = Length(max=most, message=_l("This is too long: use at most %(max)d characters."))
    return [DataRequired(why) if why else Optional(), length]


def line(label: Any, why: Any = None, *more_rules: Any, most: int = 200, **more: Any) -> StringField:
    """One line of text; `why` is said when it has to be there and is not."""
    return StringField(label, [*_words(why, most), *more_rules], **more)


def paragraph(label: Any, why: Any = None, *, most: int = 4000, **more: Any) -> TextAreaField:
    """A longer text; `why` is said when it has to be there and is not."""
    return TextAreaField(label, _words(why, most), **more)


def count(label: Any, why: Any, most: int | None = None, *, needed: bool = True, **more: Any) -> IntegerField:
    """A whole number from 1; `why` is said when it is none."""
    there = InputRequired(why) if needed else Optional()
    return IntegerField(label, [there, NumberRange(1, most, why)], **unless(why), **more)


def day(label: Any, *, needed: bool = True, **more: Any) -> DateField:
    """A date."""
    why = _l("Fill in a date, such as 31-12-2026.")
    return DateField(label, [InputRequired(why) if needed else Optional()], **unless(why), **more)


def one_word(label: Any, words: Mapping[Any, Any], why: Any = CHOOSE, **more: Any) -> RadioField:
    """One of a few; `why` is said when none is chosen."""
    return RadioField(label, [InputRequired(why)], choices=options(words), **listed(why), **more)


def one_of(label: Any, why: Any = CHOOSE, choices: Choices | None = None, **more: Any) -> SelectField:
    """One from a list; `why` is said when none is chosen. Without `choices` it is the model that says who or which."""
    known: Any = (lambda: options({"": why, **choices()})) if choices else None
    about = {"choices": known, "validate_choice": choices is not None, **more}
    return SelectField(label, [InputRequired(why)], coerce=one_id, **listed(why), **about)


def some_of(label: Any, choices: Choices | None = None, **more: Any) -> SelectMultipleField:
    """Any number from a list; without `choices` it is the model that keeps what can be chosen."""
    known: Any = (lambda: options(choices())) if choices else None
    about = {"choices": known, "validate_choice": choices is not None, **more}
    return SelectMultipleField(label, coerce=one_id, **listed(CHOOSE), **about)


def one_id(value: Any) -> int | None:
    """The id that was chosen from a list, if any was; raises ValueError for what no database holds."""
    id_ = None if value in (None, "") else int(value)
    if id_ is not None and not 0 <= id_ <= HIGHEST:
        raise ValueError(id_)
    return id_


def colleagues(*where: Any) -> list[Any]:
    """Whom one can choose from, each with the pit: names are not unique."""
    found = select(Person.id, Person.name, Pit.name).outerjoin(Pit, Pit.id == Person.pit_id)
    found = found.where(Person.active, Person.role == "colleague", *where).order_by(Person.name, Person.id)
    return choose_one({id_: f"{name}, {pit}" if pit else name for id_, name, pit in db.session.execute(found)})


def choose_one(rows: Mapping[Any, Any]) -> list[Any]:
    """What a list of people or pits lets one choose from; nothing is chosen beforehand."""
    return options({"": _l("Choose …"), **rows})


def in_a_line(task: Task) -> str:
    """A task in one line: what, how long, when, where."""
    hours = ngettext("%(num)s hour", "%(num)s hours", task.hours)
    return " · ".join(part for part in (task.title, hours, i18n.day(task.due), task.place) if part)
