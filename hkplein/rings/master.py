"""Linear programmes over rings and chains, each vertex in at most one of them; solved by HiGHS."""

from __future__ import annotations

from typing import Any

import numpy as np

from hkplein.rings.graph import Floats, Ints


def solver(seconds: float) -> Any:
    """A silent HiGHS of one thread that maximises."""
    import highspy

    highs = highspy.Highs()
    for option, value in {
        "output_flag": False,
        "threads": 1,
        "parallel": "off",
        "presolve": "off",
        "time_limit": max(seconds, 0.1),
        "random_seed": 0,
    }.items():
        highs.setOptionValue(option, value)
    highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
    return highs


class Master:
    """The linear relaxation over a growing set of columns; each row is a vertex, or a cut over several."""

    PRIMAL, DUAL = 4, 1

    def __init__(self, rows: int, seconds: float) -> None:
        self.highs = solver(seconds)
        self.infinity = self.highs.inf
        self.add_rows(np.ones(rows), np.zeros(1, np.int64), np.zeros(0, np.int64), np.zeros(0))

    def add_rows(self, limits: Floats, starts: Ints, columns: Ints, factors: Floats) -> None:
        """Rows that may not pass their limits."""
        count = len(limits)
        self.highs.addRows(
            count,
            np.full(count, -self.infinity),
            limits,
            len(columns),
            starts[:count].astype(np.int32),
            columns.astype(np.int32),
            factors,
        )

    def add(self, weights: Floats, starts: Ints, rows: Ints) -> None:
        """Columns, each with its weight, that take up one place in each of their rows."""
        count = len(weights)
        if count:
            zeros, most = np.zeros(count), np.full(count, self.infinity)
            at = starts[:-1].astype(np.int32)
            self.highs.addCols(count, weights, zeros, most, len(rows), at, rows.astype(np.int32), np.ones(len(rows)))

    def forget(self) -> None:
        """Solve from scratch next time."""
        self.highs.clearSolver()

    def solve(self, strategy: int = PRIMAL, seconds: float | None = None) -> bool:
        """Whether the optimum was found in time."""
        import highspy

        if seconds is not None:
            self.highs.setOptionValue("time_limit", self.highs.getRunTime() + max(seconds, 0.05))
        self.highs.setOptionValue("simplex_strategy", strategy)
        self.highs.run()
        return bool(self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    @property
    def value(self) -> float:
        """The value of the relaxation."""
        return float(self.highs.getInfo().objective_function_value)

    @property
    def duals(self) -> Floats:
        """What a place in each row is worth; never below 0."""
        duals: Floats = np.maximum(np.array(self.highs.getSolution().row_dual), 0.0)
        return duals

    @property
    def losses(self) -> Floats:
        """What the relaxation would lose by a whole one of each column that it leaves out."""
        losses: Floats = np.abs(np.array(self.highs.getSolution().col_dual))
        return losses

    @property
    def shares(self) -> Floats:
        """How much of each column is taken."""
        return np.array(self.highs.getSolution().col_value)

    def limit(self, columns: Ints, least: Floats, most: Floats) -> None:
        """Take at least and at most so much of these columns."""
        if len(columns):
            self.highs.changeColsBounds(len(columns), columns.astype(np.int32), least, most)


def packing(
    rows: int,
    weights: Floats,
    starts: Ints,
    members: Ints,
    start: Ints,
    seconds: float,
    *,
    enough: float | None = None,
    nodes: int | None = None,
    demands: tuple[tuple[Floats, float], ...] = (),
) -> Ints:
    """The best columns with no row in two of them that are found in time; the columns `start` are such.

    Stops at a value of `enough`. A demand is a factor for each column, and what their sum must reach.
    """
    import highspy

    highs = solver(seconds)
    count, infinity, none = len(weights), highs.inf, np.zeros(0)
    highs.addRows(rows, np.full(rows, -infinity), np.ones(rows), 0, np.zeros(1, np.int32), none.astype(np.int32), none)
    at, every = starts[:-1].astype(np.int32), np.arange(count, dtype=np.int32)
    ones = np.ones(len(members))
    highs.addCols(count, weights, np.zeros(count), np.ones(count), len(members), at, members.astype(np.int32), ones)
    for factors, least in demands:
        counting = np.nonzero(factors)[0].astype(np.int32)
        highs.addRow(least, infinity, len(counting), counting, factors[counting])
    highs.changeColsIntegrality(count, every, np.full(count, highspy.HighsVarType.kInteger))
    highs.setOptionValue("presolve", "on")
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("mip_abs_gap", 1e-6)
    if enough is not None:
        highs.setOptionValue("objective_target", enough - 1e-6)
    if nodes is not None:
        highs.setOptionValue("mip_max_nodes", nodes)
    first = np.zeros(count)
    first[start] = 1.0
    highs.setSolution(count, every, first)
    highs.run()
    if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return start
    return np.nonzero(np.array(highs.getSolution().col_value) > 0.5)[0]
