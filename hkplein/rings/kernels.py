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
def usable(starts, heads, back_starts, back_tails, back_arcs, pairs, longest_ring, longest_chain, effort):
    """Which arcs lie on a closed walk or on one from an altruist, of at most so many arcs."""
    vertices = len(starts) - 1
    marked = np.zeros(len(heads), np.bool_)
    distance = np.full(vertices, FAR, np.int8)
    queue = np.empty(vertices, np.int32)
    for root in range(pairs):
        distance[root] = 0
        queue[0] = root
        read, written = 0, 1
        while read < written:
            tail = queue[read]
            read += 1
            if distance[tail] >= longest_ring - 1:
                break
            effort -= starts[tail + 1] - starts[tail]
            for arc in range(starts[tail], starts[tail + 1]):
                head = heads[arc]
                if distance[head] == FAR:
                    distance[head] = distance[tail] + 1
                    queue[written] = head
                    written += 1
        if effort < 0:
            marked[:] = True
            return marked
        for place in range(back_starts[root], back_starts[root + 1]):
            if distance[back_tails[place]] < FAR:
                marked[back_arcs[place]] = True
        for place in range(written):
            distance[queue[place]] = FAR
    written = 0
    for altruist in range(pairs, vertices):
        distance[altruist] = 0
        queue[written] = altruist
        written += 1
    read = 0
    while read < written:
        tail = queue[read]
        read += 1
        if distance[tail] >= longest_chain:
            break
        for arc in range(starts[tail], starts[tail + 1]):
            marked[arc] = True
            head = heads[arc]
            if distance[head] == FAR:
                distance[head] = distance[tail] + 1
                queue[written] = head
                written += 1
    return marked


@njit(cache=True)
def components(tails, heads, vertices):
    """The number of the component of each vertex, when every arc holds its two ends together."""
    parent = np.arange(vertices)
    for arc in range(len(tails)):
        one, other = tails[arc], heads[arc]
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        while parent[other] != other:
            parent[other] = parent[parent[other]]
            other = parent[other]
        if one < other:
            parent[other] = one
        else:
            parent[one] = other
    count = 0
    label = np.empty(vertices, np.int64)
    for vertex in range(vertices):
        if parent[vertex] == vertex:
            label[vertex] = count
            count += 1
        else:
            label[vertex] = label[parent[vertex]]
    return label


@njit(cache=True)
def best_rings(starts, heads, weights, back_starts, back_tails, back_arcs, pairs, longest, duals, least, effort):
    """For each leader the best closed walk above `least`: value, vertices, how many they are; whether all were seen.

    A closed walk that is no ring is two rings or more; one of its parts is then a leader's best as well.
    """
    vertices = len(starts) - 1
    best = np.zeros(pairs)
    path = np.full((pairs, longest), -1, np.int32)
    length = np.zeros(pairs, np.int32)
    value = np.full((longest, vertices), NONE)
    origin = np.empty((longest, vertices), np.int32)
    reached = np.empty((longest, vertices), np.int32)
    count = np.zeros(longest, np.int64)
    distance = np.full(vertices, FAR, np.int8)
    queue = np.empty(vertices, np.int32)
    above = starts[:-1].copy()  # the first arc to a vertex above the leader
    back_above = back_starts[:-1].copy()
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
                length[leader] = steps + 1
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
            return best, path, length, False
    return best, path, length, True


@njit(cache=True)
def best_chains(starts, heads, weights, pairs, longest, duals, least):
    """For each last vertex the best walk from an altruist above `least`: its value, its vertices, how many they are."""
    vertices = len(starts) - 1
    value = np.full((longest + 1, vertices), NONE)
    origin = np.empty((longest + 1, vertices), np.int32)
    for altruist in range(pairs, vertices):
        value[0, altruist] = -duals[altruist]
    for step in range(1, longest + 1):
        for tail in range(pairs if step == 1 else 0, vertices if step == 1 else pairs):
            so_far = value[step - 1, tail]
            if so_far == NONE:
                continue
            for arc in range(starts[tail], starts[tail + 1]):
                head = heads[arc]
                found = so_far + weights[arc] - duals[head]
                if found > value[step, head]:
                    value[step, head] = found
                    origin[step, head] = tail
    best = np.zeros(pairs)
    path = np.full((pairs, longest + 1), -1, np.int32)
    length = np.zeros(pairs, np.int32)
    for vertex in range(pairs):
        top, steps = least, 0
        for step in range(1, longest + 1):
            if value[step, vertex] > top + (NOISE if steps else 0.0):
                steps = step
            top = max(top, value[step, vertex])
        if steps:
            best[vertex] = top
            length[vertex] = steps + 1
            last = vertex
            for step in range(steps, -1, -1):
                path[vertex, step] = last
                last = origin[step, last]
    return best, path, length


@njit(cache=True)
def best_by_altruist(starts, heads, weights, pairs, longest, duals):
    """For each altruist the value of the best walk; 0 where none is worth its duals."""
    vertices = len(starts) - 1
    ahead = np.zeros((longest, pairs))
    for step in range(1, longest):
        for tail in range(pairs):
            for arc in range(starts[tail], starts[tail + 1]):
                head = heads[arc]
                ahead[step, tail] = max(ahead[step, tail], weights[arc] - duals[head] + ahead[step - 1, head])
    best = np.zeros(vertices - pairs)
    for altruist in range(pairs, vertices):
        for arc in range(starts[altruist], starts[altruist + 1]):
            head = heads[arc]
            value = weights[arc] - duals[head] + ahead[longest - 1, head] - duals[altruist]
            best[altruist - pairs] = max(best[altruist - pairs], value)
    return best


def load() -> None:
    """Compile what is not compiled yet and load it: some seconds the first time, part of one later."""
    from hkplein.rings.listing import chains_above, pack, rings_above

    starts, weights = np.array([0, 1, 2, 3]), np.ones(3)
    heads, tails, arcs = np.array([1, 0, 0], np.int32), np.array([1, 2, 0], np.int32), np.array([1, 2, 0])
    arrays = (starts, heads, weights, np.array([0, 2, 3, 3]), tails, arcs, 2)
    none = np.zeros(3)
    usable(starts, heads, arrays[3], tails, arcs, 2, 3, 3, 1e9)
    components(heads, heads, 3)
    best_rings(*arrays, 3, none, 0.0, 1e9)
    best_by_altruist(starts, heads, weights, 2, 3, none)
    best_chains(starts, heads, weights, 2, 3, none, 0.0)
    rings_above(*arrays, 3, none, none, 10, 1e9)
    chains_above(starts, heads, weights, 2, 3, none, none, 10, 1e9)
    pack(np.array([0, 2]), np.array([0, 1], np.int32), np.ones(1), np.array([0]), np.full(2, -1))
