"""From the relaxation to rings and chains: exchanges, a dive, and a search of what is still open."""

from __future__ import annotations

import numpy as np

from hkplein.rings.certificate import Case
from hkplein.rings.graph import Bools, Floats, Ints
from hkplein.rings.master import Master, packing
from hkplein.rings.proof import Proof
from hkplein.rings.relaxation import Relaxation

CUT_OFF = 1e-6
SHARES = (1 / 8, 0.0)  # of what is divided, that a step of a dive fixes at once; 0: one only
SINGLY = 1_000_000  # columns times columns that are divided, for a dive of single steps
UNAFFORDABLE = 1e6  # a dual that no ring or chain can pay
ALL = 200_000  # columns of small slack that are listed
CASES, SMALL = 20, 10_000  # closed first, where there are so many columns, before HiGHS is asked for a good solution
NODES = 20  # of HiGHS's own search, when it is asked for a good solution


def rounded(bound: Floats, unit: float) -> Floats:
    """What a bound means when every value is a multiple of the unit; 0: when values are just numbers."""
    return np.floor(bound / unit + CUT_OFF) * unit if unit else bound


class Closing:
    """The best rings and chains so far, part by part, until each is proven or time is up."""

    def __init__(self, relaxation: Relaxation) -> None:
        self.relaxation, self.reduced, self.unit = relaxation, relaxation.reduced, relaxation.unit
        self.columns, self.budget = relaxation.columns, relaxation.budget
        self.chosen: Ints = np.zeros(0, np.int64)
        self.values = np.zeros(self.reduced.part_count)
        self.proofs: dict[int, tuple[float, tuple[Case, ...]]] = {}  # what was proven by cases

    @property
    def bounds(self) -> Floats:
        """What each part is proven to be worth at most."""
        bounds = rounded(self.reduced.totals(self.relaxation.duals), self.unit)
        for part, (bound, _) in self.proofs.items():
            bounds[part] = bound
        return bounds

    @property
    def open(self) -> Bools:
        """The parts that may be worth more than what was found."""
        return np.asarray(self.bounds > self.values + CUT_OFF * np.maximum(1.0, self.values))

    def part_of(self, columns: Ints) -> Ints:
        """The part that each column lies in."""
        parts: Ints = self.reduced.parts[self.columns.paths[columns, 0]]
        return parts

    def offer(self, columns: Ints) -> None:
        """Take these columns in every part where they are worth more; no vertex may be in two of them."""
        parts = self.part_of(columns)
        values = np.bincount(parts, self.columns.weights[columns], self.reduced.part_count)
        better = values > self.values + 1e-9
        if better.any():
            keep = self.chosen[~better[self.part_of(self.chosen)]]
            self.chosen = np.concatenate([keep, columns[better[parts]]])
            self.values = np.where(better, values, self.values)

    def run(self) -> None:
        """Find the best rings and chains."""
        self.exchange(self.relaxation.shares)
        for share in SHARES:
            if self.budget.left > 0 and self.open.any():
                self.dive(share)
        if self.budget.left > 0 and self.open.any():
            self.search()

    def exchange(self, shares: Floats) -> None:
        """Take columns in the order of their shares, then of their values, and exchange some for better ones."""
        from hkplein.rings import listing

        if len(self.columns):
            ranks = self.columns.values(self.relaxation.duals)
            ranks[: len(shares)] += 1000 * shares
            owner = np.full(self.reduced.graph.vertices, -1)
            starts, members = self.columns.rows()
            listing.pack(starts, members, self.columns.weights, np.argsort(-ranks, kind="stable"), owner)
            self.offer(np.unique(owner[owner >= 0]))

    def dive(self, share: float) -> None:
        """Fix the largest share of every open part, solve and price again, until nothing is divided.

        What costs the bound is forbidden instead, once.
        """
        relaxation, master = self.relaxation, self.relaxation.master
        shares, target = relaxation.shares, self.target
        if not share and len(self.divided(shares)) * len(self.columns) > SINGLY:
            return
        fixed, forbidden = np.zeros(0, np.int64), np.zeros(0, np.int64)
        while self.budget.left > 0:
            largest = self.largest_shares(shares, share)
            if not len(largest):
                break
            again = np.concatenate([fixed, largest])
            if not self.solve_with(again, forbidden, 1 if share and len(self.columns) > SMALL else 4):
                break
            if not share and self.open_value(master.shares) < target:
                reached = self.open_value(master.shares)
                without = np.concatenate([forbidden, largest])
                if not self.solve_with(fixed, without):
                    break
                if self.open_value(master.shares) >= reached:
                    forbidden = without
                else:
                    fixed = again
                    self.limit(largest, 1.0, 1.0)
                    master.solve(Master.DUAL, self.budget.wall(0.5))
                target = min(target, self.open_value(master.shares) - CUT_OFF)
            else:
                fixed = again
            shares = master.shares
        self.limit(np.concatenate([fixed, forbidden]), 0.0, master.infinity)
        self.exchange(shares)

    @property
    def target(self) -> float:
        """What the open parts may be worth together."""
        return float(self.bounds[self.open].sum()) - CUT_OFF

    def divided(self, shares: Floats) -> Ints:
        """The columns of open parts that are neither taken nor left out."""
        divided: Ints = np.nonzero((shares > CUT_OFF) & (shares < 1 - CUT_OFF))[0]
        return divided[self.open[self.part_of(divided)]]

    def largest_shares(self, shares: Floats, share: float) -> Ints:
        """Of the columns that are divided, those with the largest shares in every open part: one, or this share."""
        divided = self.divided(shares)
        order = divided[np.lexsort((divided, -shares[divided], self.part_of(divided)))]
        parts = self.part_of(order)
        rank = np.arange(len(order)) - np.searchsorted(parts, parts)
        among = np.bincount(parts, minlength=self.reduced.part_count)[parts]
        free = np.ones(self.reduced.graph.vertices, np.bool_)
        taken = []
        for column in order[rank <= among * share].tolist():
            path = self.columns.paths[column]
            held = path[path >= 0]
            if free[held].all():
                free[held] = False
                taken.append(column)
        return np.array(taken, np.int64)

    def limit(self, columns: Ints, least: float, most: float) -> None:
        """Bounds on the shares of these columns."""
        count = len(columns)
        self.relaxation.master.limit(columns, np.full(count, least), np.full(count, most))

    def solve_with(self, fixed: Ints, forbidden: Ints, pricings: int = 4) -> bool:
        """Solve with some columns taken and some forbidden, and add what can replace what they made impossible."""
        relaxation, master = self.relaxation, self.relaxation.master
        self.limit(forbidden, 0.0, 0.0)
        self.limit(fixed, 1.0, 1.0)
        solved = master.solve(Master.DUAL, self.budget.wall(0.5))
        taken = self.columns.paths[fixed]
        for _ in range(pricings):
            if not solved or self.budget.left < 0 or self.open_value(master.shares) >= self.target:
                break
            duals = master.duals
            duals[taken[taken >= 0]] = UNAFFORDABLE
            found, _ = relaxation.price(duals)
            if not relaxation.add(found):
                break
            solved = master.solve(seconds=self.budget.wall(0.5))
        return solved

    def open_value(self, shares: Floats) -> float:
        """What these shares are worth in the parts that are open."""
        taken = np.nonzero(shares > CUT_OFF)[0]
        inside = self.open[self.part_of(taken)]
        return float((shares[taken] * self.columns.weights[taken])[inside].sum())

    def search(self) -> None:
        """Better every open part, or prove that nothing is better, over the columns that a better solution can have."""
        for part in np.nonzero(self.open)[0].tolist():
            total = float(self.reduced.totals(self.relaxation.duals)[part])
            while self.open[part] and self.budget.left > 0 and self.narrow(part, total):
                pass

    def narrow(self, part: int, total: float) -> bool:
        """Find what is better in a part, or prove that nothing reaches a goal; whether that succeeded.

        The goal is the least that is better, if all columns that can reach it are few enough, else the bound.
        """
        unit = self.unit or CUT_OFF * self.scale(part)
        least = float(self.values[part]) + unit
        for goal in sorted({least, float(self.bounds[part])} if self.unit else {least}):
            slack = np.where(np.arange(self.reduced.part_count) == part, total - goal, -np.inf)
            if self.list_columns(slack):
                break
        else:
            self.solve_part(part, self.near(part, total - goal))
            return False
        columns = self.near(part, total - goal)
        paths, weights = self.columns.paths[columns], self.columns.weights[columns]
        proof = Proof(paths, weights, self.reduced.graph.pairs, goal - unit * 1e-5, unit, self.budget)
        proven = proof.begin(self.relaxation.duals)
        while proven and proof.waiting and len(columns) > SMALL and len(proof.cases) < CASES:
            proven = proof.step()
        if proven and proof.waiting:
            self.solve_part(part, columns)
            proof.goal = max(proof.goal, float(self.values[part]) + unit * (1 - 1e-5))
            proven = proof.run()
        if proof.better is not None:
            self.offer(columns[proof.better])
        if proven:
            self.proofs[part] = (max(goal, float(self.values[part]) + unit) - self.unit, tuple(proof.cases))
        return proven

    def scale(self, part: int) -> float:
        """What a relative difference of a part's value is measured by."""
        return max(1.0, float(self.values[part]))

    def near(self, part: int, slack: float) -> Ints:
        """The columns of a part whose duals exceed their weight by `slack` at most."""
        near = np.nonzero(self.columns.values(self.relaxation.duals) >= -slack - 2 * CUT_OFF)[0]
        inside: Ints = near[self.part_of(near) == part]
        return inside

    def list_columns(self, slack: Floats) -> bool:
        """Take in all columns within the slack of their part; whether there was room and time for them."""
        from hkplein.rings import listing

        reduced, duals, pairs = self.reduced, self.relaxation.duals, self.reduced.graph.pairs
        least = (-slack - 2 * CUT_OFF)[reduced.parts]  # more than a checker asks for
        complete = True
        if reduced.longest_ring >= 2:
            count, paths, complete = listing.rings_above(
                *reduced.arrays, reduced.longest_ring, duals, least[:pairs], ALL, self.budget.effort
            )
            self.columns.add(paths[:count])
        if reduced.longest_chain and reduced.graph.altruists:
            count, paths, all_ = listing.chains_above(
                *reduced.forward, pairs, reduced.longest_chain, duals, least[pairs:], ALL, self.budget.effort
            )
            self.columns.add(paths[:count])
            complete = complete and all_
        return complete

    def solve_part(self, part: int, columns: Ints) -> None:
        """The best that can be made of these columns in a moment."""
        now = self.chosen[self.part_of(self.chosen) == part]
        columns = np.union1d(columns, now)
        starts, members = self.columns.rows(columns)
        rows, members = np.unique(members, return_inverse=True)
        taken = packing(
            len(rows),
            self.columns.weights[columns],
            starts,
            members,
            np.searchsorted(columns, now),
            self.budget.wall(0.3),
            enough=float(self.bounds[part]),
            nodes=NODES,
        )
        self.offer(columns[taken])
