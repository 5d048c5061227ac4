"""How fast swap rings are cleared: CPU seconds of one thread, without the first compilation. `make bench-rings`.

Over the graphs of ../shared/rings where they are, each answer held against the known optimum and the checker; over
markets that are simulated here; and against the prototype of ../shared/rings in the same run, if scipy is there too.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from hkplein.rings import Graph, check, clear, read, surroundings  # noqa: E402

AGAINST = [
    ("open/00036-00000215.wmd.gz", 3, 3),
    ("open/00036-00000231.wmd.gz", 3, 0),
    ("open/market_C3000.input.gz", 3, 0),
    ("open/market_B30000.input.gz", 3, 3),
]
PROTOTYPE = """
import sys, types, time
sys.path[:0] = [{folder!r}, {root!r}]
import colgen_cpu; sys.modules["colgen"] = colgen_cpu
from ringlib import Inst
import colgen2
from hkplein.rings import read
def inst(path):
    g = read(path); a = int(g.starts[g.pairs])
    givers = g.tails[a:] - g.pairs
    return Inst(g.pairs, g.tails[:a], g.heads[:a], g.weights[:a], g.altruists, givers, g.heads[a:], g.weights[a:])
I = inst({path!r})
solve = colgen2.solve_big if I.n > 2000 else colgen_cpu.solve_cg
solve(inst({small!r}), {ring}, {chain})
start = time.process_time(); result = solve(I, {ring}, {chain}, tl=60)
print(time.process_time() - start, result["obj"], result["bound"])
"""


def market(people: int, *, by_skill: bool = False, seed: int = 1) -> Graph:
    """A municipality's wishes: teams of 150 in clusters of ten, popular work wished for more often, 2 % altruists.

    Everybody wishes for 1 to 10 works, 60 % in the own team, 30 % in the cluster, 10 % anywhere; `by_skill`: three in
    ten wish for all work of one or two skills in their team instead.
    """
    draw = np.random.default_rng(seed)
    altruists = round(people * 0.02)
    pairs = people - altruists
    team = draw.integers(0, max(1, people // 150), people)
    owner = np.repeat(np.arange(pairs), draw.integers(1, 3, pairs))
    owner = owner[np.argsort(team[owner] // 10 * people + team[owner], kind="stable")]
    popular = np.concatenate([[0], np.cumsum(np.exp(draw.normal(0, 1, len(owner))))])
    in_team = np.searchsorted(team[owner], np.arange(team.max() + 2))
    in_cluster = in_team[np.minimum(np.arange(team.max() // 10 + 2) * 10, team.max() + 1)]
    by_tag = (draw.random(people) < 0.3) & by_skill
    wisher = np.repeat(np.arange(people), np.where(by_tag, 0, draw.integers(1, 11, people)))
    kind = draw.random(len(wisher))
    low = np.where(kind < 0.6, in_team[team[wisher]], np.where(kind < 0.9, in_cluster[team[wisher] // 10], 0))
    high = np.where(kind < 0.6, in_team[team[wisher] + 1], np.where(kind < 0.9, in_cluster[team[wisher] // 10 + 1], -1))
    low, high = popular[low], popular[high]
    found = np.searchsorted(popular, low + draw.random(len(wisher)) * (high - low), side="right") - 1
    wished = owner[np.clip(found, 0, len(owner) - 1)]
    arcs = [np.stack([wisher, wished], axis=1)]
    if by_skill:
        share = 1 / np.arange(1, 13)
        tag = draw.choice(12, len(owner), p=share / share.sum())
        key = team[owner] * 12 + tag
        order = np.argsort(key, kind="stable")
        for _ in range(2):
            taggers = np.nonzero(by_tag & (draw.random(people) < 0.75))[0]
            wanted = team[taggers] * 12 + draw.choice(12, len(taggers), p=share / share.sum())
            first, last = (np.searchsorted(key[order], wanted, side=side) for side in ("left", "right"))
            for person, begin, end in zip(taggers.tolist(), first.tolist(), last.tolist(), strict=True):
                works = owner[order[begin:end]]
                arcs.append(np.stack([np.full(len(works), person), works], axis=1))
    all_ = np.unique(np.concatenate(arcs), axis=0)
    return Graph.of(pairs, altruists, np.column_stack([all_, np.ones(len(all_))]))


def with_altruists(graph: Graph, share: float) -> Graph:
    """The last of the pairs as altruists."""
    left = round(graph.pairs * (1 - share))
    return Graph.of(left, graph.pairs - left, zip(graph.tails, graph.heads, graph.weights, strict=True))


def group(row: dict[str, str]) -> str:
    pairs = int(row["pairs"])
    if row["kind"] not in {"saidman", "sparse", "het"}:
        return f"{row['kind'].split()[0]} {Path(row['file']).name.split('.')[0]}"
    return f"kidney {'<=128' if pairs <= 128 else pairs} K={row['K']} L={row['L']}"


def over_index(folder: Path, must: str) -> None:
    """Every row of the index."""
    seconds: dict[str, list[float]] = defaultdict(list)
    checks, wrong, last, graph = 0.0, 0, "", None
    rows = [row for row in csv.DictReader((folder / "index.csv").open()) if must in row["file"]]
    for row in rows:
        if row["file"] != last:
            graph, last = read(folder / row["file"]), row["file"]
        assert graph is not None
        answer = clear(graph, int(row["K"]), int(row["L"]), 120)
        seconds[group(row)].append(answer.cpu_seconds)
        start = time.process_time()
        check(graph, answer)
        checks += time.process_time() - start
        if abs(answer.value - float(row["optimum"])) > 1e-6 or answer.gap > 1e-9:
            wrong += 1
            print(
                f"WRONG {row['file']} {row['K']} {row['L']}: {answer.value} of {row['optimum']}, at most {answer.bound}"
            )
    print(f"{'graphs with known optima':34}{'rows':>6}{'median':>9}{'most':>9}")
    for name, each in sorted(seconds.items()):
        print(f"{name:34}{len(each):6}{statistics.median(each):9.3f}{max(each):9.3f}")
    total = sum(map(sum, seconds.values()))
    print(f"{len(rows) - wrong} of {len(rows)} equal to the optimum and proven; {total:.1f} s, checks {checks:.1f} s\n")


def simulated(folder: Path) -> None:
    """Markets, and a kidney graph of 1024 with altruists."""
    print(f"{'simulated':34}{'arcs':>9}{'budget':>8}{'CPU s':>8}{'value':>8}{'gap %':>8}{'check':>7}{'MB':>6}")
    graphs = [
        ("3,000 people K=3 L=3", market(3000), 3, 3, 60.0),
        ("30,000 people K=3 L=3", market(30_000), 3, 3, 60.0),
        ("30,000, 30 % by skill K=3 L=0", market(30_000, by_skill=True), 3, 0, 5.0),
        ("30,000, 30 % by skill K=3 L=3", market(30_000, by_skill=True), 3, 3, 5.0),
        ("200,000 people K=3 L=3", market(200_000), 3, 3, 10.0),
    ]
    large = folder / "open/00036-00000231.wmd.gz"
    if large.exists():
        graphs.insert(0, ("1024 with 10 % altruists K=3 L=3", with_altruists(read(large), 0.1), 3, 3, 60.0))
    for name, graph, ring, chain, budget in graphs:
        answer = clear(graph, ring, chain, budget)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        start = time.process_time()
        check(graph, answer)
        checked = time.process_time() - start
        print(
            f"{name:34}{graph.arcs:9}{budget:8.0f}{answer.cpu_seconds:8.2f}{answer.value:8.0f}{100 * answer.gap:8.3f}"
            f"{checked:7.2f}{memory:6}",
            flush=True,
        )
    graph = market(30_000)
    answer = clear(graph, 3, 0)
    times = []
    for ring in random.Random(1).sample(answer.rings, 50):
        start = time.process_time()
        clear(surroundings(graph.without([(ring[0], ring[1])]), ring, 3, 0), 3, 0)
        times.append(time.process_time() - start)
    print(
        f"after a no, 30,000 people without chains: median {statistics.median(times):.3f} s, most {max(times):.3f} s\n"
    )


def against(folder: Path) -> None:
    """The prototype and this, one after the other."""
    prototype = folder / "prototype"
    scipy = subprocess.run([sys.executable, "-c", "import scipy"], capture_output=True, check=False).returncode == 0
    if not (prototype.is_dir() and scipy):
        print("no prototype to compare with, or no scipy for it")
        return
    print(f"{'against the prototype':34}{'K':>3}{'L':>3}{'ours':>8}{'theirs':>8}{'ratio':>7}  their value and bound")
    with tempfile.TemporaryDirectory() as cache:
        for name, ring, chain in AGAINST:
            small = folder / "open/market_B300.input.gz"
            code = PROTOTYPE.format(
                folder=str(prototype), root=str(ROOT), path=str(folder / name), small=str(small), ring=ring, chain=chain
            )
            environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
            done = subprocess.run(
                [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment
            )
            ours = clear(read(folder / name), ring, chain).cpu_seconds
            if done.returncode:
                print(f"{name:34} the prototype failed: {done.stderr.strip().splitlines()[-1]}")
                continue
            theirs, value, bound = done.stdout.split()[-3:]
            print(
                f"{name.removeprefix('open/'):34}{ring:3}{chain:3}{ours:8.2f}{float(theirs):8.2f}"
                f"{ours / float(theirs):7.2f}  {value} {bound}",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/rings", help="folder with index.csv")
    parser.add_argument("--only", default="", help="of the index, files with this in their name")
    parser.add_argument("--skip", default="", help="index, simulated, prototype; separated by commas")
    given = parser.parse_args()
    skip = given.skip.split(",")
    if (given.data / "index.csv").exists() and "index" not in skip:
        over_index(given.data, given.only)
    if "simulated" not in skip:
        simulated(given.data)
    if "prototype" not in skip:
        against(given.data)


if __name__ == "__main__":
    main()
