"""The best chains for given duals, layer by layer over all arcs at once."""

from __future__ import annotations

import numpy as np

from hkplein.rings.graph import Floats, Graph, Ints

NOISE = 1e-9  # of two walks that differ by less the shorter is taken: the longer may only be it and a ring


def largest(values: Floats, starts: Ints) -> Floats:
    """The largest of each piece of `values`, -infinity where a piece is empty."""
    tops = np.full(len(starts) - 1, -np.inf)
    filled = np.nonzero(np.diff(starts))[0]
    if len(filled):
        tops[filled] = np.maximum.reduceat(values, starts[filled])
    return tops


def best_by_altruist(graph: Graph, longest: int, duals: Floats) -> Floats:
    """For each altruist the value of the best walk; 0 where none is worth its duals."""
    gains = graph.weights - duals[graph.heads]
    ahead = np.zeros(graph.vertices)
    for _ in range(longest):
        ahead = np.maximum(largest(gains + ahead[graph.heads], graph.starts), 0.0)
    return np.maximum(ahead[graph.pairs :] - duals[graph.pairs :], 0.0)


class Layers:
    """The best walks from an altruist to each vertex in one arc, in two, and so on."""

    def __init__(self, graph: Graph, longest: int, duals: Floats) -> None:
        self.starts, arcs = graph.backward
        self.tails, self.gains = graph.tails[arcs], (graph.weights - duals[graph.heads])[arcs]
        value = np.full(graph.vertices, -np.inf)
        value[graph.pairs :] = -duals[graph.pairs :]
        self.values = [value]
        self.best, self.steps = np.zeros(graph.vertices), np.zeros(graph.vertices, np.int64)
        for step in range(1, longest + 1):
            value = largest(value[self.tails] + self.gains, self.starts)
            better = value > self.best + np.where(self.steps > 0, NOISE, 0.0)
            self.best, self.steps = np.where(better, value, self.best), np.where(better, step, self.steps)
            self.values.append(value)

    def paths(self, ends: Ints) -> Ints:
        """The best walk to each of these; it may hold a vertex twice, and is a shorter one and a ring then."""
        paths = np.full((len(ends), len(self.values)), -1, np.int32)
        rows, vertex = np.arange(len(ends)), ends
        for step in range(len(self.values) - 1, 0, -1):
            here = rows[self.steps[ends] >= step]
            paths[here, step] = vertex[here]
            vertex = vertex.copy()
            vertex[here] = self.origins(vertex[here], step)
        paths[:, 0] = vertex
        return paths

    def origins(self, vertices: Ints, step: int) -> Ints:
        """The vertices before these, on their best walks of so many arcs."""
        lengths = np.diff(self.starts)[vertices]
        ends = np.cumsum(lengths)
        places = np.arange(lengths.sum()) - np.repeat(ends - lengths - self.starts[vertices], lengths)
        tails = self.tails[places]
        through = self.values[step - 1][tails] + self.gains[places]
        hits = np.nonzero(through == np.repeat(self.values[step][vertices], lengths))[0]
        origins: Ints = tails[hits[np.searchsorted(hits, ends - lengths)]]
        return origins
