"""Rings and chains as columns of a matrix: which vertices each holds together, and what it is worth."""

from __future__ import annotations

import numpy as np

from hkplein.rings.graph import Bools, Floats, Graph, Ints


def ends(paths: Ints, pairs: int) -> tuple[Ints, Ints, Ints]:
    """Every arc of every path: the row it stands in, its tail and its head.

    A row holds the vertices in order, then -1. One that begins with an altruist is a chain; any other is a ring, and
    its last vertex leads back to its first.
    """
    rows, width = paths.shape
    following = np.full_like(paths, -1)
    following[:, : width - 1] = paths[:, 1:]
    rings = np.nonzero((paths[:, 0] < pairs) if width else np.zeros(rows, np.bool_))[0]
    following[rings, (paths[rings] >= 0).sum(axis=1) - 1] = paths[rings, 0]
    row, place = np.nonzero((paths >= 0) & (following >= 0))
    return row, paths[row, place], following[row, place]


def worth(graph: Graph, paths: Ints) -> Floats:
    """The weight of each path; NaN where one of its arcs is not there."""
    row, tails, heads = ends(paths, graph.pairs)
    arcs = graph.arcs_between(tails, heads)
    weights = np.where(arcs >= 0, graph.weights[arcs], np.nan) if graph.arcs else np.full(len(arcs), np.nan)
    return np.bincount(row, weights, len(paths)).astype(float)


def are_simple(paths: Ints) -> Bools:
    """Which paths hold no vertex twice."""
    filled = np.where(paths >= 0, paths, -1 - np.arange(paths.shape[1])[None, :])
    return np.asarray((np.diff(np.sort(filled, axis=1), axis=1) != 0).all(axis=1))


class Columns:
    """A growing set of rings and chains of one graph, each once."""

    def __init__(self, graph: Graph, width: int) -> None:
        self.graph, self.width = graph, width
        self.paths: Ints = np.zeros((0, width), np.int32)
        self.weights: Floats = np.zeros(0)
        draw = np.random.default_rng(0)
        self.marks = draw.integers(2**63, size=graph.vertices + 1, dtype=np.uint64)  # by which paths are told apart
        self.places = draw.integers(2**63, size=width, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
        self.known = np.zeros(0, np.uint64)

    def __len__(self) -> int:
        return len(self.weights)

    def add(self, paths: Ints) -> slice:
        """Take in the paths that are new; where they stand now."""
        wide = np.full((len(paths), self.width), -1, np.int32)
        wide[:, : paths.shape[1]] = paths
        sums, first = np.unique((self.marks[wide] * self.places).sum(axis=1, dtype=np.uint64), return_index=True)
        if len(self.known):
            at = np.minimum(np.searchsorted(self.known, sums), len(self.known) - 1)
            sums, first = sums[self.known[at] != sums], first[self.known[at] != sums]
        new, before = wide[np.sort(first)], len(self)
        self.known = np.sort(np.concatenate([self.known, sums]), kind="stable")
        self.paths = np.concatenate([self.paths, new])
        self.weights = np.concatenate([self.weights, worth(self.graph, new)])
        return slice(before, len(self))

    def rows(self, which: slice | Ints = slice(None)) -> tuple[Ints, Ints]:
        """Where the vertices of each column begin, and these vertices, one after the other."""
        paths = self.paths[which]
        held = paths >= 0
        return np.concatenate([[0], np.cumsum(held.sum(axis=1))]), paths[held]

    def values(self, duals: Floats, which: slice | Ints = slice(None)) -> Floats:
        """The weight of each less the duals of its vertices."""
        paths = self.paths[which]
        charges = np.where(paths >= 0, duals[paths], 0.0).sum(axis=1)
        return np.asarray(self.weights[which] - charges)
