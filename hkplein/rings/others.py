"""Which other rings and chains there were with somebody in them: what an answer is explained with."""

from __future__ import annotations

from collections.abc import Iterator

from hkplein.rings.graph import Graph

MOST = 100  # that are counted


def through(graph: Graph, vertex: int, rings: int, chains: int, most: int = MOST) -> list[tuple[int, ...]]:
    """Rings of at most `rings` vertices and chains of at most `chains` arcs with `vertex`; at most `most` of them.

    A ring begins with `vertex`, a chain with its altruist; each takes the work of the next.
    """
    found = []
    for path in _all(graph, vertex, rings, chains):
        found.append(path)
        if len(found) == most:
            break
    return found


def _all(graph: Graph, vertex: int, rings: int, chains: int) -> Iterator[tuple[int, ...]]:
    if vertex < graph.pairs:
        yield from _rings(graph, (vertex,), rings)
    for begin in _beginnings(graph, (vertex,), chains):
        yield from _chains(graph, begin, chains)


def _rings(graph: Graph, path: tuple[int, ...], longest: int) -> Iterator[tuple[int, ...]]:
    heads = _takes(graph, path[-1])
    if len(path) > 1 and path[0] in heads:
        yield path
    if len(path) < longest:
        for head in heads:
            if head not in path:
                yield from _rings(graph, (*path, head), longest)


def _beginnings(graph: Graph, path: tuple[int, ...], longest: int) -> Iterator[tuple[int, ...]]:
    """From an altruist to the vertex, in at most so many arcs."""
    if path[0] >= graph.pairs:
        yield path
    elif len(path) <= longest:
        starts, order = graph.backward
        tails = graph.tails[order[starts[path[0]] : starts[path[0] + 1]]]
        for tail in tails[len(path) + graph.distances[tails] <= longest].tolist():
            if tail not in path:
                yield from _beginnings(graph, (tail, *path), longest)


def _chains(graph: Graph, path: tuple[int, ...], longest: int) -> Iterator[tuple[int, ...]]:
    if len(path) > 1:
        yield path
    if len(path) <= longest:
        for head in _takes(graph, path[-1]):
            if head not in path:
                yield from _chains(graph, (*path, head), longest)


def _takes(graph: Graph, vertex: int) -> list[int]:
    return graph.heads[graph.starts[vertex] : graph.starts[vertex + 1]].tolist()  # type: ignore[no-any-return]
