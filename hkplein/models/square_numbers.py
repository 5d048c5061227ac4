"""How many things stand on the square: of what is wanted, and for each value of each filter."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import String, and_, cast, func, literal, select, union_all

from hkplein.db import db
from hkplein.models.card import skill_name
from hkplein.models.person import Person
from hkplein.models.pit import Pit
from hkplein.models.seat import Seat
from hkplein.models.skill import Skill
from hkplein.models.square import Wanted, keys, parts
from hkplein.models.square_count import counted, counting
from hkplein.models.task import Task

MANY = 1000  # a higher number is shown as "1000+"


class Option(NamedTuple):
    """One value of a filter, what it is called, and how many things it shows."""

    value: str
    text: str
    n: int
    group: str = ""


@dataclass
class Numbers:
    """How many things there are: in all for what is wanted, and for each value of each filter by itself."""

    total: int
    options: dict[str, list[Option]]

    def at_most(self, hours: int) -> int:
        """How many take so many hours or fewer."""
        return sum(option.n for option in self.options["hours"] if int(option.value) <= hours)

    def count(self, facet: str, value: str) -> int:
        """How many one value of a filter shows."""
        return next((option.n for option in self.options[facet] if option.value == value), 0)


def numbers(wanted: Wanted, person: Person) -> Numbers:
    """How many there are; one statement. Nobody is counted: only what stands on the square."""
    whole = person.role != "partner"  # a partner sees a few, which are counted afresh
    lines = counted() if whole else counting(Task.visible_to(person), Seat.visible_to(person))
    chosen = [("skill", id_) for id_ in wanted.skill] + [("pit", wanted.pit)] * (wanted.pit is not None)
    named = [select(literal(facet), literal(str(id_)), literal(0)) for facet, id_ in chosen]
    every = union_all(select(lines.subquery()), *named).subquery()
    found = (
        select(
            every.c.facet,
            every.c.value,
            func.coalesce(skill_name(), Pit.name),
            Skill.kind,
            every.c.n,
            _total(wanted, person),
        )
        .outerjoin(Skill, and_(every.c.facet == "skill", cast(Skill.id, String) == every.c.value))
        .outerjoin(Pit, and_(every.c.facet == "pit", cast(Pit.id, String) == every.c.value))
    )
    options: dict[str, dict[str, Option]] = defaultdict(dict)
    total = 0
    for facet, value, text, group, n, all_ in db.session.execute(found):
        known = options[facet].get(value)
        options[facet][value] = Option(value, text or value, int(n) + (known.n if known else 0), group or "")
        total = all_
    sorted_ = {facet: sorted(found.values(), key=lambda one: one.text.casefold()) for facet, found in options.items()}
    return Numbers(total, defaultdict(list, sorted_))


def _total(wanted: Wanted, person: Person) -> Any:
    """How many there are of what is wanted, counted no further than needed."""
    whole = replace(wanted, after=None, sort="date")
    found = [keys(part, filters, whole, person, MANY + 1).order_by(None) for part, filters in parts(whole)]
    counts = [select(func.count()).select_from(one.subquery()).scalar_subquery() for one in found]
    return sum(counts, literal(0))
