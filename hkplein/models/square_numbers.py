"""How many things each value of each filter of the square shows."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import String, and_, cast, func, literal, select, union_all

from hkplein.db import db
from hkplein.i18n import language
from hkplein.models.person import Person
from hkplein.models.pit import Pit
from hkplein.models.seat import Seat
from hkplein.models.skill import Skill, skill_name
from hkplein.models.square import Page, Wanted, sees_all
from hkplein.models.square_count import counted, counting
from hkplein.models.task import Task


class Option(NamedTuple):
    """One value of a filter, what it is called, and how many things it shows by itself."""

    facet: str
    value: str
    text: str
    n: int
    group: str


@dataclass(frozen=True)
class Numbers:
    """What can be chosen, and how many things it shows."""

    lines: tuple[Option, ...]

    @functools.cached_property
    def options(self) -> dict[str, list[Option]]:
        """What can be chosen, for each filter, by name."""
        found: dict[str, list[Option]] = defaultdict(list)
        for line in sorted(self.lines, key=lambda line: line.text.casefold()):
            found[line.facet].append(line)
        return found

    def at_most(self, hours: int) -> int:
        """How many take so many hours or fewer."""
        return sum(option.n for option in self.options["hours"] if int(option.value) <= hours)

    def count(self, facet: str, value: str) -> int:
        """How many one value of a filter shows."""
        return next((option.n for option in self.options[facet] if option.value == value), 0)


def numbers(wanted: Wanted, person: Person, page: Page) -> Numbers:
    """What can be chosen by `person`, who looks at `page`. Nobody is counted: only what stands on the square."""
    if not sees_all(person):  # sees a few, which are counted afresh
        return _read(counting(Task.visible_to(person), Seat.visible_to(person)))
    known = _known(db.engine, page.version, language()) if page.version else _read(counted())
    chosen = {("skill", str(id_)) for id_ in wanted.skill} | ({("pit", str(wanted.pit))} if wanted.pit else set())
    unknown = chosen - {(line.facet, line.value) for line in known.lines} if chosen else set()
    return Numbers((*known.lines, *_read(_none(unknown), least=0).lines)) if unknown else known


@functools.lru_cache(maxsize=32)
def _known(_engine: Any, _version: str, _language: str) -> Numbers:
    """The numbers of one version: asked of the database once."""
    return _read(counted())


def _none(chosen: Iterable[tuple[str, str]]) -> Any:
    """What was chosen, though nothing on the square has it now."""
    return union_all(
        *(
            select(literal(facet).label("facet"), literal(value).label("value"), literal(0).label("n"))
            for facet, value in sorted(chosen)
        )
    )


def _read(found: Any, *, least: int = 1) -> Numbers:
    """The lines of a query of facets, values and numbers, with the names of skills and pits."""
    lines = found.subquery()
    named = (
        select(lines.c.facet, lines.c.value, func.coalesce(skill_name(), Pit.name), Skill.kind, lines.c.n)
        .outerjoin(Skill, and_(lines.c.facet == "skill", cast(Skill.id, String) == lines.c.value))
        .outerjoin(Pit, and_(lines.c.facet == "pit", cast(Pit.id, String) == lines.c.value))
    )
    options: dict[tuple[str, str], Option] = {}
    for facet, value, text, group, n in db.session.execute(named):
        before = options.get((facet, value))
        options[facet, value] = Option(facet, value, text or value, int(n) + (before.n if before else 0), group or "")
    return Numbers(tuple(one for one in options.values() if one.n >= least))
