"""A graph without what can be in no ring and no chain, and the parts it falls into."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from hkplein.rings.graph import Bools, Floats, Graph, Ints


@dataclass
class Reduced:
    """What is left of a graph; `graph.numbers` are the vertices of the graph before. Busy vertices come first."""

    graph: Graph
    longest_ring: int
    longest_chain: int
    parts: Ints = field(init=False)  # the part of each vertex; no ring or chain lies in two

    def __post_init__(self) -> None:
        self.parts = components(self.graph.tails, self.graph.heads, self.graph.vertices)

    @cached_property
    def arrays(self) -> tuple[Any, ...]:
        """The graph as the compiled loops take it."""
        starts, arcs = self.graph.backward
        return (*self.forward, starts, self.graph.tails[arcs], arcs, self.graph.pairs)

    @property
    def forward(self) -> tuple[Any, ...]:
        return self.graph.starts, self.graph.heads, self.graph.weights

    @property
    def part_count(self) -> int:
        return int(self.parts.max(initial=-1)) + 1

    @property
    def width(self) -> int:
        """How many vertices a ring or chain holds at most."""
        return max(self.longest_ring, self.longest_chain + 1, 2)

    def totals(self, amounts: Floats) -> Floats:
        """The sum over the vertices of each part."""
        return np.bincount(self.parts, amounts, self.part_count).astype(float)


def components(tails: Ints, heads: Ints, vertices: int) -> Ints:
    """The number of the component of each vertex, when every arc holds its two ends together.

    Hooking and jumping over all arcs at once (Shiloach and Vishkin 1982); the root is the smallest vertex.
    """
    root = np.arange(vertices)
    while True:
        one, other = root[tails], root[heads]
        if (one == other).all():
            return np.unique(root, return_inverse=True)[1]
        np.minimum.at(root, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(root[root], root):
            root = root[root]


def in_chains(graph: Graph, longest: int) -> Bools:
    """Which arcs lie on a walk of at most so many arcs from an altruist."""
    marked, reached = np.zeros(graph.arcs, np.bool_), np.zeros(graph.vertices, np.bool_)
    reached[graph.pairs :] = True
    for _ in range(longest if graph.altruists else 0):
        marked = reached[graph.tails]
        reached[graph.heads[marked]] = True
    return marked


def reduce(graph: Graph, longest_ring: int, longest_chain: int, effort: float) -> Reduced:
    """Keep the arcs that a ring or chain within its length can use."""
    from hkplein.rings import kernels

    starts, arcs = graph.backward
    tails = graph.tails[arcs]
    usable = in_chains(graph, longest_chain)
    if longest_ring >= 2:
        usable = usable | kernels.on_rings(
            graph.starts, graph.heads, starts, tails, arcs, graph.pairs, longest_ring, effort
        )
    tails, heads, weights = graph.tails[usable], graph.heads[usable], graph.weights[usable]
    degrees = np.bincount(tails, minlength=graph.vertices) + np.bincount(heads, minlength=graph.vertices)
    kept = np.nonzero(degrees)[0]
    kept = kept[np.lexsort((kept, -degrees[kept], kept >= graph.pairs))]
    place = np.full(graph.vertices, -1, np.int32)
    place[kept] = np.arange(len(kept))
    tails, heads = place[tails], place[heads]
    order = np.lexsort((heads, tails))
    starts = np.searchsorted(tails[order], np.arange(len(kept) + 1)).astype(np.int64)
    pairs = int((kept < graph.pairs).sum())
    return Reduced(Graph(pairs, starts, heads[order], weights[order], kept), longest_ring, longest_chain)


def surroundings(graph: Graph, vertices: Iterable[int], longest_ring: int = 3, longest_chain: int = 3) -> Graph:
    """What shares rings and chains with these vertices, over one another: a no among them changes nothing else.

    Its `numbers` are the vertices of the graph.
    """
    reduced = reduce(graph, longest_ring, longest_chain, 1e9)
    inside = np.zeros(reduced.part_count, np.bool_)
    inside[reduced.parts[np.isin(reduced.graph.numbers, np.array(list(vertices)))]] = True
    kept = np.nonzero(inside[reduced.parts])[0]
    place = np.full(reduced.graph.vertices, -1)
    place[kept] = np.arange(len(kept))
    arcs = np.nonzero(place[reduced.graph.tails] >= 0)[0]
    tails, heads = place[reduced.graph.tails[arcs]], place[reduced.graph.heads[arcs]].astype(np.int32)
    starts = np.searchsorted(tails, np.arange(len(kept) + 1)).astype(np.int64)
    pairs = int((kept < reduced.graph.pairs).sum())
    return Graph(pairs, starts, heads, reduced.graph.weights[arcs], reduced.graph.numbers[kept])
