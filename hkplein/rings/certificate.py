"""What proves a bound: feasible duals for every part of the graph, and cases where duals alone do not say enough."""

from __future__ import annotations

from dataclasses import dataclass, field

Arc = tuple[int, int]


@dataclass(frozen=True)
class Cut:
    """With each vertex in one ring or chain at most, so many columns at most may hold a majority of three vertices.

    A column that holds two or three of `vertices` counts for one; of all together, one can be taken (a subset-row
    inequality: Jepsen, Petersen, Spoorendonk, Pisinger 2008). `dual` is what that one place is worth.
    """

    vertices: tuple[int, ...]
    dual: float


@dataclass(frozen=True)
class Case:
    """The solutions that use some arcs and do not use some others; duals for all columns that are left then."""

    used: tuple[Arc, ...]
    unused: tuple[Arc, ...]
    duals: dict[int, float]
    cuts: tuple[Cut, ...] = ()


@dataclass(frozen=True)
class Part:
    """Vertices that share no ring or chain with others, and what these are worth together at most.

    `duals` holds each vertex of the part. They pay for every ring and chain: their sum, rounded down to a multiple of
    the unit of the weights, is a bound. A lower `bound` is proven by cases, which leave no solution out; columns whose
    duals exceed their weight by so much that no better solution can have them need not be paid for in a case.
    """

    bound: float
    duals: dict[int, float]
    cases: tuple[Case, ...] = ()


@dataclass(frozen=True)
class Certificate:
    """The parts; a vertex in none of them is on no ring and on no chain."""

    parts: tuple[Part, ...] = field(default=())
