"""Which of the answers that are worth the same: the order of criteria of the marketplace, and nothing else.

After the value come those who wait longest, then shorter rings, then starred wishes, then a draw by a seed. Each
decides only between what all before it leave equal.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from hkplein.rings.choice import Choice
from hkplein.rings.closing import CUT_OFF, Closing
from hkplein.rings.columns import ends
from hkplein.rings.graph import Floats, Graph, Ints

RANGE = 5000  # of the whole numbers that one objective tells apart
LOTS = 1000  # in a draw
DRAWS = 3  # one after the other, as long as something is equal


@dataclass(frozen=True)
class Criteria:
    """Days that each vertex of a graph waits; the arcs that are starred; the seed of the draw."""

    graph: Graph
    waiting: Floats
    starred: Ints  # 1 for each arc that is
    lots: Ints  # of each arc, in each draw

    @classmethod
    def of(
        cls, graph: Graph, waiting: Sequence[float] | None, starred: Collection[tuple[int, int]], seed: int
    ) -> Criteria:
        """With no days at all nobody waits longer than others."""
        days = np.zeros(graph.vertices) if waiting is None else np.asarray(waiting, float)
        if len(days) != graph.vertices:
            raise ValueError("waiting has a number of days for each vertex")
        stars = np.zeros(graph.arcs, np.int64)
        if starred:
            places = graph.arcs_between(np.array([u for u, _ in starred]), np.array([v for _, v in starred]))
            stars[places[places >= 0]] = 1
        return cls(graph, days, stars, np.random.default_rng(seed).integers(1, LOTS, (DRAWS, graph.arcs)))

    def objectives(self, paths: Ints) -> list[Floats]:
        """What each criterion counts of each ring or chain, in their order; more is better."""
        row, tails, heads = ends(paths, self.graph.pairs)
        arcs = self.graph.arcs_between(tails, heads)
        stars = np.bincount(row, self.starred[arcs], len(paths)).astype(float)
        draws = [np.bincount(row, lots[arcs], len(paths)).astype(float) for lots in self.lots]
        people = (paths >= 0).sum(axis=1).astype(float)
        return [*self.longest_first(paths), -(people**2), stars, *draws]

    def longest_first(self, paths: Ints) -> list[Floats]:
        """How many it holds of those who wait longest; then of the next; as digits of one number where they fit."""
        held = (paths >= 0) & (paths < self.graph.pairs)
        days = np.where(held, self.waiting[paths], 0.0)
        objectives: list[Floats] = []
        number, room = np.zeros(len(paths)), RANGE
        for wait in np.unique(days[days > 0])[::-1]:
            digit = (days == wait).sum(axis=1)
            base = len(np.unique(paths[days == wait])) + 1
            if base > room:
                objectives.append(number)
                number, room = np.zeros(len(paths)), RANGE
            number = number * base + digit
            room //= base
        return [*objectives, number]


def settle(closing: Closing, criteria: Criteria, names: Ints) -> None:
    """Choose between the answers that are worth as much as the one that was found.

    A piece whose choice is not made when time is up keeps what was found.
    """
    slack = closing.reduced.totals(closing.relaxation.duals) - closing.values
    closing.list_columns(slack)
    every = np.arange(len(closing.columns))
    near = closing.columns.values(closing.relaxation.duals) >= -slack[closing.part_of(every)] - CUT_OFF
    columns = ordered(closing, np.union1d(np.nonzero(near)[0], closing.chosen), names)
    paths = closing.columns.paths[columns]
    objectives = criteria.objectives(np.where(paths >= 0, names[paths], -1))
    weights = np.rint(closing.columns.weights[columns] / (closing.unit or CUT_OFF))
    choice = Choice(paths, np.stack([weights, *objectives], axis=1), np.isin(columns, closing.chosen), closing.budget)
    choice.run()
    closing.chosen = columns[choice.taken]


def ordered(closing: Closing, columns: Ints, names: Ints) -> Ints:
    """Columns in an order that does not depend on how they were found."""
    paths = closing.columns.paths[columns]
    return columns[np.lexsort(np.where(paths >= 0, names[paths], -1).T[::-1])]
