"""Acknowledged is kept: the server is killed outright while people create, claim, release and swap."""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from hkplein.db import db
from hkplein.models import Event, Leg, Person, Swap, Task
from tests.harness.finding import Finding
from tests.harness.race import RELEASE
from tests.harness.site import Site
from tests.harness.town import Visitor, filled
from tests.harness.wire import Reply

HEALTHY = 10.0  # seconds after which it answers again
KINDS = ("worker", "master", "group")
PAIRS = 4  # of people who do things together


@dataclass
class Told:
    """What one pair was told: how often each deed was acknowledged, and how often refused."""

    site: Site
    people: tuple[Visitor, Visitor]
    swapped: tuple[Task, Task]
    shared: list[Task]
    since: int  # the event before it all
    done: Counter[tuple[str, int, int]] = field(default_factory=Counter)  # verb, task, who
    titles: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)

    def send(self, one: bytes) -> Reply:
        """Until there is an answer: what was not answered is sent again, as a browser's “try again” does."""
        while True:
            reply = self.site.rush([one])[0]
            if reply.status not in (0, 502, 503):
                break
            time.sleep(0.05)
        if not (reply.done or reply.refused):
            self.odd.append(f"an answer {reply.status}")
        return reply

    def do(self, who: Visitor, verb: str, task: Task, **fields: object) -> bool:
        """One verb to one task; whether it was done."""
        reply = self.send(who.knock("POST", f"{task.url}/{verb}", **fields))
        self.done[verb, task.id, who.id] += reply.done
        return reply.done

    def live(self, stop: threading.Event, draw: random.Random) -> None:
        """Create, claim, release and swap until it is enough."""
        while not stop.is_set():
            one, other = self.people
            title = f"Klus {self.since} {secrets.token_hex(8)}"
            if self.send(one.knock("POST", "/tasks/new", **filled(title))).done:
                self.titles.append(title)
            task = draw.choice(self.shared)
            if self.do(other, "claim", task):
                self.do(other, "release", task, **RELEASE)
            self.swap()

    def swap(self) -> None:
        """The pair swaps its two tasks: who holds which is seen to by what came of it before."""
        ours, theirs = self.swapped
        one, other = self.people
        self.do(one, "offer", ours, kind="swap")
        self.do(other, "offer", theirs, kind="swap")
        reply = self.send(one.knock("POST", "/swaps/new", task=theirs.id, mine=ours.id))
        where = reply.headers.get("Location", "")
        if reply.done and self.send(other.knock("POST", f"{where}/accept")).done:
            self.done["swap", ours.id, one.id] += 1
            self.done["swap", theirs.id, other.id] += 1
            self.swapped = theirs, ours


@contextlib.contextmanager
def crowded(site: Site, seed: int, since: int) -> Iterator[list[Told]]:
    """Inside the block pairs of people are busy."""
    town = site.town
    shared, stop, pairs = town.tasks(3), threading.Event(), list[Told]()
    for n in range(PAIRS):
        two: list[Person] = town.crowd[2 * n : 2 * n + 2]
        held = [town.tasks(1, "taken", holder_id=one.id)[0] for one in two]
        pairs.append(Told(site, (town.browser(two[0]), town.browser(two[1])), (held[0], held[1]), shared, since))
    draws = [random.Random(seed * 100 + n) for n in range(PAIRS)]
    threads = [threading.Thread(target=pair.live, args=(stop, draw)) for pair, draw in zip(pairs, draws, strict=True)]
    for thread in threads:
        thread.start()
    try:
        yield pairs
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)


def kill(site: Site, kind: str) -> float:
    """Kill a web process, the one that keeps them, or everything; the seconds until it answers again.

    What is left when the keeper ends is killed and started again, as systemd does.
    """
    assert site.process is not None
    begin = time.monotonic()
    if kind == "worker":
        os.kill(site.workers[0], signal.SIGKILL)
    elif kind == "master":
        os.kill(site.master, signal.SIGKILL)
        site.process.wait(30)
    if kind != "worker":
        site.kill_group()
        site.start()
    site.until_healthy(60)
    return time.monotonic() - begin


def crashes(site: Site, kinds: list[str], *, seed: int = 1, busy: float = 0.6) -> Finding:
    """Kill it once for each of `kinds`, each time while people are busy; then hold what they were told against it."""
    finding, slowest, since = Finding("acknowledged is kept"), 0.0, site.town.newest()
    draw, known = random.Random(seed), site.town.problems()
    with crowded(site, seed, since) as pairs:
        for kind in kinds:
            time.sleep(busy * (0.5 + draw.random()))
            slowest = max(slowest, kill(site, kind))
        time.sleep(busy)
    finding.expect(slowest < HEALTHY, f"healthy again after {slowest:.1f} s")
    finding.wrong += sorted(site.town.problems() - known)
    finding.wrong += [line for pair in pairs for line in pair.odd] + compare(site, pairs, since)
    count = sum(pair.done.total() + len(pair.titles) for pair in pairs)
    finding.number = f"{len(kinds)} kills, {count} acknowledged, healthy in {slowest:.1f} s"
    return finding


def compare(site: Site, pairs: list[Told], since: int) -> list[str]:
    """What is lost, what is there without having been acknowledged, and what was done by halves."""
    told, recorded = Counter[Any](), Counter[Any]()
    for pair in pairs:
        told.update(pair.done)
    for event in site.town.events("claim", "release", "offer", "swap", since=since):
        recorded[event.verb, event.task_id, event.by_id] += 1
    uneven = [deed for deed in told | recorded if told[deed] != recorded[deed]]
    found = [f"{deed}: told {told[deed]} times, recorded {recorded[deed]}" for deed in uneven]
    titles = Counter(title for pair in pairs for title in pair.titles)
    there = Counter(db.session.scalars(select(Task.title).where(Task.title.like(f"Klus {since} %"))))
    found += [f"“{title}” is there {there[title]} times" for title in titles if there[title] != 1]
    found += [f"“{title}” is a ghost" for title in there - titles]
    return found + halves(pairs)


def halves(pairs: list[Told]) -> list[str]:
    """Whatever its events say, that is how each task and each swap is."""
    tasks = {task.id for pair in pairs for task in (*pair.swapped, *pair.shared)}
    expected: dict[int, int | None] = {}
    for event in db.session.scalars(select(Event).where(Event.task_id.in_(tasks)).order_by(Event.id)):
        if event.verb in ("claim", "release", "swap") and event.task_id:
            expected[event.task_id] = {"claim": event.by_id, "release": None, "swap": event.whom_id}[event.verb]
    found = []
    for id_, holder in db.session.execute(select(Task.id, Task.holder_id).where(Task.id.in_(expected))):
        if expected[id_] != holder:
            found.append(f"task {id_} is held by {holder}, and its events say {expected[id_]}")
    moved_by = select(Leg.swap_id).where(Leg.task_id.in_(tasks))
    for swap in db.session.scalars(select(Swap).where(Swap.id.in_(moved_by))):
        moved = db.session.scalars(select(Event.id).where(Event.swap_id == swap.id, Event.verb == "accept")).all()
        if len(moved) != (swap.state == "done"):
            found.append(f"swap {swap.id} is {swap.state}, and was agreed to {len(moved)} times")
    return found
