"""A proof by cases where the duals of a part leave a gap: branch and bound over the columns that could close it.

A branch takes an arc or does without it. Subset-row cuts over three vertices (Jepsen et al. 2008) hold in all branches.
"""

from __future__ import annotations

import numpy as np

from hkplein.rings.budget import Budget
from hkplein.rings.certificate import Arc, Case, Cut
from hkplein.rings.columns import ends
from hkplein.rings.graph import Bools, Floats, Ints
from hkplein.rings.master import Master

DIVIDED = 1e-6
ROUNDS, ROUNDS_BELOW = 20, 4  # of cuts, at the root and in a branch
CUTS = 40  # in a round
VIOLATED = 1.02  # what a triple must hold together to be worth a cut
Decision = tuple[int, bool]  # an arc by its number, and whether it is used


class Proof:
    """That no set of these columns is worth `goal` or more, or one that is."""

    def __init__(self, paths: Ints, weights: Floats, pairs: int, goal: float, budget: Budget) -> None:
        self.paths, self.weights, self.goal, self.budget = paths, weights, goal, budget
        held = paths >= 0
        starts = np.concatenate([[0], np.cumsum(held.sum(axis=1))])
        self.vertices, self.members = np.unique(paths[held], return_inverse=True)
        self.column = np.repeat(np.arange(len(paths)), np.diff(starts))
        row, tails, heads = ends(paths, pairs)
        self.arcs, self.arc = np.unique(np.stack([tails, heads], axis=1), axis=0, return_inverse=True)
        self.arc_column = row
        self.master = Master(len(self.vertices), budget.wall())
        self.master.add(weights, starts, self.members)
        self.cuts: list[tuple[int, ...]] = []
        self.cases: list[Case] = []
        self.better: Ints | None = None

    def run(self) -> bool:
        """Whether every case was closed; a solution that is worth the goal is left in `better` and ends the search."""
        waiting: list[tuple[Decision, ...]] = [()]
        while waiting:
            decisions = waiting.pop()
            if self.budget.left < 0 or not self.solve(decisions):
                return False
            if self.better is not None:
                return False
            if self.closed:
                self.cases.append(self.case(decisions))
            else:
                arc = self.divided_arc(decisions)
                waiting += [(*decisions, (arc, False)), (*decisions, (arc, True))]
        return True

    @property
    def closed(self) -> bool:
        """Whether the relaxation stays below the goal."""
        return self.master.value < self.goal

    def allowed(self, decisions: tuple[Decision, ...]) -> Bools:
        """The columns that keep to these decisions."""
        allowed = np.ones(len(self.weights), np.bool_)
        for arc, used in decisions:
            with_arc = np.zeros(len(self.weights), np.bool_)
            with_arc[self.arc_column[self.arc == arc]] = True
            if used:
                touched = np.isin(self.members, np.searchsorted(self.vertices, self.arcs[arc]))
                with_either = np.zeros(len(self.weights), np.bool_)
                with_either[self.column[touched]] = True
                allowed &= with_arc | ~with_either
            else:
                allowed &= ~with_arc
        return allowed

    def solve(self, decisions: tuple[Decision, ...]) -> bool:
        """Solve the relaxation of a branch with the cuts that it violates; whether there was time for it."""
        every = np.arange(len(self.weights))
        most = np.where(self.allowed(decisions), self.master.infinity, 0.0)
        self.master.limit(every, np.zeros(len(every)), most)
        for _ in range(ROUNDS_BELOW if decisions else ROUNDS):
            if not self.master.solve(Master.DUAL, self.budget.wall()):
                return False
            if self.closed:
                return True
            shares = self.master.shares
            divided = (shares > DIVIDED) & (shares < 1 - DIVIDED)
            if not divided.any():
                self.better = np.nonzero(shares > 0.5)[0]
                return True
            cuts = self.violated(np.where(divided, shares, 0.0))
            if not cuts:
                return True
            self.add(cuts)
        return self.master.solve(Master.DUAL, self.budget.wall())

    def add(self, cuts: list[tuple[int, ...]]) -> None:
        """Cuts as further rows."""
        holding = [np.nonzero(np.bincount(self.column[np.isin(self.members, cut)]) >= 2)[0] for cut in cuts]
        starts = np.concatenate([[0], np.cumsum([len(columns) for columns in holding])])
        self.master.add_rows(np.ones(len(cuts)), starts, np.concatenate(holding), np.ones(starts[-1]))
        self.cuts += cuts

    def violated(self, shares: Floats) -> list[tuple[int, ...]]:
        """The triples of vertices that these shares hold a majority of more than once, the worst first."""
        taken = np.nonzero(shares > 0)[0]
        entries = np.nonzero(shares[self.column] > 0)[0]
        rows, row = np.unique(self.members[entries], return_inverse=True)
        inside = np.zeros((len(rows), len(taken)))
        inside[row, np.searchsorted(taken, self.column[entries])] = 1.0
        together = (inside * shares[taken]) @ inside.T
        np.fill_diagonal(together, 0.0)
        one, other = np.nonzero(np.triu(together) > DIVIDED)
        sums = together[one, other][:, None] + together[one] + together[other]
        sums[np.arange(len(one)), one] = sums[np.arange(len(one)), other] = 0.0
        pair, third = np.nonzero(sums > VIOLATED)
        triples = np.sort(np.stack([one[pair], other[pair], third], axis=1), axis=1)
        triples, first = np.unique(triples, axis=0, return_index=True)
        inside_all = inside[triples].all(axis=1) @ shares[taken]
        amounts = sums[pair, third][first] - 2 * inside_all
        found = [
            tuple(rows[triples[at]].tolist()) for at in np.argsort(-amounts, kind="stable") if amounts[at] > VIOLATED
        ]
        known = set(self.cuts)
        return [cut for cut in found if cut not in known][:CUTS]

    def divided_arc(self, decisions: tuple[Decision, ...]) -> int:
        """The arc that is closest to being half used, of those that nothing was decided of."""
        flow = np.bincount(self.arc, self.master.shares[self.arc_column], len(self.arcs))
        flow[[arc for arc, _ in decisions]] = np.inf
        return int(np.argmin(np.abs(flow - 0.5)))

    def case(self, decisions: tuple[Decision, ...]) -> Case:
        """The duals at hand as a case."""
        duals = self.master.duals
        rows = len(self.vertices)
        named = {int(self.vertices[row]): float(duals[row]) for row in np.nonzero(duals[:rows] > 0)[0]}
        cuts = tuple(
            Cut(tuple(int(self.vertices[row]) for row in cut), float(dual))
            for cut, dual in zip(self.cuts, duals[rows:], strict=True)
            if dual > 0
        )
        used: list[Arc] = []
        unused: list[Arc] = []
        for arc, is_used in decisions:
            tail, head = (int(vertex) for vertex in self.arcs[arc])
            (used if is_used else unused).append((tail, head))
        return Case(tuple(used), tuple(unused), named, cuts)
