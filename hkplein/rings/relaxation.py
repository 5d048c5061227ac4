"""The linear relaxation by column generation (Lam & Mak-Hau 2020), with a proven bound after every round.

The duals of the relaxation over the columns so far are moved towards the best proven ones (Wentges 1997); for these
the best ring of each leader and the best chain to each last vertex are found by dynamic programming over walks. To
raise the leader's dual, and the altruist's or last vertex's, by what its best lacks makes the duals feasible for every
ring and chain: their sum is a bound, each round anew.
"""

from __future__ import annotations

import numpy as np

from hkplein.rings.budget import Budget
from hkplein.rings.columns import Columns, are_simple
from hkplein.rings.graph import Floats, Ints
from hkplein.rings.master import Master
from hkplein.rings.reduction import Reduced

TOLERANCE = 1e-7
CHAINS = 4000  # that a round adds, and ten of each altruist at least
LEANS = (0.4, 0.0)  # how far towards the best duals, until something is found
MANY = 300  # new columns that are worth a place in the basis at once
FIRST = 200_000  # columns to begin with


class Relaxation:
    """Columns, and feasible duals whose sum is `bound`."""

    def __init__(self, reduced: Reduced, unit: float, budget: Budget) -> None:
        self.reduced, self.unit, self.budget = reduced, unit, budget
        self.columns = Columns(reduced.graph, reduced.width)
        self.master = Master(reduced.graph.vertices, budget.wall())
        self.duals = heaviest(reduced)
        self.value = 0.0
        self.shares: Floats = np.zeros(0)

    @property
    def bound(self) -> float:
        """What no set of rings and chains is worth more than."""
        return float(self.duals.sum())

    def add(self, paths: Ints) -> int:
        """Take in new columns; how many were new."""
        new = self.columns.add(paths)
        starts, rows = self.columns.rows(new)
        self.master.add(self.columns.weights[new], starts, rows)
        if len(starts) > MANY:
            self.master.seat(starts, rows)
        return int(new.stop - new.start)

    def run(self) -> None:
        """Generate columns until bound and value meet, or time is up; the chains last, when the rings have their duals.

        Rings are few and chains are many, and most chains that are good while rings have no price are not in the end.
        """
        self.add(self.first())
        if self.reduced.longest_chain and self.reduced.graph.altruists:
            self.generate(0.5, chains=False)
        self.generate(0.8, chains=True)

    def generate(self, share: float, *, chains: bool) -> None:
        """Rounds of the relaxation and of pricing, until nothing new is found, nothing more could be proven, or this
        share of the time is over.
        """
        new = 1
        while new and self.budget.spent < share * self.budget.seconds:
            duals = np.zeros(self.reduced.graph.vertices)
            if len(self.columns):
                if not self.master.solve(seconds=self.budget.wall(0.7)):
                    break
                self.value, self.shares, duals = self.master.value, self.master.shares, self.master.duals
            if self.closed:
                break
            for lean in LEANS if chains else (0.0,):
                found, complete = self.price(lean * self.duals + (1 - lean) * duals, chains=chains)
                new = self.add(found)
                if new or self.closed or not complete:
                    break

    @property
    def closed(self) -> bool:
        """Whether better duals would prove nothing more."""
        if self.unit and self.bound - self.value < self.unit / 50:
            return bool(np.floor(self.bound / self.unit + 1e-6) == np.floor(self.value / self.unit + 1e-6))
        return self.bound - self.value < 1e-6

    def first(self) -> Ints:
        """Rings of two, and chains of one arc."""
        reduced = self.reduced
        graph, none = reduced.graph, np.zeros(reduced.graph.vertices)
        paths: Ints = np.full((0, reduced.width), -1, np.int32)
        if reduced.longest_ring >= 2:
            from hkplein.rings import listing

            all_ = np.full(graph.pairs, -np.inf)
            count, rings, _ = listing.rings_above(*reduced.arrays, 2, none, all_, FIRST, self.budget.effort)
            paths = widened(rings[:count], reduced.width)
        return paths

    def price(self, duals: Floats, *, chains: bool = True) -> tuple[Ints, bool]:
        """The best columns for these duals, and whether all were looked at; a better bound is kept."""
        from hkplein.rings import kernels

        reduced, pairs = self.reduced, self.reduced.graph.pairs
        raised = duals.copy()
        found: list[Ints] = [np.full((0, reduced.width), -1, np.int32)]
        complete = True
        if reduced.longest_ring >= 2:
            best, paths, lengths, complete = kernels.best_rings(
                *reduced.arrays, reduced.longest_ring, duals, 0.0, self.budget.effort
            )
            raised[:pairs] += best
            found.append(widened(paths[(lengths > 0) & (best > TOLERANCE)], reduced.width))
        with_chains = [raised]
        if reduced.longest_chain and reduced.graph.altruists:
            by_altruist = raised.copy()
            by_altruist[pairs:] += kernels.best_by_altruist(*reduced.forward, pairs, reduced.longest_chain, duals)
            with_chains = [by_altruist]
            if chains:
                best, paths, lengths = kernels.best_chains(*reduced.forward, pairs, reduced.longest_chain, duals, 0.0)
                raised[:pairs] += best
                with_chains.append(raised)
                good = np.nonzero((lengths > 0) & (best > TOLERANCE))[0]
                few = few_of_each(paths[good, 0], best[good], max(10, CHAINS // reduced.graph.altruists))
                found.append(widened(paths[good[few]], reduced.width))
        if complete:
            for feasible in with_chains:
                self.improve(feasible)
        all_ = np.concatenate(found)
        return all_[are_simple(all_)], complete

    def improve(self, duals: Floats) -> None:
        """Keep these feasible duals in every part where they are better."""
        better = self.reduced.totals(duals) < self.reduced.totals(self.duals)
        self.duals = np.where(better[self.reduced.parts], duals, self.duals)


def few_of_each(kinds: Ints, values: Floats, count: int) -> Ints:
    """The places of the best `count` of each kind; of equal ones some from all over."""
    scattered = np.arange(len(kinds)) * 2654435761 % 2**32
    order = np.lexsort((scattered, -np.round(values, 6), kinds))
    first = np.searchsorted(kinds[order], kinds[order])
    return order[np.arange(len(order)) - first < count]


def widened(paths: Ints, width: int) -> Ints:
    """Paths in rows of this width."""
    wide = np.full((len(paths), width), -1, np.int32)
    wide[:, : paths.shape[1]] = paths
    return wide


def heaviest(reduced: Reduced) -> Floats:
    """Feasible duals without any work: the heaviest arc to each vertex pays for every ring and chain with it."""
    duals = np.zeros(reduced.graph.vertices)
    np.maximum.at(duals, reduced.graph.heads, reduced.graph.weights)
    return duals
