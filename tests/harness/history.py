"""The history of a free-for-all, and whether it could have happened one thing at a time (Wing and Gong's check)."""

from __future__ import annotations

import random
import re
import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from tests.harness.finding import Finding
from tests.harness.race import RELEASE
from tests.harness.site import Site
from tests.harness.wire import Reply

State = tuple[int, bool]  # who holds a task (0: nobody), and whether it is offered to give away
START: State = (0, False)
FIELDS = {"release": RELEASE, "offer": {"kind": "give"}}
DEEDS = ("claim", "claim", "release", "offer", "take-over", "look", "look")


@dataclass(frozen=True)
class Deed:
    """What somebody did to a task, between two moments; `came` is whether it was done, or who was seen to hold it."""

    begin: float
    end: float
    verb: str
    who: int
    came: int

    def after(self, state: State) -> State | None:
        """What the task is after this, if it could have come out like this then."""
        holder, offered = state
        if self.verb == "look":
            return state if self.came == holder else None
        then: dict[str, State | None] = {
            "claim": (self.who, False) if not holder else None,
            "release": START if holder == self.who else None,
            "offer": (holder, True) if holder == self.who and not offered else None,
            "take-over": (self.who, False) if offered and holder != self.who else None,
        }
        possible = then[self.verb]
        if self.came:
            return possible
        return state if possible is None else None


def linearizable(deeds: Sequence[Deed], start: State = START) -> bool:
    """Whether there is an order, true to what was over before what began, in which each came out as it did."""
    seen, todo = set(), [(frozenset(range(len(deeds))), start)]
    while todo:
        left, state = todo.pop()
        if not left:
            return True
        first_over = min(deeds[n].end for n in left)
        for n in left:
            then = deeds[n].after(state) if deeds[n].begin <= first_over else None
            if then is not None and (step := (left - {n}, then)) not in seen:
                seen.add(step)
                todo.append(step)
    return False


def free_for_all(site: Site, people: int, each: int, *, tasks: int = 3, seed: int = 7) -> Finding:
    """Everybody does whatever comes to mind with a few tasks; then every task's history is checked."""
    town, finding = site.town, Finding("the history is linearizable")
    few = town.tasks(tasks)
    history: dict[str, list[Deed]] = defaultdict(list)
    wrong: list[str] = []

    def live(number: int) -> None:
        draw, person = random.Random(seed * 1000 + number), town.browsers[number]
        for _n in range(each):
            url, verb = draw.choice(few).url, draw.choice(DEEDS)
            look = verb == "look"
            path = url if look else f"{url}/{verb}"
            reply = site.ask(person, "GET" if look else "POST", path, **FIELDS.get(verb, {}))
            if not (reply.status == 200 if look else reply.done or reply.refused):
                wrong.append(f"{verb}: {reply.status}")
                continue
            came = holder(reply) if look else int(reply.done)
            history[url].append(Deed(reply.begin, reply.end, verb, person.id, came))

    threads = [threading.Thread(target=live, args=(n,)) for n in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    finding.wrong += wrong
    for url, deeds in history.items():
        finding.expect(linearizable(deeds), f"{url}: no order explains these {len(deeds)} deeds")
    finding.number = f"{sum(map(len, history.values()))} deeds of {people} people"
    return finding


def holder(reply: Reply) -> int:
    """Who holds the task on this page; 0 when nobody does."""
    found = re.search(r'<article[^>]*id="task-\d+"[^>]*data-holder="(\d+)"', reply.text)
    return int(found[1]) if found else 0
