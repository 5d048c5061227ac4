"""Which cuts a divided solution violates."""

from __future__ import annotations

import numpy as np

from hkplein.rings.graph import Floats, Ints
from hkplein.rings.reduction import components

NEGLIGIBLE = 1e-6
CUTS = 40  # of a component in a round
VIOLATED = 1.02  # what a triple must hold together to be worth a cut


def violated(paths: Ints, shares: Floats, known: set[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """The triples of vertices that these shares of columns hold a majority of more than once, the worst first.

    Columns without a vertex in common are looked at apart.
    """
    found = []
    for columns in together(paths):
        found += [cut for cut in triples(paths[columns], shares[columns]) if cut not in known][:CUTS]
    return found


def together(paths: Ints) -> list[Ints]:
    """The columns, by what hangs together over their vertices."""
    row, place = np.nonzero(paths >= 0)
    vertices, number = np.unique(paths[row, place], return_inverse=True)
    label = components(number[np.searchsorted(row, row)], number, len(vertices))
    part = label[number[np.searchsorted(row, np.arange(len(paths)))]]
    order = np.argsort(part, kind="stable")
    return np.split(order, np.nonzero(np.diff(part[order]))[0] + 1)


def triples(paths: Ints, shares: Floats) -> list[tuple[int, ...]]:
    """The violated triples, the worst first."""
    held = paths >= 0
    rows, row = np.unique(paths[held], return_inverse=True)
    inside = np.zeros((len(rows), len(paths)))
    inside[row, np.repeat(np.arange(len(paths)), held.sum(axis=1))] = 1.0
    both = (inside * shares) @ inside.T
    np.fill_diagonal(both, 0.0)
    one, other = np.nonzero(np.triu(both) > NEGLIGIBLE)
    sums = both[one, other][:, None] + both[one] + both[other]
    sums[np.arange(len(one)), one] = sums[np.arange(len(one)), other] = 0.0
    pair, third = np.nonzero(sums > VIOLATED)
    found = np.sort(np.stack([one[pair], other[pair], third], axis=1), axis=1)
    found, first = np.unique(found, axis=0, return_index=True)
    amounts = sums[pair, third][first] - 2 * (inside[found].all(axis=1) @ shares)
    order = np.argsort(-amounts, kind="stable")
    return [tuple(rows[found[at]].tolist()) for at in order if amounts[at] > VIOLATED]
