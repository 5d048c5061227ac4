"""Who would take whose work: a graph of wishes, as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Graph:
    """Arcs u → v: u would take the work of v, and that is worth a weight of at least 0.

    Vertices 0 … pairs - 1 give work and take work. The vertices after them are altruists: they take and give none
    back, so no arc leads to them. The arcs of u are `heads[starts[u]:starts[u + 1]]`, in rising order.
    """

    pairs: int
    starts: Ints
    heads: Ints
    weights: Floats
    numbers: Ints  # what each vertex is called where it came from

    @classmethod
    def of(
        cls,
        pairs: int,
        altruists: int,
        arcs: Iterable[tuple[int, int, float]],
        numbers: Sequence[int] | None = None,
    ) -> Graph:
        """A graph from arcs in any order; a wish for one's own work or an altruist's falls away, as does a repetition.

        Of arcs that stand there twice the heaviest stays. Arcs out of range are a ValueError.
        """
        table = np.array(list(arcs), float).reshape(-1, 3)
        tails, heads, weights = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2]
        count = pairs + altruists
        if len(table) and not (min(tails.min(), heads.min()) >= 0 and max(tails.max(), heads.max()) < count):
            raise ValueError("an arc leads to or from a vertex that is not there")
        if not (np.isfinite(weights).all() and (weights >= 0).all()):
            raise ValueError("a weight is a number of at least 0")
        kept = (tails != heads) & (heads < pairs)
        tails, heads, weights = tails[kept], heads[kept], weights[kept]
        order = np.lexsort((-weights, heads, tails))
        tails, heads, weights = tails[order], heads[order], weights[order]
        first = np.ones(len(tails), np.bool_)
        first[1:] = (np.diff(tails) != 0) | (np.diff(heads) != 0)
        tails, heads, weights = tails[first], heads[first], weights[first]
        starts = np.searchsorted(tails, np.arange(count + 1))
        names = np.arange(count) if numbers is None else np.asarray(numbers, np.int64)
        return cls(pairs, starts.astype(np.int64), heads.astype(np.int32), weights, names)

    @property
    def vertices(self) -> int:
        """How many vertices there are, altruists included."""
        return len(self.starts) - 1

    @property
    def altruists(self) -> int:
        """How many take and give nothing back."""
        return self.vertices - self.pairs

    @property
    def arcs(self) -> int:
        """How many wishes there are."""
        return len(self.heads)

    @cached_property
    def tails(self) -> Ints:
        """Where each arc begins."""
        return np.repeat(np.arange(self.vertices, dtype=np.int32), np.diff(self.starts))

    @cached_property
    def backward(self) -> tuple[Ints, Ints]:
        """The arcs by their heads: where those of each vertex begin, and which arcs they are, by rising tail."""
        order = np.argsort(self.heads, kind="stable")
        return np.searchsorted(self.heads[order], np.arange(self.vertices + 1)).astype(np.int64), order

    @cached_property
    def distances(self) -> Ints:
        """How many arcs each vertex is from the nearest altruist; as many as there are vertices if none reaches it."""
        found = np.full(self.vertices, self.vertices)
        edge, step = np.arange(self.pairs, self.vertices), 0
        while len(edge):
            found[edge], step = step, step + 1
            reached = np.unique(self.heads[np.isin(self.tails, edge)])
            edge = reached[found[reached] == self.vertices]
        return found

    @cached_property
    def keys(self) -> Ints:
        """A number for each arc, rising."""
        return self.tails.astype(np.int64) * self.vertices + self.heads

    def arcs_between(self, tails: Ints, heads: Ints) -> Ints:
        """The places of these arcs, -1 where there is none."""
        keys = self.keys
        wanted = tails.astype(np.int64) * self.vertices + heads
        if not len(keys):
            return np.full(len(wanted), -1)
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where(keys[place] == wanted, place, -1)

    def only(self, kept: Bools) -> Graph:
        """The same vertices with these of the arcs."""
        starts = np.concatenate([[0], np.cumsum(kept)])[self.starts]
        return Graph(self.pairs, starts, self.heads[kept], self.weights[kept], self.numbers)

    def without(self, arcs: Iterable[tuple[int, int]]) -> Graph:
        """The same vertices without these arcs: what somebody said no to."""
        kept = np.ones(self.arcs, np.bool_)
        refused = np.array(list(arcs), np.int64).reshape(-1, 2)
        places = self.arcs_between(refused[:, 0], refused[:, 1])
        kept[places[places >= 0]] = False
        return self.only(kept)
