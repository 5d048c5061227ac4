"""What a team lacks, in words; and the smallest teams that cover what is asked, as examples."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from hkplein.i18n import _

S = TypeVar("S", bound=Hashable)
P = TypeVar("P", bound=Hashable)


@dataclass(frozen=True)
class Makeup:
    """What the seats of a team ask, and what its people bring, as far as they show it."""

    asked: Mapping[int, str]  # skills by id and name
    brought: Mapping[int, str]  # skills by id and kind
    people: int
    pits: int
    outdoors: bool
    partners: bool


def lacking(team: Makeup) -> list[str]:
    """What a team lacks, a sentence each; of one person only it is not said that they are one."""
    kinds = set(team.brought.values())
    several = team.people > 1
    findings = (
        *(
            (True, _("Nobody in the team shows “%(skill)s” yet.", skill=name))
            for id_, name in sorted(team.asked.items(), key=lambda skill: skill[1])
            if id_ not in team.brought
        ),
        (several and kinds == {"knowledge"}, _("There is professional knowledge, but no process skills yet.")),
        (several and kinds == {"process"}, _("There are process skills, but no professional knowledge yet.")),
        (several and team.pits == 1, _("Everybody comes from the same pit.")),
        (several and not team.outdoors, _("Nobody works outdoors.")),
        (not team.partners, _("No partner from outside takes part yet.")),
    )
    return [sentence for holds, sentence in findings if holds]


def ways(hours: Mapping[S, int], room: int) -> list[frozenset[S]]:
    """In which seats together somebody could sit: every set of them whose hours a week fit in the room."""
    return [
        frozenset(some)
        for size in range(1, len(hours) + 1)
        for some in combinations(hours, size)
        if sum(hours[seat] for seat in some) <= room
    ]


def smallest(seats: Collection[S], people: Mapping[P, Collection[frozenset[S]]]) -> Iterator[dict[P, frozenset[S]]]:
    """Every team of as few people as there can be in which each seat is taken exactly once; none when there is none.

    `people` says in which seats together each of them could sit. This is exact cover by Algorithm X (D. E. Knuth,
    "Dancing Links", 2000, arXiv:cs/0011047), deepened one person at a time. The order of `people` decides which teams
    come first, so whoever shows a few of them shuffles it.
    """
    widest = max((len(way) for some in people.values() for way in some), default=0)
    for size in range(1, len(seats) + 1):
        found = False
        for team in _teams(size, widest, frozenset(seats), people, {}):
            found = True
            yield team
        if found:
            return


def _teams(
    size: int,
    widest: int,
    free: frozenset[S],
    people: Mapping[P, Collection[frozenset[S]]],
    team: dict[P, frozenset[S]],
) -> Iterator[dict[P, frozenset[S]]]:
    """The teams that take the seats that are still free with at most `size` more people."""
    if not free:
        yield team
    elif size * widest >= len(free):
        fitting = {
            seat: [
                (p, way) for p, some in people.items() if p not in team for way in some if seat in way and way <= free
            ]
            for seat in free
        }
        for person, way in min(fitting.values(), key=len):  # the seat that is hardest to fill
            yield from _teams(size - 1, widest, free - way, people, {**team, person: way})
