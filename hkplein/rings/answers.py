"""An answer as JSON, in the numbers of the file that the graph came from."""

from __future__ import annotations

from typing import Any

from hkplein.rings.certificate import Arc, Case, Certificate, Cut, Part
from hkplein.rings.clearing import Clearing
from hkplein.rings.graph import Graph

NUMBERS = (
    "Vertices have the numbers of the file's arcs. A chain begins with its altruist; in .input altruists have numbers "
    'of their own. The certificate writes altruist 3 as "a3".'
)


class Malformed(ValueError):
    """JSON that is no answer; its text says why."""


def to_json(graph: Graph, answer: Clearing) -> dict[str, Any]:
    """The answer as JSON has it."""
    numbers = graph.numbers.tolist()
    names = [f"a{number}" if vertex >= graph.pairs else str(number) for vertex, number in enumerate(numbers)]
    return {
        "value": answer.value,
        "bound": answer.bound,
        "gap": answer.gap,
        "longest_ring": answer.longest_ring,
        "longest_chain": answer.longest_chain,
        "rings": [[numbers[vertex] for vertex in ring] for ring in answer.rings],
        "chains": [[numbers[vertex] for vertex in chain] for chain in answer.chains],
        "cpu_seconds": round(answer.cpu_seconds, 6),
        "numbers": NUMBERS,
        "certificate": [part_to_json(names, part) for part in answer.certificate.parts],
    }


def part_to_json(names: list[str], part: Part) -> dict[str, Any]:
    """A part of a certificate; it has no cases where its duals are enough."""
    made: dict[str, Any] = {"bound": part.bound, "duals": {names[v]: dual for v, dual in part.duals.items()}}
    if part.cases:
        made["cases"] = [
            {
                "used": [[names[tail], names[head]] for tail, head in case.used],
                "unused": [[names[tail], names[head]] for tail, head in case.unused],
                "duals": {names[vertex]: dual for vertex, dual in case.duals.items()},
                "cuts": [{"vertices": [names[v] for v in cut.vertices], "dual": cut.dual} for cut in case.cuts],
            }
            for case in part.cases
        ]
    return made


def from_json(graph: Graph, data: Any) -> Clearing:
    """The answer that JSON holds, or Malformed."""
    numbers = graph.numbers.tolist()
    pairs = {number: vertex for vertex, number in enumerate(numbers[: graph.pairs])}
    altruists = {number: vertex for vertex, number in enumerate(numbers[graph.pairs :], graph.pairs)}
    names = {str(number): vertex for number, vertex in pairs.items()}
    names |= {f"a{number}": vertex for number, vertex in altruists.items()}
    try:
        return Clearing(
            value=float(data["value"]),
            bound=float(data["bound"]),
            rings=tuple(tuple(pairs[number] for number in ring) for ring in data["rings"]),
            chains=tuple((altruists[first], *(pairs[n] for n in others)) for first, *others in data["chains"]),
            certificate=Certificate(tuple(part_from_json(names, part) for part in data["certificate"])),
            longest_ring=int(data["longest_ring"]),
            longest_chain=int(data["longest_chain"]),
            cpu_seconds=float(data.get("cpu_seconds", 0.0)),
        )
    except KeyError as error:
        raise Malformed(f"there is no {error.args[0]!r} in the answer, or no such vertex in the graph") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise Malformed(f"it is not the JSON of `hkplein rings solve`: {error}") from None


def part_from_json(names: dict[str, int], data: Any) -> Part:
    """A part of a certificate."""

    def duals(of: Any) -> dict[int, float]:
        return {names[name]: float(dual) for name, dual in of.items()}

    def arcs(of: Any) -> tuple[Arc, ...]:
        return tuple((names[tail], names[head]) for tail, head in of)

    cases = tuple(
        Case(
            arcs(case["used"]),
            arcs(case["unused"]),
            duals(case["duals"]),
            tuple(Cut(tuple(names[v] for v in cut["vertices"]), float(cut["dual"])) for cut in case["cuts"]),
        )
        for case in data.get("cases", ())
    )
    return Part(float(data["bound"]), duals(data["duals"]), cases)
