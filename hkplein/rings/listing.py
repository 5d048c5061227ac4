"""More inner loops: all rings and chains within a slack, and the packing of columns. See `kernels`."""

from __future__ import annotations

import numpy as np
from numba import njit

from hkplein.rings.kernels import NONE


@njit(cache=True)
def rings_above(starts, heads, weights, back_starts, back_tails, back_arcs, pairs, longest, duals, least, most, effort):
    """The rings of at least `least[leader]`: how many, their vertices, and whether these are all of them."""
    vertices = len(starts) - 1
    path = np.empty((most, longest), np.int32)
    found = 0
    ahead = np.empty((longest + 1, vertices))  # the best way back to the leader in at most so many arcs
    for step in range(longest + 1):
        for vertex in range(vertices):
            ahead[step, vertex] = NONE
    reached = np.empty(vertices, np.int32)
    stack = np.empty(longest + 1, np.int32)
    next_arc = np.empty(longest + 1, np.int64)
    so_far = np.zeros(longest + 1)
    on_path = np.zeros(vertices, np.bool_)
    for leader in range(pairs):
        ahead[0, leader] = 0.0
        reached[0] = leader
        known = 1
        if least[leader] == np.inf:
            ahead[0, leader] = NONE
            continue
        for step in range(1, longest):
            for index in range(known):
                ahead[step, reached[index]] = ahead[step - 1, reached[index]]
            for index in range(known):
                head = reached[index]
                after = ahead[step - 1, head]
                if after == NONE:
                    continue
                after -= duals[head]
                effort -= back_starts[head + 1] - back_starts[head]
                for place in range(back_starts[head + 1] - 1, back_starts[head] - 1, -1):
                    tail = back_tails[place]
                    if tail <= leader:
                        break
                    if tail >= pairs:
                        continue
                    if ahead[step, tail] == NONE and ahead[longest, tail] == NONE:
                        reached[known] = tail
                        known += 1
                        ahead[longest, tail] = 0.0
                    ahead[step, tail] = max(ahead[step, tail], after + weights[back_arcs[place]])
        depth = 0
        stack[0] = leader
        next_arc[0] = starts[leader + 1] - 1
        on_path[leader] = True
        while depth >= 0:
            tail = stack[depth]
            arc = next_arc[depth]
            next_arc[depth] -= 1
            effort -= 1
            head = heads[arc] if arc >= starts[tail] else -1
            if head < leader:
                on_path[tail] = False
                depth -= 1
                continue
            value = so_far[depth] + weights[arc] - duals[head]
            if head == leader:
                if value >= least[leader]:
                    if found == most:
                        return found, path, False
                    for index in range(longest):
                        path[found, index] = stack[index] if index <= depth else -1
                    found += 1
            elif (
                depth + 1 < longest and not on_path[head] and value + ahead[longest - depth - 1, head] >= least[leader]
            ):
                depth += 1
                stack[depth] = head
                next_arc[depth] = starts[head + 1] - 1
                so_far[depth] = value
                on_path[head] = True
        for index in range(known):
            for step in range(longest + 1):
                ahead[step, reached[index]] = NONE
        if effort < 0:
            break
    return found, path, effort >= 0


@njit(cache=True)
def chains_above(starts, heads, weights, pairs, longest, duals, least, most, effort):
    """The chains of at least `least[altruist - pairs]`: how many, their vertices, and whether these are all."""
    vertices = len(starts) - 1
    path = np.empty((most, longest + 1), np.int32)
    found = 0
    ahead = np.zeros((longest + 1, vertices))  # what at most so many further arcs can add
    for step in range(1, longest + 1):
        for tail in range(vertices):
            top = 0.0
            for arc in range(starts[tail], starts[tail + 1]):
                head = heads[arc]
                top = max(top, weights[arc] - duals[head] + ahead[step - 1, head])
            ahead[step, tail] = top
    stack = np.empty(longest + 1, np.int32)
    next_arc = np.empty(longest + 1, np.int64)
    so_far = np.zeros(longest + 1)
    on_path = np.zeros(vertices, np.bool_)
    for altruist in range(pairs, vertices):
        floor = least[altruist - pairs]
        depth = 0
        stack[0] = altruist
        next_arc[0] = starts[altruist]
        so_far[0] = -duals[altruist]
        while depth >= 0 and effort >= 0:
            tail = stack[depth]
            arc = next_arc[depth]
            next_arc[depth] += 1
            effort -= 1
            if arc == starts[tail + 1]:
                on_path[tail] = False
                depth -= 1
                continue
            head = heads[arc]
            value = so_far[depth] + weights[arc] - duals[head]
            if on_path[head] or value + ahead[longest - depth - 1, head] < floor:
                continue
            depth += 1
            stack[depth] = head
            if value >= floor:
                if found == most:
                    return found, path, False
                for index in range(longest + 1):
                    path[found, index] = stack[index] if index <= depth else -1
                found += 1
            if depth == longest:
                depth -= 1
                continue
            next_arc[depth] = starts[head]
            so_far[depth] = value
            on_path[head] = True
    return found, path, effort >= 0


@njit(cache=True)
def pack(starts, members, weights, order, owner):
    """Fill `owner`, the column that holds each row or -1: take columns in order, and exchange some for a better one."""
    rows = len(owner)
    count = len(weights)
    inverse = np.zeros(rows + 1, np.int64)
    for place in range(len(members)):
        inverse[members[place] + 1] += 1
    for row in range(rows):
        inverse[row + 1] += inverse[row]
    fill = inverse[:-1].copy()
    holders = np.empty(len(members), np.int64)
    for column in order:
        for place in range(starts[column], starts[column + 1]):
            holders[fill[members[place]]] = column
            fill[members[place]] += 1
    rivals = np.empty(64, np.int64)
    for _ in range(20):
        changed = False
        for column in order[:count]:
            if owner[members[starts[column]]] == column:
                continue
            loss, rival_count = 0.0, 0
            for place in range(starts[column], starts[column + 1]):
                rival = owner[members[place]]
                if rival >= 0:
                    new = True
                    for index in range(rival_count):
                        if rivals[index] == rival:
                            new = False
                    if new:
                        rivals[rival_count] = rival
                        rival_count += 1
                        loss += weights[rival]
            if weights[column] <= loss + 1e-9:
                continue
            changed = True
            for index in range(rival_count):
                for place in range(starts[rivals[index]], starts[rivals[index] + 1]):
                    owner[members[place]] = -1
            for place in range(starts[column], starts[column + 1]):
                owner[members[place]] = column
            for index in range(rival_count):  # what the rivals leave free
                for place in range(starts[rivals[index]], starts[rivals[index] + 1]):
                    row = members[place]
                    if owner[row] >= 0:
                        continue
                    for at in range(inverse[row], inverse[row + 1]):
                        other = holders[at]
                        free = True
                        for inner in range(starts[other], starts[other + 1]):
                            if owner[members[inner]] >= 0:
                                free = False
                                break
                        if free:
                            for inner in range(starts[other], starts[other + 1]):
                                owner[members[inner]] = other
                            break
        if not changed:
            break
