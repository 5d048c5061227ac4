"""One claim wins: many people want the same thing at the same instant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy import select

from hkplein.clock import now
from hkplein.db import Model, db
from hkplein.models import Bid, Person, Ring, RingLink, Swap, Task, Wish
from tests.cast import make_issue, make_pitstop, make_seat, make_task
from tests.harness.finding import Finding, p99
from tests.harness.site import Site
from tests.harness.wire import Reply

AHEAD = "Somebody else was just ahead of you."
SLOW = 1.0  # seconds that 99 of 100 answers stay under
RELEASE = {"done": "Niets", "left": "Alles", "tip": "Begin vroeg", "hours_left": "2"}


def told(replies: Sequence[Reply], finding: Finding, winners: int, sentence: str = "") -> list[int]:
    """Note what is wrong with what people were told; returns who won, by place in `replies`."""
    came = Counter(reply.status for reply in replies)
    finding.expect(came == Counter({303: winners, 409: len(replies) - winners}), f"answers {dict(came)}")
    losers = [reply for reply in replies if reply.status == 409]
    finding.expect(all(each.refused and sentence in each.text for each in losers), "a loser was not told in words")
    return [n for n, reply in enumerate(replies) if reply.done]


def claims(site: Site, rounds: int, *, slow: float = SLOW) -> Finding:
    """Twenty people claim one task: one has it, everybody sees who, and 99 of 100 hear it before it is `slow`."""
    town, people, finding = site.town, site.town.browsers, Finding("one claim wins")
    before, since, seconds, won = town.tasks(rounds), town.newest(), list[float](), dict[int, list[int]]()
    watcher = town.browser(town.cast.bram)
    for task in before:
        site.ask(watcher, "GET", task.url)
        replies = site.rush([person.knock("POST", f"{task.url}/claim") for person in people])
        seconds += [reply.seconds for reply in replies]
        won[task.id] = [people[n].id for n in told(replies, finding, 1, AHEAD)]
        shown = re.findall(r'id="task-\d+"[^>]*data-holder="(\d+)"', site.ask(watcher, "GET", task.url).text)
        finding.expect(list(map(int, shown)) == won[task.id], f"{task.url} shows {shown}, {won[task.id]} won")
    recorded: dict[int | None, list[int | None]] = {task.id: [] for task in before}
    for event in town.events("claim", since=since):
        recorded.setdefault(event.task_id, []).append(event.by_id)
    holders = town.holders(*won)
    for id_, winners in won.items():
        same = winners == recorded[id_] == [holders[id_]]
        finding.expect(same, f"task {id_}: {winners} were told, {recorded[id_]} recorded, {holders[id_]} has it")
    slowest = p99(seconds)
    finding.expect(slowest < slow, f"p99 is {slowest:.2f} s")
    finding.number = f"{rounds} × {len(people)}, p99 {slowest * 1000:.0f} ms"
    return finding


def limits(site: Site, rounds: int) -> Finding:
    """Places, leads, pitstops and seats: as many win as there is room for."""
    town, cast, finding = site.town, site.town.cast, Finding("as many as there is room for")

    def hands() -> list[bytes]:
        with town.writing():
            seat = make_seat(cast, make_issue(cast))
            bids = [Bid(seat_id=seat.id, person_id=one.id, by_id=one.id, state="raised") for one in town.crowd[:10]]
            db.session.add_all(bids)
        return [town.browser(cast.dina).knock("POST", f"{bid.url}/accept") for bid in bids]

    def all_of_them(make: Callable[[], Model], verb: str) -> list[bytes]:
        with town.writing():
            url = make().url
        return [person.knock("POST", f"{url}/{verb}") for person in town.browsers]

    for _round in range(rounds):
        for room, knocks in (
            (3, all_of_them(lambda: make_task(cast, places=3), "claim")),
            (1, all_of_them(lambda: make_issue(cast, "seeking", effect="Dat het lukt", role="do"), "lead")),
            (1, all_of_them(lambda: make_issue(cast, "forming", deputy_id=None), "deputise")),
            (1, all_of_them(lambda: make_pitstop(cast), "pick-up")),
            (1, hands()),
        ):
            told(site.rush(knocks), finding, room)
    finding.number = f"{rounds} × 5 kinds"
    return finding


def swaps(site: Site, rounds: int) -> Finding:
    """Six proposals for one task, all agreed to at once: one is carried out as a whole, nothing by halves."""
    town, finding = site.town, Finding("a swap is whole")
    bram = town.cast.bram
    for _round in range(rounds):
        people = town.crowd[:6]
        wanted = town.tasks(1, "taken", holder_id=bram.id, offered="swap")[0]
        with town.writing():
            mine = [make_task(town.cast, "taken", holder_id=one.id, offered="swap") for one in people]
            made = [Swap.propose(one, task.id, wanted)[0] for one, task in zip(people, mine, strict=True)]
        replies = site.rush([town.browser(bram).knock("POST", f"{swap.url}/accept") for swap in made])
        winners = told(replies, finding, 1)
        held = town.holders(wanted.id, *(task.id for task in mine))
        expected: dict[int, int] = {task.id: one.id for task, one in zip(mine, people, strict=True)}
        expected |= {wanted.id: bram.id}
        for n in winners:
            expected |= {mine[n].id: bram.id, wanted.id: people[n].id}
        states = sorted(db.session.scalars(select(Swap.state).where(Swap.id.in_([swap.id for swap in made]))))
        finding.expect(held == expected, f"swaps {[swap.id for swap in made]}: {held}, not {expected}")
        finding.expect(states == ["done", *["overtaken"] * 5], f"swaps are {states}")
    finding.number = f"{rounds} × 6 yeses"
    return finding


def ring_of(people: Sequence[Person], tasks: Sequence[Task], agreed: int) -> Ring:
    """A ring in which each takes what the next one holds; the first `agreed` of them said yes."""
    wishes = [Wish(person_id=one.id, task_id=task.id) for one, task in zip(people, tasks, strict=True)]
    ring = Ring(deadline=now() + timedelta(days=1))
    db.session.add_all([*wishes, ring])
    db.session.flush()
    for n, (one, wish) in enumerate(zip(people, wishes, strict=True)):
        takes = tasks[(n + 1) % len(tasks)].id
        yes = now() if n < agreed else None
        place = {"ring_id": ring.id, "position": n, "wish_id": wish.id, "person_id": one.id}
        db.session.add(RingLink(**place, gives_id=tasks[n].id, takes_id=takes, agreed_at=yes))
    return ring


def rings(site: Site, rounds: int) -> Finding:
    """The last two yeses at once; and the last yes against a release: the whole ring, or nothing of it."""
    town, finding = site.town, Finding("a swap ring is whole")
    people = town.crowd[:3]
    for n in range(rounds * 2):
        both = n % 2 == 0
        with town.writing():
            tasks = [make_task(town.cast, "taken", holder_id=one.id, offered="swap") for one in people]
            ring = ring_of(people, tasks, agreed=1 if both else 2)
        last, other = town.browser(people[2]), town.browser(people[1])
        yes = last.knock("POST", f"{ring.url}/agree")
        if both:
            replies = site.rush([yes, other.knock("POST", f"{ring.url}/agree")])
            told(replies, finding, 2)
        else:
            replies = site.rush([yes, last.knock("POST", f"{tasks[2].url}/release", **RELEASE)])
            told(replies, finding, 1)
        held = town.holders(*(task.id for task in tasks))
        before: dict[int, int | None] = {task.id: one.id for task, one in zip(tasks, people, strict=True)}
        after: dict[int, int | None] = {tasks[(n + 1) % 3].id: one.id for n, one in enumerate(people)}
        carried = replies[0].done
        expected = after if carried else {**before, tasks[2].id: None}
        state = db.session.scalar(select(Ring.state).where(Ring.id == ring.id))
        finding.expect(state == ("done" if carried else "dissolved"), f"ring {ring.id} is {state}")
        finding.expect(held == expected, f"ring {ring.id}: {held}, not {expected}")
    finding.number = f"{rounds} × 2 kinds"
    return finding
