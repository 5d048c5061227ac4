"""The checker's own enumeration, compiled by numba: backwards, from a ring's largest vertex and a chain's end.

It shares nothing with the solver's loops, which go forward from the smallest.
"""

from __future__ import annotations

import numpy as np
from numba import njit

NOWHERE = -1e300


@njit(cache=True)
def first_crossing(starts, heads, tails_in, arcs_in, starts_in, pairs, longest_ring, longest_chain, crossing):
    """The first arc marked in `crossing` that a ring or a chain could use, or -1."""
    vertices = len(starts) - 1
    steps = np.full(vertices, 99, np.int64)
    for altruist in range(pairs, vertices):
        steps[altruist] = 0
    for step in range(longest_chain):
        for tail in range(vertices):
            if steps[tail] == step:
                for arc in range(starts[tail], starts[tail + 1]):
                    if crossing[arc]:
                        return arc
                    steps[heads[arc]] = min(steps[heads[arc]], step + 1)
    seen = np.full(vertices, -1, np.int64)
    wave, following = np.empty(vertices, np.int64), np.empty(vertices, np.int64)
    for head in range(pairs):
        wanted = False
        for place in range(starts_in[head], starts_in[head + 1]):
            wanted = wanted or crossing[arcs_in[place]]
        if not wanted:
            continue
        seen[head] = head
        wave[0] = head
        count = 1
        for _ in range(longest_ring - 1):
            reached = 0
            for index in range(count):
                for arc in range(starts[wave[index]], starts[wave[index] + 1]):
                    if seen[heads[arc]] != head:
                        seen[heads[arc]] = head
                        following[reached] = heads[arc]
                        reached += 1
            wave, following = following, wave
            count = reached
        for place in range(starts_in[head], starts_in[head + 1]):
            if crossing[arcs_in[place]] and seen[tails_in[place]] == head:
                return arcs_in[place]
    return -1


@njit(cache=True)
def cheap_rings(starts, heads, weights, starts_in, tails_in, arcs_in, pairs, longest, duals, slack, most):
    """The rings whose duals exceed their weight by `slack` of their largest vertex at most, and these excesses.

    A row holds a ring backwards. There is one row more than `most` when there are more.
    """
    vertices = len(starts) - 1
    rows = np.full((most + 1, longest), -1, np.int32)
    excess = np.empty(most + 1)
    found = 0
    gain = np.full((longest, vertices), NOWHERE)  # of the best walk from the root in so many arcs, below the root
    reached = np.empty((longest, vertices), np.int32)
    count = np.zeros(longest, np.int64)
    trail = np.empty(longest, np.int64)
    cursor = np.empty(longest, np.int64)
    cost = np.empty(longest)
    for root in range(pairs):
        if slack[root] == -np.inf:
            continue
        count[0], reached[0, 0], gain[0, root] = 1, root, 0.0
        for step in range(1, longest):
            count[step] = 0
            for index in range(count[step - 1]):
                tail = reached[step - 1, index]
                for arc in range(starts[tail], starts[tail + 1]):
                    head = heads[arc]
                    if head >= root:
                        break
                    if gain[step, head] == NOWHERE:
                        reached[step, count[step]] = head
                        count[step] += 1
                    gain[step, head] = max(gain[step, head], gain[step - 1, tail] + weights[arc] - duals[head])
        depth = 0
        trail[0] = root
        cursor[0] = starts_in[root]
        cost[0] = duals[root]
        while depth >= 0:
            vertex, place = trail[depth], cursor[depth]
            cursor[depth] += 1
            if place >= starts_in[vertex + 1] or tails_in[place] > root:
                depth -= 1
                continue
            tail = tails_in[place]
            spent = cost[depth] - weights[arcs_in[place]]
            if tail == root:
                if depth and spent <= slack[root]:
                    for index in range(depth + 1):
                        rows[found, index] = trail[index]
                    excess[found] = spent
                    found += 1
                    if found > most:
                        return rows, excess, found
                continue
            if depth + 1 == longest:
                continue
            best = NOWHERE
            for step in range(1, longest - depth):
                best = max(best, gain[step, tail])
            if best == NOWHERE or spent - best > slack[root]:
                continue
            repeated = False
            for index in range(1, depth + 1):
                repeated = repeated or trail[index] == tail
            if not repeated:
                depth += 1
                trail[depth] = tail
                cursor[depth] = starts_in[tail]
                cost[depth] = spent + duals[tail]
        for step in range(longest):
            for index in range(count[step]):
                gain[step, reached[step, index]] = NOWHERE
    return rows, excess, found


@njit(cache=True)
def cheap_chains(starts, _heads, weights, starts_in, tails_in, arcs_in, pairs, longest, duals, slack, most):
    """The chains whose duals exceed their weight by `slack` of their last vertex at most, and these excesses.

    A row holds a chain backwards. There is one row more than `most` when there are more.
    """
    vertices = len(starts) - 1
    rows = np.full((most + 1, longest + 1), -1, np.int32)
    excess = np.empty(most + 1)
    found = 0
    gain = np.full((longest + 1, vertices), NOWHERE)  # of the best walk from an altruist in at most so many arcs
    for altruist in range(pairs, vertices):
        for step in range(longest + 1):
            gain[step, altruist] = -duals[altruist]
    for step in range(1, longest + 1):
        for head in range(pairs):
            gain[step, head] = gain[step - 1, head]
            for place in range(starts_in[head], starts_in[head + 1]):
                before = gain[step - 1, tails_in[place]]
                if before != NOWHERE:
                    gain[step, head] = max(gain[step, head], before + weights[arcs_in[place]] - duals[head])
    trail = np.empty(longest + 1, np.int64)
    cursor = np.empty(longest + 1, np.int64)
    cost = np.empty(longest + 1)
    for end in range(pairs):
        if slack[end] == -np.inf:
            continue
        depth = 0
        trail[0] = end
        cursor[0] = starts_in[end]
        cost[0] = duals[end]
        while depth >= 0:
            vertex, place = trail[depth], cursor[depth]
            cursor[depth] += 1
            if place >= starts_in[vertex + 1]:
                depth -= 1
                continue
            tail = tails_in[place]
            spent = cost[depth] - weights[arcs_in[place]]
            before = gain[longest - depth - 1, tail]
            if before == NOWHERE or spent - before > slack[end]:
                continue
            if tail >= pairs:
                for index in range(depth + 1):
                    rows[found, index] = trail[index]
                rows[found, depth + 1] = tail
                excess[found] = spent + duals[tail]
                found += 1
                if found > most:
                    return rows, excess, found
                continue
            repeated = False
            for index in range(depth + 1):
                repeated = repeated or trail[index] == tail
            if not repeated:
                depth += 1
                trail[depth] = tail
                cursor[depth] = starts_in[tail]
                cost[depth] = spent + duals[tail]
    return rows, excess, found
