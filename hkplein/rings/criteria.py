"""Which of the answers that are worth the same: the order of criteria of the marketplace, and nothing else.

After the value come those who wait longest, then shorter rings, then starred wishes, then a draw by a seed. Each
decides only between what all before it leave equal.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from hkplein.rings.closing import CUT_OFF, Closing
from hkplein.rings.columns import ends
from hkplein.rings.graph import Floats, Graph, Ints
from hkplein.rings.master import packing

FEW = 14  # columns whose every choice is tried
RANGE = 100_000  # of the whole numbers that one objective tells apart
LOTS = 1000  # in the draw


@dataclass(frozen=True)
class Criteria:
    """Days that each vertex of a graph waits; the arcs that are starred; the seed of the draw."""

    graph: Graph
    waiting: Floats
    starred: Ints  # 1 for each arc that is
    lots: Ints  # of each arc

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
        return cls(graph, days, stars, np.random.default_rng(seed).integers(1, LOTS, graph.arcs))

    def objectives(self, paths: Ints) -> list[Floats]:
        """What each criterion counts of each ring or chain, in their order; more is better."""
        row, tails, heads = ends(paths, self.graph.pairs)
        arcs = self.graph.arcs_between(tails, heads)
        stars = np.bincount(row, self.starred[arcs], len(paths))
        lots = np.bincount(row, self.lots[arcs], len(paths))
        people = (paths >= 0).sum(axis=1).astype(float)
        return [*self.longest_first(paths), -(people**2), stars, lots]

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
    """Choose between the answers that are worth as much as the one that was found, part by part.

    A part whose choice is not made when time is up keeps what was found.
    """
    slack = closing.reduced.totals(closing.relaxation.duals) - closing.values
    closing.list_columns(slack)
    parts = closing.part_of(np.arange(len(closing.columns)))
    near: Ints = np.nonzero(closing.columns.values(closing.relaxation.duals) >= -slack[parts] - CUT_OFF)[0]
    near = near[np.argsort(parts[near], kind="stable")]
    columns: Ints
    for columns in np.split(near, np.nonzero(np.diff(parts[near]))[0] + 1):
        if not len(columns) or closing.budget.left < 0:
            break
        part = int(parts[columns[0]])
        now = closing.chosen[closing.part_of(closing.chosen) == part]
        if len(columns) > len(now):
            columns = ordered(closing, np.union1d(columns, now), names)  # noqa: PLW2901
            paths = closing.columns.paths[columns]
            objectives = criteria.objectives(np.where(paths >= 0, names[paths], -1))
            closing.settle(part, choose(closing, columns, now, objectives))


def ordered(closing: Closing, columns: Ints, names: Ints) -> Ints:
    """Columns in an order that does not depend on how they were found."""
    paths = closing.columns.paths[columns]
    return columns[np.lexsort(np.where(paths >= 0, names[paths], -1).T[::-1])]


def choose(closing: Closing, columns: Ints, now: Ints, objectives: list[Floats]) -> Ints:
    """The columns that are best by these objectives, one after the other, and worth as much as those now."""
    weights = closing.columns.weights
    worth = float(weights[now].sum())
    if len(columns) <= FEW:
        rows = [frozenset(path[path >= 0].tolist()) for path in closing.columns.paths[columns]]
        table = np.stack([np.rint(weights[columns] / CUT_OFF), *objectives], axis=1)
        return columns[list(best_of_all(rows, [tuple(line) for line in table.tolist()]))]
    starts, members = closing.columns.rows(columns)
    rows_held, members = np.unique(members, return_inverse=True)
    demands: list[tuple[Floats, float]] = [(weights[columns], worth - CUT_OFF)]
    chosen: Ints = np.nonzero(np.isin(columns, now))[0]
    for objective in objectives:
        if closing.budget.left < 0:
            break
        if objective.any():
            seconds = closing.budget.wall(0.5)
            chosen = packing(len(rows_held), objective, starts, members, chosen, seconds, demands=tuple(demands))
            demands.append((objective, float(objective[chosen].sum()) - 0.5))
    return columns[chosen]


def best_of_all(rows: list[frozenset[int]], worth: list[tuple[float, ...]]) -> tuple[int, ...]:
    """Of all choices of columns without a row in common the one whose sums are best, the first sum first."""

    def best(column: int, taken: frozenset[int]) -> tuple[tuple[float, ...], tuple[int, ...]]:
        if column == len(rows):
            return (0.0,) * len(worth[0]), ()
        without = best(column + 1, taken)
        if rows[column] & taken:
            return without
        sums, chosen = best(column + 1, taken | rows[column])
        return max(without, (tuple(map(sum, zip(sums, worth[column], strict=True))), (column, *chosen)))

    return best(0, frozenset())[1]
