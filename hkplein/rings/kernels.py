"""The inner loops, compiled by numba: which arcs matter, and the best rings and chains.

Vertices are numbered so that a ring's leader is its smallest. A ring or chain has the value of its arcs less the
duals of its vertices. Every function takes the graph as arrays: forward `starts, heads, weights`, backward
`back_starts, back_tails, back_arcs`; `value[k, v]` holds the best walk of k arcs, NONE where there is none.
"""

from __future__ import annotations

import numpy as np
from numba import njit

NONE = -1e300
FAR = 127
NOISE = 1e-9  # of two walks that differ by less the shorter is taken: the longer may only be it and a ring


@njit(cache=True)
def on_rings(starts, heads, back_starts, back_tails, back_arcs, pairs, longest, effort):
    """Which arcs lie on a closed walk of at most so many arcs; all of them where that is too much to look at."""
    vertices = len(starts) - 1
    marked = np.zeros(len(heads), np.bool_)
    distance = np.empty(vertices, np.int8)
    for vertex in range(vertices):
        distance[vertex] = FAR
    queue = np.empty(vertices, np.int32)
    for root in range(pairs):
        distance[root] = 0
        queue[0] = root
        read, written = 0, 1
        while read < written:
            tail = queue[read]
            read += 1
            if distance[tail] >= longest - 1:
                break
            effort -= starts[tail + 1] - starts[tail]
            for arc in range(starts[tail], starts[tail + 1]):
                head = heads[arc]
                if distance[head] == FAR:
                    distance[head] = distance[tail] + 1
                    queue[written] = head
                    written += 1
        if effort < 0:
            for arc in range(len(heads)):
                marked[arc] = True
            return marked
        for place in range(back_starts[root], back_starts[root + 1]):
            if distance[back_tails[place]] < FAR:
                marked[back_arcs[place]] = True
        for place in range(written):
            distance[queue[place]] = FAR
    return marked


@njit(cache=True)
def best_rings(starts, heads, weights, back_starts, back_tails, back_arcs, pairs, longest, duals, least, effort):
    """For each leader the best closed walk above `least`: its value, its vertices; and whether all were looked at.

    A closed walk that is no ring is two rings or more; one of its parts is then a leader's best as well.
    """
    vertices = len(starts) - 1
    best = np.zeros(pairs)
    path = np.empty((pairs, longest), np.int32)
    value = np.empty((longest, vertices))
    origin = np.empty((longest, vertices), np.int32)
    reached = np.empty((longest, vertices), np.int32)
    count = np.zeros(longest, np.int64)
    distance = np.empty(vertices, np.int8)
    queue = np.empty(vertices, np.int32)
    above = np.empty(vertices, np.int64)  # the first arc to a vertex above the leader
    back_above = np.empty(vertices, np.int64)
    for vertex in range(vertices):
        distance[vertex] = FAR
        above[vertex], back_above[vertex] = starts[vertex], back_starts[vertex]
        for step in range(longest):
            value[step, vertex] = NONE
            if vertex < pairs:
                path[vertex, step] = -1
    for leader in range(pairs):
        queue[0] = leader
        distance[leader] = 0
        read, written = 0, 1
        while read < written:
            head = queue[read]
            read += 1
            if distance[head] >= longest - 1:
                break
            while back_above[head] < back_starts[head + 1] and back_tails[back_above[head]] <= leader:
                back_above[head] += 1
            for place in range(back_above[head], back_starts[head + 1]):
                tail = back_tails[place]
                if distance[tail] == FAR and tail < pairs:
                    distance[tail] = distance[head] + 1
                    queue[written] = tail
                    written += 1
        if written > 1:
            value[0, leader] = 0.0
            reached[0, 0] = leader
            count[0] = 1
            top, last, steps = least, -1, 0
            for step in range(1, longest):
                count[step] = 0
                for index in range(count[step - 1]):
                    tail = reached[step - 1, index]
                    so_far = value[step - 1, tail]
                    while above[tail] < starts[tail + 1] and heads[above[tail]] <= leader:
                        above[tail] += 1
                    effort -= starts[tail + 1] - above[tail]
                    for arc in range(above[tail], starts[tail + 1]):
                        head = heads[arc]
                        if distance[head] <= longest - step:
                            found = so_far + weights[arc] - duals[head]
                            if found > value[step, head]:
                                if value[step, head] == NONE:
                                    reached[step, count[step]] = head
                                    count[step] += 1
                                value[step, head] = found
                                origin[step, head] = tail
            for place in range(back_above[leader], back_starts[leader + 1]):
                tail = back_tails[place]
                if tail >= pairs:
                    break
                closing = weights[back_arcs[place]] - duals[leader]
                for step in range(1, longest):
                    found = value[step, tail] + closing
                    if found > least and (not steps or found > top + NOISE or (found > top - NOISE and step < steps)):
                        last, steps = tail, step
                    top = max(top, found)
            if steps:
                best[leader] = top
                path[leader, 0] = leader
                while steps:
                    path[leader, steps] = last
                    last = origin[steps, last]
                    steps -= 1
            for step in range(longest):
                for index in range(count[step]):
                    value[step, reached[step, index]] = NONE
                count[step] = 0
        for place in range(written):
            distance[queue[place]] = FAR
        if effort < 0:
            return best, path, False
    return best, path, True


@njit(cache=True)
def soften(paths, worths, starts, heads, weights, pairs, longest, duals, heat, rounds, momentum, step):
    """Move `duals` to where every vertex is used once, if each ring and chain is used exp(value / heat) times.

    Rings are listed in `paths`; chains are summed up layer by layer, from their altruist and from their end.
    """
    vertices = len(starts) - 1
    factors = np.empty(len(paths))
    for ring in range(len(paths)):
        factors[ring] = np.exp(worths[ring] / heat)
    gains = np.empty(len(heads) if longest else 0)
    for arc in range(len(gains)):
        gains[arc] = np.exp(weights[arc] / heat)
    from_altruist, to_end = np.zeros((longest + 1, vertices)), np.zeros((longest + 1, vertices))
    costs, used, before = np.empty(vertices), np.empty(vertices), np.empty(vertices)
    for vertex in range(vertices):
        costs[vertex] = np.exp(-duals[vertex] / heat)
        before[vertex] = duals[vertex]
        to_end[0, vertex] = 1.0 if vertex < pairs else 0.0
    for _ in range(rounds):
        for vertex in range(vertices):
            used[vertex] = 0.0
            for layer in range(longest + 1):
                from_altruist[layer, vertex] = 0.0
        for ring in range(len(paths)):
            times = factors[ring]
            for place in range(paths.shape[1]):
                if paths[ring, place] >= 0:
                    times *= costs[paths[ring, place]]
            for place in range(paths.shape[1]):
                if paths[ring, place] >= 0:
                    used[paths[ring, place]] += times
        for layer in range(1, longest + 1):
            for tail in range(0 if layer < longest else pairs, pairs if layer < longest else vertices):
                times = 1.0 if tail < pairs else 0.0
                for arc in range(starts[tail], starts[tail + 1]):
                    times += gains[arc] * costs[heads[arc]] * to_end[layer - 1, heads[arc]]
                to_end[layer, tail] = times
        for altruist in range(pairs, vertices):  # is in chains only, one each: what is best for it is known
            duals[altruist] = max(0.0, heat * np.log(max(to_end[longest, altruist], 1e-300)))
            costs[altruist] = np.exp(-duals[altruist] / heat)
            from_altruist[0, altruist] = costs[altruist]
        for layer in range(1, longest + 1):
            for tail in range(pairs if layer == 1 else 0, vertices if layer == 1 else pairs):
                times = from_altruist[layer - 1, tail]
                if times > 0:
                    for arc in range(starts[tail], starts[tail + 1]):
                        from_altruist[layer, heads[arc]] += times * gains[arc] * costs[heads[arc]]
            for vertex in range(pairs):
                used[vertex] += from_altruist[layer, vertex] * to_end[longest - layer, vertex]
        for vertex in range(pairs):
            moved = max(0.0, duals[vertex] + step * heat * np.log(max(used[vertex], 1e-12)))
            duals[vertex] = max(0.0, moved + momentum * (moved - before[vertex]))
            before[vertex] = moved
            costs[vertex] = np.exp(-duals[vertex] / heat)


def load() -> None:
    """Compile what is not compiled yet and load it: some seconds the first time, part of one later."""
    from hkplein.rings.listing import chains_above, pack, rings_above

    starts, weights = np.array([0, 1, 2, 3]), np.ones(3)
    heads, tails, arcs = np.array([1, 0, 0], np.int32), np.array([1, 2, 0], np.int32), np.array([1, 2, 0])
    backward, none = (np.array([0, 2, 3, 3]), tails, arcs), np.zeros(3)
    on_rings(starts, heads, *backward, 2, 3, 1e9)
    best_rings(starts, heads, weights, *backward, 2, 3, none, 0.0, 1e9)
    rings_above(starts, heads, weights, *backward, 2, 3, none, none, 10, 1e9)
    chains_above(starts, heads, weights, 2, 3, none, none, 10, 1e9)
    soften(np.zeros((1, 2), np.int32), np.ones(1), starts, heads, weights, 2, 3, none, 1.0, 1, 0.5, 0.5)
    pack(np.array([0, 2]), np.array([0, 1], np.int32), np.ones(1), np.array([0]), np.full(2, -1))
