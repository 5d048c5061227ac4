"""Clearing a market of wishes: the rings and chains that together are worth most, and a certificate of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

import numpy as np

from hkplein.rings.budget import Budget
from hkplein.rings.certificate import Case, Certificate, Cut, Part
from hkplein.rings.graph import Floats, Graph, Ints

LONGEST = 5  # ring or chain that may be asked for


@dataclass(frozen=True)
class Clearing:
    """Rings and chains of vertices of a graph, no vertex in two of them, and how good they are.

    In a ring each takes the work of the next and the last that of the first; a chain begins with its altruist.
    """

    value: float
    bound: float  # proven: nothing is worth more
    rings: tuple[tuple[int, ...], ...]
    chains: tuple[tuple[int, ...], ...]
    certificate: Certificate
    longest_ring: int
    longest_chain: int  # in arcs, the altruist's included
    cpu_seconds: float  # without loading the compiled loops

    @property
    def gap(self) -> float:
        """How much more there may be, as a share of the bound."""
        return (self.bound - self.value) / self.bound if self.bound > 0 else 0.0


def clear(
    graph: Graph,
    rings: int = 3,
    chains: int = 3,
    seconds: float = 60.0,
    seed: int = 0,
    *,
    waiting: Sequence[float] | None = None,
    starred: Collection[tuple[int, int]] | None = None,
) -> Clearing:
    """The rings of at most `rings` vertices and chains of at most `chains` arcs that are worth most together.

    Cycle formulation of Abraham, Blum and Sandholm (2007), by column generation. `seconds` are CPU seconds of this
    process, one at least; when they are over, the best so far is the answer, with the bound that is proven by then.

    With `waiting`, the days of each vertex, or `starred`, some arcs, the criteria of the marketplace choose between
    answers that are worth the same, with `seed` for the draw: see `criteria`. The same input and seed have the same
    answer, as long as time does not cut it short.
    """
    from hkplein.rings.closing import Closing
    from hkplein.rings.criteria import Criteria, settle
    from hkplein.rings.kernels import load
    from hkplein.rings.reduction import reduce
    from hkplein.rings.relaxation import Relaxation

    if not (0 <= rings <= LONGEST and 0 <= chains <= LONGEST):
        raise ValueError(f"rings and chains are at most {LONGEST} long")
    load()
    budget = Budget(max(seconds, 1.0))
    reduced = reduce(graph, rings, chains, budget.effort / 3)
    relaxation = Relaxation(reduced, unit_of(reduced.graph.weights), budget)
    closing = Closing(relaxation)
    if reduced.graph.arcs:
        relaxation.run()
        closing.run()
        if waiting is not None or starred is not None:
            settle(closing, Criteria.of(graph, waiting, starred or (), seed), reduced.graph.numbers)
    names = reduced.graph.numbers
    paths = [tuple(names[path[path >= 0]].tolist()) for path in closing.columns.paths[closing.chosen]]
    value, bounds = float(closing.values.sum()), closing.bounds
    parts = certified(names, reduced.parts, relaxation.duals, bounds, closing.proofs)
    return Clearing(
        value=value,
        bound=max(value, float(bounds.sum())),
        rings=tuple(sorted(turned(path) for path in paths if path[0] < graph.pairs)),
        chains=tuple(sorted(path for path in paths if path[0] >= graph.pairs)),
        certificate=Certificate(parts),
        longest_ring=rings,
        longest_chain=chains,
        cpu_seconds=budget.spent,
    )


def unit_of(weights: Floats) -> float:
    """The largest number that every weight is a multiple of, down to a millionth; 0 when there is none."""
    different = np.unique(weights[weights > 0])
    if not len(different):
        return 1.0
    for scale in (1, 10, 100, 1000, 10_000, 100_000, 1_000_000):
        whole = np.rint(different * scale)
        if (np.abs(different * scale - whole) <= 1e-9 * scale).all() and whole.max() < 2**53:
            return float(Fraction(gcd(*whole.astype(int).tolist()), scale))
    return 0.0


def turned(ring: tuple[int, ...]) -> tuple[int, ...]:
    """A ring from its smallest vertex on."""
    at = ring.index(min(ring))
    return ring[at:] + ring[:at]


def certified(
    names: Ints, part_of: Ints, duals: Floats, bounds: Floats, proofs: dict[int, tuple[float, tuple[Case, ...]]]
) -> tuple[Part, ...]:
    """The parts in the graph's own vertices."""
    order = np.argsort(part_of, kind="stable")
    pieces = np.split(order, np.cumsum(np.bincount(part_of))[:-1]) if len(order) else []
    name = names.tolist()
    return tuple(
        Part(
            float(bounds[part]),
            dict(zip(names[piece].tolist(), duals[piece].tolist(), strict=True)),
            tuple(renamed(case, name) for case in proofs.get(part, (0.0, ()))[1]),
        )
        for part, piece in enumerate(pieces)
    )


def renamed(case: Case, name: list[int]) -> Case:
    """A case in other vertices."""
    return Case(
        tuple((name[tail], name[head]) for tail, head in case.used),
        tuple((name[tail], name[head]) for tail, head in case.unused),
        {name[vertex]: dual for vertex, dual in case.duals.items()},
        tuple(Cut(tuple(name[vertex] for vertex in cut.vertices), cut.dual) for cut in case.cuts),
    )
