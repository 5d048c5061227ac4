"""A proof by cases where the duals of a part leave a gap: branch, price and cut over the columns that could close it.

A branch takes an arc or does without it. Subset-row cuts over three vertices (Jepsen et al. 2008) hold in all branches.
"""

from __future__ import annotations

import numpy as np

from hkplein.rings.budget import Budget
from hkplein.rings.certificate import Arc, Case, Cut
from hkplein.rings.columns import ends
from hkplein.rings.cuts import violated
from hkplein.rings.graph import Bools, Floats, Ints
from hkplein.rings.master import Master

DIVIDED = 1e-6
ROUNDS, ROUNDS_BELOW = 40, 4  # of cuts, at the root and in a branch
AT_ONCE = 2000  # columns that a round of pricing adds
Decision = tuple[int, bool]  # an arc by its number, and whether it is used


class Proof:
    """That no set of these columns is worth `goal` or more; what is found to be worth it raises the goal by `unit`."""

    def __init__(self, paths: Ints, weights: Floats, pairs: int, goal: float, unit: float, budget: Budget) -> None:
        self.paths, self.weights, self.goal, self.unit, self.budget = paths, weights, goal, unit, budget
        held = paths >= 0
        self.starts = np.concatenate([[0], np.cumsum(held.sum(axis=1))])
        self.vertices, self.members = np.unique(paths[held], return_inverse=True)
        self.column = np.repeat(np.arange(len(paths)), np.diff(self.starts))
        row, tails, heads = ends(paths, pairs)
        self.arcs, self.arc = np.unique(np.stack([tails, heads], axis=1), axis=0, return_inverse=True)
        self.arc_column = row
        self.master = Master(len(self.vertices), budget.wall())
        self.place = np.full(len(paths), -1)  # of each column in the master
        self.inside: Ints = np.zeros(0, np.int64)  # the columns of the master
        self.allowed: Bools = np.ones(len(paths), np.bool_)
        self.cuts: list[tuple[int, ...]] = []
        self.cut_columns: Ints = np.zeros(0, np.int64)  # the columns that each cut counts, one after the other
        self.cut_rows: Ints = np.zeros(0, np.int64)
        self.cases: list[Case] = []
        self.waiting: list[tuple[Decision, ...]] = []
        self.better: Ints | None = None

    def begin(self, duals: Floats) -> bool:
        """Look at the whole, with the columns first that these duals of all vertices nearly pay for."""
        if not len(self.weights):
            self.cases.append(Case((), (), {}))
            return True
        charges = np.bincount(self.column, duals[self.vertices][self.members], len(self.weights))
        slack = self.weights - charges
        self.take(np.argsort(-slack, kind="stable")[: max(AT_ONCE, int((slack > -self.unit / 10).sum()))])
        self.waiting = [()]
        return self.step()

    def run(self) -> bool:
        """Whether every case was closed; `better` is the best that was found on the way, if anything was."""
        while self.waiting:
            if not self.step():
                return False
        return True

    def step(self) -> bool:
        """Close a case, or divide it in two; whether there was time for it."""
        decisions = self.waiting.pop()
        if self.budget.left < 0 or not self.solve(decisions):
            return False
        if self.total < self.goal:
            self.cases.append(self.case(decisions))
        else:
            arc = self.divided_arc(decisions)
            self.waiting += [(*decisions, (arc, False)), (*decisions, (arc, True))]
        return True

    def solve(self, decisions: tuple[Decision, ...]) -> bool:
        """Solve the relaxation of a branch with the cuts that it violates; whether there was time for it."""
        self.allowed = self.keeping_to(decisions)
        most = np.where(self.allowed[self.inside], self.master.infinity, 0.0)
        self.master.limit(np.arange(len(self.inside)), np.zeros(len(most)), most)
        for _ in range(ROUNDS_BELOW if decisions else ROUNDS):
            if not self.price():
                return False
            if self.total < self.goal:
                return True
            shares = self.master.shares
            divided = (shares > DIVIDED) & (shares < 1 - DIVIDED)
            if not divided.any():
                self.better = self.inside[shares > 0.5]
                self.goal = float(self.weights[self.better].sum()) + self.unit * (1 - 1e-5)
                return True
            which = self.inside[divided]
            cuts = violated(self.paths[which], shares[divided], set(self.cuts))
            if not cuts:
                return True
            self.add(cuts)
        return self.price()

    def price(self) -> bool:
        """Solve, and take in the columns that are worth more than their duals, until there are none."""
        strategy = Master.DUAL
        while self.budget.left > 0 and self.master.solve(strategy, self.budget.wall()):
            self.duals = self.master.duals
            slack = np.where(self.allowed, self.weights - self.charges(), 0.0)
            new = np.nonzero((slack > 1e-9) & (self.place < 0))[0]
            if not len(new):
                short = np.nonzero(slack > 0)[0]  # by what the solver tolerates: paid by the first vertex
                more = np.zeros(len(self.duals))
                np.maximum.at(more, self.members[self.starts[short]], slack[short])
                self.duals += more
                self.total = float(self.duals.sum())
                return True
            self.take(new[np.argsort(-slack[new], kind="stable")[:AT_ONCE]])
            strategy = Master.PRIMAL
        return False

    def charges(self) -> Floats:
        """What each column has to pay at these duals."""
        rows = len(self.vertices)
        charges: Floats = np.bincount(self.column, self.duals[self.members], len(self.weights)).astype(float)
        if len(self.cuts):
            charges += np.bincount(self.cut_columns, self.duals[rows:][self.cut_rows], len(self.weights))
        return charges

    def take(self, columns: Ints) -> None:
        """Take these columns into the master."""
        self.place[columns] = len(self.inside) + np.arange(len(columns))
        self.inside = np.concatenate([self.inside, columns])
        first = len(self.inside) - len(columns)
        own = self.place[self.column] >= first
        own_cut = self.place[self.cut_columns] >= first
        at = np.concatenate([self.place[self.column[own]], self.place[self.cut_columns[own_cut]]]) - first
        rows = np.concatenate([self.members[own], self.cut_rows[own_cut] + len(self.vertices)])
        order = np.argsort(at, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(at, minlength=len(columns)))])
        self.master.add(self.weights[columns], starts, rows[order])

    def add(self, cuts: list[tuple[int, ...]]) -> None:
        """Cuts as further rows."""
        number = np.full((len(cuts), 3), 0)
        number[:] = np.searchsorted(self.vertices, np.array(cuts))
        columns, rows = [], []
        for index, cut in enumerate(number):
            holding = np.nonzero(np.bincount(self.column[np.isin(self.members, cut)], minlength=1) >= 2)[0]
            columns.append(holding)
            rows.append(np.full(len(holding), len(self.cuts) + index))
        inside = [self.place[holding][self.place[holding] >= 0] for holding in columns]
        starts = np.concatenate([[0], np.cumsum([len(each) for each in inside])])
        self.master.add_rows(np.ones(len(cuts)), starts, np.concatenate(inside), np.ones(starts[-1]))
        self.cuts += cuts
        self.cut_columns = np.concatenate([self.cut_columns, *columns])
        self.cut_rows = np.concatenate([self.cut_rows, *rows])

    def keeping_to(self, decisions: tuple[Decision, ...]) -> Bools:
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

    def divided_arc(self, decisions: tuple[Decision, ...]) -> int:
        """The arc that is closest to being half used, of those that nothing was decided of."""
        shares = np.zeros(len(self.weights))
        shares[self.inside] = self.master.shares
        flow = np.bincount(self.arc, shares[self.arc_column], len(self.arcs))
        flow[[arc for arc, _ in decisions]] = np.inf
        return int(np.argmin(np.abs(flow - 0.5)))

    def case(self, decisions: tuple[Decision, ...]) -> Case:
        """The duals at hand as a case."""
        rows = len(self.vertices)
        named = {int(self.vertices[row]): float(self.duals[row]) for row in np.nonzero(self.duals[:rows] > 0)[0]}
        cuts = tuple(
            Cut(cut, float(dual)) for cut, dual in zip(self.cuts, self.duals[rows:].tolist(), strict=True) if dual > 0
        )
        used: list[Arc] = []
        unused: list[Arc] = []
        for arc, is_used in decisions:
            tail, head = (int(vertex) for vertex in self.arcs[arc])
            (used if is_used else unused).append((tail, head))
        return Case(tuple(used), tuple(unused), named, cuts)
