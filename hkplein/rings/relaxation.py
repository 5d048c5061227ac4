"""The linear relaxation by column generation (Lam & Mak-Hau 2020), with a proven bound after every round.

The duals of the relaxation over the columns so far are moved towards the best proven ones (Wentges 1997); for these
the best ring of each leader and the best chain to each last vertex are found by dynamic programming over walks. To
raise the leader's dual, and the altruist's or last vertex's, by what its best lacks makes the duals feasible for every
ring and chain: their sum is a bound, each round anew.
"""

from __future__ import annotations

import numpy as np

from hkplein.rings.budget import Budget
from hkplein.rings.columns import Columns, are_simple, worth
from hkplein.rings.graph import Floats, Ints
from hkplein.rings.master import Master
from hkplein.rings.reduction import Reduced
from hkplein.rings.walks import Layers, best_by_altruist

TOLERANCE = 1e-7
CHAINS = 4000  # that a round adds, and ten of each altruist at least
LEANS = (0.4, 0.0)  # how far towards the best duals, until something is found
RINGS, MOST = 40, 1_000_000  # that are listed to begin with, for each vertex and in all
COLUMNS = 400_000  # to begin with, for each second that is left
COOLING = ((0.2, 15), (0.1, 12), (0.05, 12), (0.03, 12))  # heat, as a share of the heaviest arc, and rounds at it
MOMENTUM = 0.8
NEAR = (7, 3, 1, 0)  # times the heat at the end, that a column may cost more than it is worth; fewer if too many do


class Relaxation:
    """Columns, and feasible duals whose sum is `bound`."""

    def __init__(self, reduced: Reduced, unit: float, budget: Budget) -> None:
        self.reduced, self.unit, self.budget = reduced, unit, budget
        self.columns = Columns(reduced.graph, reduced.width)
        self.master = Master(reduced.graph.vertices, budget.wall())
        self.duals = heaviest(reduced)
        self.value = 0.0
        self.shares: Floats = np.zeros(0)
        self.solved = 0  # columns that the relaxation was solved with

    @property
    def bound(self) -> float:
        """What no set of rings and chains is worth more than."""
        return float(self.duals.sum())

    def add(self, paths: Ints) -> int:
        """Take in new columns; how many were new."""
        new = self.columns.add(paths)
        starts, rows = self.columns.rows(new)
        self.master.add(self.columns.weights[new], starts, rows)
        return int(new.stop - new.start)

    def run(self) -> None:
        """Generate columns until bound and value meet, or time is up."""
        rings = self.rings()
        if len(rings):
            self.begin(rings)
        self.generate(0.8)

    def rings(self) -> Ints:
        """All rings up to the greatest length of which there are few enough to hold."""
        from hkplein.rings import listing

        reduced = self.reduced
        pairs = reduced.graph.pairs
        most = min(MOST, RINGS * pairs)
        everything = np.full(pairs, -np.inf)
        for longest in range(reduced.longest_ring, 1, -1):
            count, paths, complete = listing.rings_above(
                *reduced.arrays, longest, np.zeros(len(self.duals)), everything, most, self.budget.effort / 3
            )
            if complete or longest == 2:
                return widened(paths[:count], reduced.width)
        return np.full((0, reduced.width), -1, np.int32)

    def begin(self, rings: Ints) -> None:
        """Begin with what is nearly paid for by softened duals: nearly all that a best solution is made of.

        Instead of the best columns each is taken exp(value / heat) times, and the duals are found for which no vertex
        is taken more than once, while it cools: iterative scaling (Darroch and Ratcliff 1972) with momentum. It takes
        a fraction of the time of the simplex method, which has little left to do then.
        """
        from hkplein.rings import kernels, listing

        reduced, graph = self.reduced, self.reduced.graph
        worths, top = worth(graph, rings), float(graph.weights.max())
        longest = reduced.longest_chain if graph.altruists else 0
        duals = np.full(graph.vertices, top / 2)
        step = 1 / max(int((rings >= 0).sum(axis=1).max()), longest)
        rounds_left = self.affordable(len(rings) * reduced.width + longest * graph.arcs)
        for heat, rounds in COOLING:
            rounds = min(rounds, max(rounds_left // len(COOLING), 1))  # noqa: PLW2901
            kernels.soften(
                rings, worths, *reduced.forward, graph.pairs, longest, duals, heat * top, rounds, MOMENTUM, step
            )
        found, _ = self.price(duals)
        excess = np.where(rings >= 0, duals[rings], 0.0).sum(axis=1) - worths
        most = int(max(self.budget.left, 0.2) * COLUMNS)
        for near in NEAR:
            slack = near * COOLING[-1][0] * top
            new, room = [found, rings[excess <= slack]], True
            if longest:
                least = np.full(graph.altruists, -slack)
                count, paths, room = listing.chains_above(
                    *reduced.forward, graph.pairs, longest, duals, least, most, self.budget.effort
                )
                new.append(widened(paths[:count], reduced.width))
            if room and sum(map(len, new)) <= most:
                break
        self.add(np.concatenate(new))

    def affordable(self, steps: int) -> int:
        """How many rounds of so many steps may be made."""
        return int(2 * self.budget.effort / max(steps, 1))

    def generate(self, share: float) -> None:
        """Rounds of the relaxation and of pricing, until nothing new is found, nothing more could be proven, or this
        share of the time is over.
        """
        new = 1
        while new and self.budget.spent < share * self.budget.seconds:
            duals = np.zeros(self.reduced.graph.vertices)
            if len(self.columns):
                if not self.solve():
                    break
                self.value, self.shares, duals = self.master.value, self.master.shares, self.master.duals
            if self.closed:
                break
            for lean in LEANS:
                found, complete = self.price(lean * self.duals + (1 - lean) * duals)
                new = self.add(found)
                if new or self.closed or not complete:
                    break

    def solve(self) -> bool:
        """Solve the relaxation; from scratch where most is new, which is faster then."""
        fresh = len(self.columns) - self.solved > len(self.columns) / 2
        self.solved = len(self.columns)
        if fresh:
            self.master.forget()
        return self.master.solve(Master.DUAL if fresh else Master.PRIMAL, self.budget.wall(0.7))

    @property
    def closed(self) -> bool:
        """Whether better duals would prove nothing more."""
        if self.unit and self.bound - self.value < self.unit / 50:
            return bool(np.floor(self.bound / self.unit + 1e-6) == np.floor(self.value / self.unit + 1e-6))
        return self.bound - self.value < 1e-6

    def price(self, duals: Floats) -> tuple[Ints, bool]:
        """The best columns for these duals, and whether all were looked at; a better bound is kept."""
        from hkplein.rings import kernels

        reduced, pairs = self.reduced, self.reduced.graph.pairs
        raised = duals.copy()
        found: list[Ints] = [np.full((0, reduced.width), -1, np.int32)]
        complete = True
        if reduced.longest_ring >= 2:
            best, paths, complete = kernels.best_rings(
                *reduced.arrays, reduced.longest_ring, duals, 0.0, self.budget.effort
            )
            raised[:pairs] += best
            found.append(widened(paths[best > TOLERANCE], reduced.width))
        ways = [raised]
        if reduced.longest_chain and reduced.graph.altruists:
            by_altruist = raised.copy()
            by_altruist[pairs:] += best_by_altruist(reduced.graph, reduced.longest_chain, duals)
            layers = Layers(reduced.graph, reduced.longest_chain, duals)
            raised += layers.best
            ways = [by_altruist, raised]
            good = np.nonzero(layers.best > TOLERANCE)[0]
            paths = layers.paths(good)
            few = few_of_each(paths[:, 0], layers.best[good], max(10, CHAINS // reduced.graph.altruists))
            found.append(widened(paths[few], reduced.width))
        if complete:
            for feasible in ways:
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
