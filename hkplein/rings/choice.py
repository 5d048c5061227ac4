"""The best of all choices of columns without a vertex in common, by one objective after the other.

What is chosen in columns that hang together over their vertices says nothing about others, so every such piece is
settled alone. The duals of an objective's relaxation say which columns no best choice has, and which vertices each has
(reduced-cost fixing): the piece falls apart, and the next objective has less to do.
"""

from __future__ import annotations

import numpy as np

from hkplein.rings.budget import Budget
from hkplein.rings.cuts import together, violated
from hkplein.rings.graph import Bools, Floats, Ints
from hkplein.rings.master import Master, packing

FEW = 14  # columns whose every choice is tried
EXACT = 1e-6
ROUNDS = 20  # of cuts
Piece = tuple[Ints, int, tuple[int, ...]]  # columns; the next objective; earlier ones that must be held explicitly


class Choice:
    """`table` has a row for each column and a whole number for each objective; `taken` is where it begins."""

    def __init__(self, paths: Ints, table: Floats, taken: Bools, budget: Budget) -> None:
        self.paths, self.table, self.taken, self.budget = paths, table, taken, budget
        self.needed = np.zeros(int(paths.max(initial=-1)) + 1, np.bool_)

    def run(self) -> None:
        """Settle every piece; one that time does not suffice for keeps what it had."""
        waiting: list[Piece] = [(np.arange(len(self.paths)), 0, ())]
        while waiting:
            columns, stage, held = waiting.pop()
            for piece in together(self.paths[columns]):
                if self.budget.left < 0:
                    return
                inside = columns[np.sort(piece)]
                if len(inside) <= FEW:
                    self.take(inside, self.best_of_all(inside))
                elif stage < self.table.shape[1]:
                    waiting.append(self.settle(inside, stage, held))

    def take(self, among: Ints, columns: Ints) -> None:
        """Choose these of the columns of a piece."""
        self.taken[among] = False
        self.taken[columns] = True

    def settle(self, columns: Ints, stage: int, held: tuple[int, ...]) -> Piece:
        """Choose the best by one objective; what is left to choose from by the next."""
        goal = self.table[columns, stage]
        if not goal.any():
            return columns, stage + 1, held
        inside = self.paths[columns] >= 0
        starts = np.concatenate([[0], np.cumsum(inside.sum(axis=1))])
        vertices, members = np.unique(self.paths[columns][inside], return_inverse=True)
        needed = np.nonzero(self.needed[vertices])[0]
        now = np.nonzero(self.taken[columns])[0]
        demands = [(factors, float(factors[now].sum())) for factors in self.table[columns][:, held].T]
        master = Master(len(vertices), self.budget.wall(0.5))
        master.add(goal, starts, members)
        for row in needed:
            master.highs.changeRowBounds(int(row), 1.0, 1.0)
        for factors, least in demands:
            which = np.nonzero(factors)[0]
            master.add_rows(np.array([0.5 - least]), np.array([0]), which, -factors[which])
        if not self.cut(master, columns):
            return columns, stage + 1, (*held, stage)
        shares, upper = master.shares, master.value
        if ((shares > EXACT) & (shares < 1 - EXACT)).any():
            covers = [
                (np.bincount(owners(starts)[members == row], minlength=len(columns)).astype(float), 1.0)
                for row in needed
            ]
            every = tuple((factors, least - 0.5) for factors, least in (*demands, *covers))
            found = packing(len(vertices), goal, starts, members, now, self.budget.wall(0.5), demands=every)
        else:
            found = np.nonzero(shares > 0.5)[0]
        if goal[found].sum() >= goal[now].sum():
            self.take(columns, columns[found])
        gap = max(upper - float(goal[self.taken[columns]].sum()), 0.0)
        exact = EXACT * max(1.0, abs(upper))
        duals, rows = master.duals, len(vertices)
        self.needed[vertices[duals[:rows] > gap + exact]] = True
        left = columns[self.taken[columns] | (master.losses <= gap + exact)]
        implied = gap <= exact and duals[rows + len(demands) :].max(initial=0.0) <= EXACT  # by what is left and needed
        return left, stage + 1, held if implied else (*held, stage)

    def cut(self, master: Master, columns: Ints) -> bool:
        """Solve the relaxation, with the cuts that it violates; whether there was time for it."""
        paths, known = self.paths[columns], set[tuple[int, ...]]()
        for _ in range(ROUNDS):
            if not master.solve(Master.DUAL, self.budget.wall(0.5)):
                return False
            shares = master.shares
            divided = np.nonzero((shares > EXACT) & (shares < 1 - EXACT))[0]
            cuts = violated(paths[divided], shares[divided], known) if len(divided) else []
            if not cuts:
                break
            for cut in cuts:
                holding = np.nonzero(np.isin(paths, cut).sum(axis=1) >= 2)[0]
                master.add_rows(np.ones(1), np.array([0]), holding, np.ones(len(holding)))
            known |= set(cuts)
        return master.solve(Master.DUAL, self.budget.wall(0.5))

    def best_of_all(self, columns: Ints) -> Ints:
        """By every objective, the first one first; by trying every choice."""
        rows = [frozenset(path[path >= 0].tolist()) for path in self.paths[columns]]
        worth = [tuple(line) for line in self.table[columns].tolist()]

        def best(column: int, taken: frozenset[int]) -> tuple[tuple[float, ...], tuple[int, ...]]:
            if column == len(rows):
                return (0.0,) * self.table.shape[1], ()
            without = best(column + 1, taken)
            if rows[column] & taken:
                return without
            sums, chosen = best(column + 1, taken | rows[column])
            return max(without, (tuple(map(sum, zip(sums, worth[column], strict=True))), (column, *chosen)))

        return columns[list(best(0, frozenset())[1])]


def owners(starts: Ints) -> Ints:
    """The column of each entry."""
    return np.repeat(np.arange(len(starts) - 1), np.diff(starts))
