"""Wishes and swap rings, as they would stand after what people did with them."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, time, timedelta
from typing import Any

from hkplein import rounds
from hkplein.clock import ZONE, end_of, local, now, working_days_after, working_days_ago
from hkplein.db import db
from hkplein.loading.source import Entry
from hkplein.loading.town import Town, ago, in_days, key_of
from hkplein.loading.words import RING_AGES, RING_STATES, WISH_STATES
from hkplein.models import Ring, RingLink, Task, Wish, WishSkill, WishTask
from hkplein.models.ring_market import Found, Market, Place, whole_market
from hkplein.models.ring_rules import ANSWER_IN
from hkplein.models.wish import WEEK, Wanted

STOOD = 3  # days that a wish has stood, where the file does not say it


def stood(file: Entry) -> dict[str, int]:
    """How many days each wish has stood; longer than the rings that it is in."""
    least: dict[str, int] = defaultdict(lambda: STOOD)
    for ring in file["kringen"]:
        for id_ in ring["schakels"]:
            least[id_] = max(least[id_], RING_AGES[ring["status"]] + 1)
    return {wish["id"]: least[wish["id"]] if wish.get("dagen") is None else -wish["dagen"] for wish in file["wensen"]}


def wished(file: Entry) -> dict[str, int]:
    """How many days ago the first wish was made in which a task is given, by the id of the task."""
    days, found = stood(file), dict[str, int]()
    for wish in file["wensen"]:
        if task := wish.get("klus"):
            found[task] = max(found.get(task, 0), days[wish["id"]])
    return found


def add_wishes(town: Town) -> None:
    """Every wish of the file."""
    days = stood(town.file)
    for entry in town.file["wensen"]:
        town.wishes[entry["id"]] = add_wish(town, entry, ago(days[entry["id"]], 9))


def add_wish(town: Town, entry: Entry, at: datetime) -> Wish:
    """A wish: who was asked whether it stands still, has said so."""
    person, state, note = town.people[entry["wie"]], WISH_STATES[entry["status"]], town.history.note
    kept = state == "standing" and at <= end_of(working_days_ago(WEEK))
    wish = Wish(
        person=person,
        task=town.tasks.get(entry.get("klus", "")),
        state=state,
        at=at,
        kept_at=ago(1, 15) if kept else at,
        **wanted(town, entry).columns,
    )
    wish.picks = [WishTask(task=town.tasks[id_]) for id_ in entry["wil"]]
    db.session.add(wish)
    db.session.flush()
    db.session.add_all(WishSkill(wish_id=wish.id, skill_id=town.skills[id_].id) for id_ in entry["vaardigheden"])
    note(wish, "make", at, person)
    if kept:
        note(wish, "keep", wish.kept_at, person)
    if state == "lapsed":
        note(wish, "lapse", ago(1, 6), None, {"you": [person]})
    if state == "revoked":
        note(wish, "revoke", ago(1, 12), person)
    if state == "over":
        note(wish, "end", ago(1, 16), None)
    return wish


def wanted(town: Town, entry: Entry) -> Wanted:
    """What a wish asks for."""
    first, last = entry.get("van_dagen"), entry.get("tot_dagen")
    return Wanted(
        kind="tasks" if entry["wil"] else "filter",
        hours=entry.get("uren"),
        place=entry["plaats"],
        pit_id=key_of(town.pits, entry.get("pit")),
        due_from=None if first is None else in_days(first),
        due_until=None if last is None else in_days(last),
        starred=key_of(town.tasks, entry.get("ster")),
    )


def add_rings(town: Town) -> None:
    """Every ring of the file; one that was carried out takes tasks off the square, so those come last."""
    market = whole_market()  # as it was before any wish was in a ring
    for entry in sorted(town.file["kringen"], key=lambda entry: entry["status"] == "uitgevoerd"):
        wishes = [town.wishes[id_] for id_ in entry["schakels"]]
        check_wants(town, entry, wishes)
        add_ring(town, entry, wishes, market)
    db.session.flush()


def check_wants(town: Town, entry: Entry, wishes: list[Wish]) -> None:
    """Each would take what the next one gives; in a ring that came to nothing, somebody would not any more."""
    line, names, ended = entry.at("schakels"), entry["schakels"], entry["status"] == "ontbonden"
    would = [taker.state == "standing" and takes(taker, giver) for taker, giver in pairs(wishes)]
    if ended and all(would):
        town.problems.append((line, "this ring would be found again: let a wish rest, or ask for something else"))
    for name, (taker, giver) in zip(names, pairs(wishes), strict=True):
        if not ended and not takes(taker, giver):
            town.problems.append((line, f"“{name}” would not take the task that the next one gives"))


def takes(taker: Wish, giver: Wish) -> bool:
    """Whether a wish would take what another gives; the end of a chain takes nothing."""
    asked = taker.candidates().with_only_columns(Task.id).where(Task.id == giver.task_id)
    return giver.task_id is None or db.session.scalar(asked) is not None


def pairs(links: list[Any]) -> list[tuple[Any, Any]]:
    """Each with the next one, whose task it takes; the last with the first."""
    return list(zip(links, [*links[1:], links[0]], strict=True))


def add_ring(town: Town, entry: Entry, wishes: list[Wish], market: Market) -> None:
    """A ring with its links, and how it went."""
    state, age, note = RING_STATES[entry["status"]], RING_AGES[entry["status"]], town.history.note
    at = ago(age, 3) if age else now() - timedelta(hours=2)
    day = local(at).date()
    morning = datetime.combine(working_days_after(day - timedelta(days=1), 1), time(9), ZONE)
    deadline = end_of(working_days_after(day, ANSWER_IN))
    places = explained(wishes, market) if state == "proposed" else unexplained(wishes)
    moves = sum(place.takes_id is not None for place in places)
    yes = entry["schakels"] if state == "done" else entry["akkoord"]
    people = [wish.person for wish in wishes]
    ring = Ring(
        state=state,
        chain=wishes[0].task_id is None,
        at=at,
        deadline=deadline,
        moved_at=at,
        seed=rounds.seed_of(day),
        helped=moves,
        most=moves,
    )
    ring.links = [
        RingLink(
            position=nth,
            wish=wish,
            person=wish.person,
            gives=wish.task,
            takes_id=place.takes_id,
            others=place.others,
            more=place.more,
            live=state == "proposed",
        )
        for nth, (wish, place) in enumerate(zip(wishes, places, strict=True))
    ]
    db.session.add(ring)
    note(ring, "propose", at, None, {"ring": people})
    for nth, (id_, link) in enumerate(zip(entry["schakels"], ring.links, strict=True)):
        if id_ in yes:
            ring.moved_at = link.agreed_at = min(now(), morning + timedelta(minutes=10 * nth))
            note(ring, "agree", link.agreed_at, link.person)
            link.wish.goes_first = state == "dissolved"
    if state == "done":
        ring.ended_at = ring.moved_at
        note(ring, "carry-out", ring.ended_at, None, {"ring": people})
        pass_on(town, ring.links, ring.ended_at)
    if state == "dissolved":
        ring.ended_at = deadline + timedelta(hours=2)
        note(ring, "dissolve", ring.ended_at, None, {"ring": people})


def explained(wishes: list[Wish], market: Market) -> Found:
    """The places in a ring that waits for answers, with what else there was."""
    vertex = {wish.id: nth for nth, wish in enumerate(market.wishes)}
    path = [vertex[wish.id] for wish in wishes]
    return market.places(path, market.graph(), **rounds.lengths())


def unexplained(wishes: list[Wish]) -> Found:
    """The places in a ring of the past: what else there was is not known any more."""
    return [Place(wish.id, giver.task_id, 0, 0) for wish, giver in pairs(wishes)]


def pass_on(town: Town, links: list[RingLink], at: datetime) -> None:
    """Every task goes to whoever takes it; the author and the pits that it touches hear it."""
    for taker, giver in pairs(links):
        if (task := giver.gives) is None:
            continue
        task.holder, task.taken_at, task.offered, task.wish = taker.person, at, None, ""
        two = {id(taker.person), id(giver.person)}
        pits = {id(pit) for pit in (task.pit, taker.person.pit, giver.person.pit) if pit}
        members = [one for one in town.people.by_id.values() if id(one.pit) in pits and len(pits) > 1]
        told = {"author": [task.author], "pit": members}
        others = {why: [one for one in found if id(one) not in two] for why, found in told.items()}
        town.history.note(task, "ring", at, giver.person, others, whom=taker.person)
