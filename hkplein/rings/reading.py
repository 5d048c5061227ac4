"""Graphs of wishes from files: PrefLib's `.wmd`, old and new, and `.input` with its block of altruists."""

from __future__ import annotations

import gzip
import math
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from hkplein.rings.graph import Graph

NAME = re.compile(r"#\s*ALTERNATIVE NAME (\d+):\s*(.*)", re.IGNORECASE)
COUNT = re.compile(r"#\s*NUMBER (ALTERNATIVES|EDGES):\s*(\d+)", re.IGNORECASE)
MOST = 50_000_000  # vertices; a number above it is a slip of the pen


class Broken(ValueError):
    """A file that holds no graph; its text is "file:line: reason"."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")


class Lines:
    """The lines of a file, one after the other; knows where it is, for what it has to say about them."""

    def __init__(self, path: Path) -> None:
        self.path, self.number = path, 0
        try:
            data = path.read_bytes()
            self.lines = (gzip.decompress(data) if path.suffix == ".gz" else data).decode().splitlines()
        except (OSError, EOFError, zlib.error) as error:
            raise Broken(path, 0, f"it cannot be read: {error}") from None
        except UnicodeDecodeError:
            raise Broken(path, 1, "it is not a text file") from None

    def broken(self, reason: str) -> Broken:
        """What is wrong with the line at hand."""
        return Broken(self.path, self.number, reason)

    def next(self, expected: str) -> str:
        """The next line with something on it."""
        for line in self:
            return line
        self.number += 1
        raise self.broken(f"the file ends here, where {expected} should stand")

    def __iter__(self) -> Iterator[str]:
        while self.number < len(self.lines):
            self.number += 1
            if line := self.lines[self.number - 1].strip():
                yield line

    def counts(self, line: str, separator: str | None, what: str) -> tuple[int, int]:
        """Two whole numbers on one line."""
        parts = line.split(separator)
        if len(parts) != 2 or not all(part.strip().isdecimal() for part in parts):
            raise self.broken(f"{what} should stand here, and not “{line[:60]}”")
        first, second = int(parts[0]), int(parts[1])
        if first > MOST or second > MOST:
            raise self.broken(f"no graph is this large: “{line[:60]}”")
        return first, second

    def arc(self, line: str, separator: str | None) -> tuple[int, int, float]:
        """From, to and weight."""
        parts = line.split(separator)
        if len(parts) != 3:
            raise self.broken(f"an arc is three numbers, from, to and weight, and not “{line[:60]}”")
        try:
            tail, head, weight = int(parts[0]), int(parts[1]), float(parts[2])
        except ValueError:
            raise self.broken(f"an arc is three numbers, from, to and weight, and not “{line[:60]}”") from None
        if not (math.isfinite(weight) and weight >= 0):
            raise self.broken(f"a weight is a number of at least 0, and not {parts[2].strip()}")
        return tail, head, weight


def read(path: Path | str) -> Graph:
    """The graph in a file, packed with gzip or not; a Broken says on which line it is none, and why.

    Its `numbers` are those of the file's own arcs; in `.input` the altruists have their own, from 0.
    """
    lines = Lines(Path(path))
    first = lines.next("a graph")
    if first.startswith("#"):
        return read_new_wmd(lines, first)
    if "," in first:
        return read_old_wmd(lines, first)
    return read_input(lines, first)


def read_input(lines: Lines, first: str) -> Graph:
    """`vertices arcs`, the arcs; then the same for the altruists, who are numbered on their own."""
    arcs: list[tuple[int, int, float]] = []
    pairs, count = lines.counts(first, None, "the number of vertices and of arcs")
    for _ in range(count):
        tail, head, weight = lines.arc(lines.next(f"arc {len(arcs) + 1} of {count}"), None)
        inside(lines, pairs, tail, head)
        arcs.append((tail, head, weight))
    altruists = 0
    line = ending(lines)
    if line is not None:
        altruists, count = lines.counts(line, None, "the number of altruists and of their arcs")
        for number in range(count):
            tail, head, weight = lines.arc(lines.next(f"arc {number + 1} of {count} of the altruists"), None)
            inside(lines, pairs, head)
            if not 0 <= tail < altruists:
                raise lines.broken(f"there is no altruist {tail}: there are {altruists}, from 0")
            arcs.append((pairs + tail, head, weight))
        if ending(lines) is not None:
            raise lines.broken(f"nothing should follow the {count} arcs of the altruists")
    return Graph.of(pairs, altruists, arcs, [*range(pairs), *range(altruists)])


def ending(lines: Lines) -> str | None:
    """The line after a block, with or without the `-1 -1 -1` that may end it."""
    line = next(iter(lines), None)
    if line is not None and line.split()[0] == "-1":
        line = next(iter(lines), None)
    return line


def inside(lines: Lines, count: int, *vertices: int) -> None:
    for vertex in vertices:
        if not 0 <= vertex < count:
            raise lines.broken(f"there is no vertex {vertex}: there are {count}, from 0")


def read_old_wmd(lines: Lines, first: str) -> Graph:
    """`vertices,arcs`, a line with a name for every vertex, and the arcs; these count from 0."""
    count, arc_count = lines.counts(first, ",", "the number of vertices and of arcs")
    names: dict[int, str] = {}
    for vertex in range(count):
        number, comma, name = lines.next(f"the name of vertex {vertex + 1} of {count}").partition(",")
        if not comma or not number.strip().isdecimal():
            raise lines.broken("a number and a name should stand here")
        names[vertex] = name
    arcs: list[tuple[int, int, float]] = []
    for _ in range(arc_count):
        arc = lines.arc(lines.next(f"arc {len(arcs) + 1} of {arc_count}"), ",")
        inside(lines, count, *arc[:2])
        arcs.append(arc)
    if next(iter(lines), None) is not None:
        raise lines.broken(f"nothing should follow the {arc_count} arcs")
    return named(names, arcs)


def read_new_wmd(lines: Lines, first: str) -> Graph:
    """Lines with # that name the vertices, and the arcs; these count as the names do."""
    names: dict[int, str] = {}
    said: dict[str, int] = {}
    arcs: list[tuple[int, int, float]] = []
    line: str | None = first
    while line is not None:
        if found := NAME.match(line):
            names[int(found[1])] = found[2]
        elif found := COUNT.match(line):
            said[found[1].upper()] = int(found[2])
        elif not line.startswith("#"):
            arc = lines.arc(line, ",")
            for vertex in arc[:2]:
                if vertex not in names:
                    raise lines.broken(f"there is no vertex {vertex}: no line names it")
            arcs.append(arc)
        line = next(iter(lines), None)
    if said.get("ALTERNATIVES", len(names)) != len(names):
        raise lines.broken(f"{len(names)} vertices have a name, and the head says {said['ALTERNATIVES']}")
    if said.get("EDGES", len(arcs)) != len(arcs):
        raise lines.broken(f"the file ends here after {len(arcs)} arcs, and its head says {said['EDGES']}")
    return named(names, arcs)


def named(names: dict[int, str], arcs: list[tuple[int, int, float]]) -> Graph:
    """A graph of vertices that are pairs where their name says so, and altruists otherwise."""
    is_pair = {number: name.strip().lower().startswith("pair") for number, name in names.items()}
    numbers = sorted(names, key=lambda number: (not is_pair[number], number))
    place = {number: index for index, number in enumerate(numbers)}
    pairs = sum(is_pair.values())
    return Graph.of(pairs, len(numbers) - pairs, ((place[u], place[v], w) for u, v, w in arcs), numbers)
