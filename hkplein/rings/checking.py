"""Whether an answer holds: its rings and chains arc by arc, and its bound by an enumeration of its own.

Nothing of the solver is used here but the graph and the form of the certificate.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import gcd, isfinite, lcm
from typing import TYPE_CHECKING

import numpy as np

from hkplein.rings.certificate import Arc, Case, Part
from hkplein.rings.graph import Floats, Graph, Ints

if TYPE_CHECKING:
    from hkplein.rings.clearing import Clearing

TOLERANCE = 1e-6  # by which a column may be short of its duals; it is added to the bound as often as it can count
NEAR_ZERO = 1e-9
MOST = 2_000_000  # columns that cases may have to be checked with


class Refuted(ValueError):
    """An answer that does not hold; its text says why in a sentence."""


def check(graph: Graph, answer: Clearing) -> None:
    """Verify an answer, or raise Refuted."""
    value = check_solution(graph, answer)
    margin = TOLERANCE * max(1.0, abs(value))
    if not abs(value - answer.value) <= margin:
        raise Refuted(f"Its rings and chains are worth {value:g}, and it says {answer.value:g}.")
    bound = Bound(graph, answer).proven()
    if not bound <= answer.bound + margin:
        raise Refuted(f"Its certificate proves a bound of {bound:g}, and it says {answer.bound:g}.")
    if answer.bound < value - margin:
        raise Refuted(f"It says that nothing is worth more than {answer.bound:g}, and is worth {value:g} itself.")


def check_solution(graph: Graph, answer: Clearing) -> float:
    """What the rings and chains are worth; no vertex is in two of them and every arc is there."""
    seen: set[int] = set()
    value = 0.0
    for path, is_ring in (*((ring, True) for ring in answer.rings), *((chain, False) for chain in answer.chains)):
        if not all(0 <= vertex < graph.vertices for vertex in path):
            raise Refuted("It names a vertex that is not in the graph.")
        name = f"The {'ring' if is_ring else 'chain'} {', '.join(called(graph, vertex) for vertex in path)}"
        least, most = (2, answer.longest_ring) if is_ring else (1, answer.longest_chain)
        length = len(path) if is_ring else len(path) - 1
        if not least <= length <= most:
            raise Refuted(f"{name} has {length} {'vertices' if is_ring else 'arcs'}; it may have {least} to {most}.")
        if not is_ring and path[0] < graph.pairs:
            raise Refuted(f"{name} does not begin with an altruist.")
        if any(vertex >= graph.pairs for vertex in path[not is_ring :]):
            raise Refuted(f"{name} has an altruist where somebody should give work back.")
        if seen & set(path) or len(set(path)) < len(path):
            raise Refuted(f"{name} has a vertex that is taken already.")
        seen |= set(path)
        value += sum(weight_of(graph, name, tail, head) for tail, head in pairwise((*path, path[0])[: length + 1]))
    return value


def weight_of(graph: Graph, name: str, tail: int, head: int) -> float:
    """What an arc is worth."""
    for arc in range(int(graph.starts[tail]), int(graph.starts[tail + 1])):
        if graph.heads[arc] == head:
            return float(graph.weights[arc])
    raise Refuted(f"{name} has no arc from {called(graph, tail)} to {called(graph, head)}.")


def called(graph: Graph, vertex: int) -> str:
    """A vertex by its number in the file."""
    return f"{'altruist ' if vertex >= graph.pairs else ''}{graph.numbers[vertex]}"


class Bound:
    """What the certificate of an answer proves."""

    def __init__(self, graph: Graph, answer: Clearing) -> None:
        self.graph, self.parts = graph, answer.certificate.parts
        self.longest_ring, self.longest_chain = answer.longest_ring, answer.longest_chain
        self.unit = common_unit(graph.weights)
        self.label = np.full(graph.vertices, -1)
        self.duals = np.zeros(graph.vertices)
        for number, part in enumerate(self.parts):
            for vertex, dual in part.duals.items():
                if not 0 <= vertex < graph.vertices or self.label[vertex] >= 0:
                    raise Refuted("Its certificate names a vertex twice, or one that is not in the graph.")
                if not (isfinite(dual) and dual >= 0):
                    raise Refuted(f"Its certificate has a dual of {dual} for {called(graph, vertex)}.")
                self.label[vertex], self.duals[vertex] = number, dual
        starts, arcs = graph.backward
        self.arrays = (graph.starts, graph.heads, graph.weights, starts, graph.tails[arcs], arcs, graph.pairs)

    def proven(self) -> float:
        """The bound."""
        self.check_parts()
        totals = [sum(part.duals.values()) for part in self.parts]
        slack = np.full(len(self.parts) + 1, -NEAR_ZERO)
        for number, part in enumerate(self.parts):
            if part.cases:
                slack[number] = totals[number] - part.bound - self.unit + TOLERANCE
        columns, excess = self.columns(slack)
        owner = self.label[columns[:, 0]]
        short = np.zeros(len(self.parts) + 1)
        np.maximum.at(short, owner, -excess)
        if short.max() > TOLERANCE:
            worst = columns[np.argmin(excess)]
            path = ", ".join(called(self.graph, vertex) for vertex in worst[worst >= 0][::-1])
            raise Refuted(f"Its certificate does not pay for {path}: {short.max():g} is lacking.")
        order = np.argsort(owner, kind="stable")
        pieces = np.searchsorted(owner[order], np.arange(len(self.parts) + 1))
        bounds = []
        for number, part in enumerate(self.parts):
            more = float(short[number]) * len(part.duals) / 2
            own = self.rounded(totals[number] + more)
            if part.cases:
                own = min(own, self.by_cases(part, columns[order[pieces[number] : pieces[number + 1]]]))
            bounds.append(own)
        return float(sum(bounds))

    def rounded(self, bound: float) -> float:
        """A bound for values that are multiples of the unit."""
        return float(np.floor(bound / self.unit + TOLERANCE) * self.unit) if self.unit else bound

    def check_parts(self) -> None:
        """No ring or chain lies in two parts, or has a vertex in none."""
        from hkplein.rings import inspection

        starts, heads, _, starts_in, tails_in, arcs_in, pairs = self.arrays
        crossing = (self.label[self.graph.tails] != self.label[heads]) | (self.label[heads] < 0)
        arc = inspection.first_crossing(
            starts, heads, tails_in, arcs_in, starts_in, pairs, self.longest_ring, self.longest_chain, crossing
        )
        if arc >= 0:
            tail, head = called(self.graph, self.graph.tails[arc]), called(self.graph, heads[arc])
            raise Refuted(f"Its certificate parts {tail} from {head}, and a ring or chain can hold both.")

    def columns(self, slack: Floats) -> tuple[Ints, Floats]:
        """The rings and chains whose duals exceed their weight by so much at most, backwards, and the excesses."""
        from hkplein.rings import inspection

        width = max(self.longest_ring, self.longest_chain + 1, 2)
        all_ = [np.full((0, width), -1, np.int32)]
        excesses = [np.zeros(0)]
        own = np.where(self.label >= 0, slack[self.label], -np.inf)
        for enumerate_, longest in (
            (inspection.cheap_rings, self.longest_ring if self.longest_ring >= 2 else 0),
            (inspection.cheap_chains, self.longest_chain),
        ):
            if longest:
                rows, excess, found = enumerate_(*self.arrays, longest, self.duals, own, MOST)
                if found > MOST:
                    raise Refuted(f"Its certificate leaves more than {MOST} rings or chains unpaid for.")
                wide = np.full((found, width), -1, np.int32)
                wide[:, : rows.shape[1]] = rows[:found]
                all_.append(wide)
                excesses.append(excess[:found])
        return np.concatenate(all_), np.concatenate(excesses)

    def by_cases(self, part: Part, columns: Ints) -> float:
        """The bound that the cases of a part prove, when a better solution can have these columns only."""
        if not exhaustive([dict([*((a, True) for a in c.used), *((a, False) for a in c.unused)]) for c in part.cases]):
            raise Refuted("The cases of its certificate leave something out.")
        table = Table(self.graph, columns)
        return max(part.bound, *(self.rounded(table.bound(case)) for case in part.cases))


def exhaustive(cases: list[dict[Arc, bool]]) -> bool:
    """Whether every set of arcs belongs to one of the cases, each of which says of some arcs whether they are used."""
    if any(not case for case in cases):
        return True
    common = set.intersection(*(set(case) for case in cases)) if cases else set()
    if not common:
        return False
    arc = min(common)
    return all(
        exhaustive([{a: u for a, u in case.items() if a != arc} for case in cases if case[arc] == used])
        for used in (True, False)
    )


class Table:
    """Rings and chains, and what each holds."""

    def __init__(self, graph: Graph, columns: Ints) -> None:
        self.sets: list[frozenset[int]] = []
        self.arcs: list[frozenset[Arc]] = []
        self.weights: list[float] = []
        for row in columns.tolist():
            path = [vertex for vertex in reversed(row) if vertex >= 0]
            following = path[1:] if path[0] >= graph.pairs else [*path[1:], path[0]]
            arcs = list(zip(path, following, strict=False))
            self.sets.append(frozenset(path))
            self.arcs.append(frozenset(arcs))
            at = graph.arcs_between(np.array([a for a, _ in arcs]), np.array([b for _, b in arcs]))
            self.weights.append(float(graph.weights[at].sum()))

    def bound(self, case: Case) -> float:
        """What a solution of this case is worth at most."""
        if any(not (isfinite(dual) and dual >= 0) for dual in (*case.duals.values(), *(c.dual for c in case.cuts))):
            raise Refuted("A case of its certificate has a dual below 0.")
        if any(len(set(cut.vertices)) != 3 for cut in case.cuts):
            raise Refuted("A case of its certificate has a cut over other than three vertices.")
        short = 0.0
        for vertices, arcs, weight in zip(self.sets, self.arcs, self.weights, strict=True):
            if any(arc in arcs for arc in case.unused):
                continue
            if any((tail in vertices or head in vertices) and (tail, head) not in arcs for tail, head in case.used):
                continue
            paid = sum(case.duals.get(vertex, 0.0) for vertex in vertices)
            paid += sum(cut.dual for cut in case.cuts if len(vertices.intersection(cut.vertices)) >= 2)
            short = max(short, weight - paid)
        if short > TOLERANCE:
            raise Refuted(f"A case of its certificate does not pay for a ring or chain: {short:g} is lacking.")
        most = len(frozenset().union(*self.sets)) / 2
        return sum(case.duals.values()) + sum(cut.dual for cut in case.cuts) + short * most


def common_unit(weights: Floats) -> float:
    """The largest number that all weights are multiples of, as they are written; 0 when it is below a millionth."""
    parts = [Fraction(repr(weight)) for weight in np.unique(weights).tolist() if weight > 0]
    denominator = 1
    for part in parts:
        denominator = lcm(denominator, part.denominator)
        if denominator > 1_000_000:
            return 0.0
    return float(Fraction(gcd(*(int(part * denominator) for part in parts)), denominator)) if parts else 1.0
