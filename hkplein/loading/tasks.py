"""Tasks and swaps, as they would stand after what people did with them."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from hkplein.clock import now, today
from hkplein.db import db
from hkplein.loading.rings import wished
from hkplein.loading.source import Entry
from hkplein.loading.town import Town, ago, in_days
from hkplein.loading.words import BID_STATES, CHOICES, SWAP_STATES, TASK_STATES
from hkplein.models import Bid, Leg, Person, Swap, Task

HOURS_WITHOUT_TAKER = 47  # since the posting; later the clock would begin to ask
SWAP_VERBS = {
    "done": "accept",
    "countered": "counter",
    "declined": "decline",
    "withdrawn": "withdraw",
    "overtaken": "overtake",
    "expired": "expire",
}


def add_tasks(town: Town) -> None:
    """Every task of the file, with its hands."""
    waits = wished(town.file)
    for entry in town.file["klussen"]:
        add_task(town, entry, waits.get(entry["id"], 0))
    db.session.flush()


def add_task(town: Town, entry: Entry, waits: int) -> None:
    """A task; of several places, those that are taken are tasks of their own. It `waits` for a ring so many days."""
    means, chance = TASK_STATES[entry["status"]], town.chance("task", entry["id"])
    pit = town.pits[entry["pit"]]
    issue = town.issues.get(entry.get("vraagstuk", ""))
    author = town.person(entry, "indiener", pit=pit)
    skills = [town.skills[key] for key in entry["nodig"]]
    hands = entry["status"] == "hand_opgestoken" or bool(entry["handen"])
    task = Task(
        title=entry["titel"],
        description=entry["omschrijving"],
        state=means.state,
        author=author,
        pit=pit,
        issue=issue,
        hours=entry["uren"],
        place=entry["plaats"],
        due=in_days(entry["deadline_dagen"]),
        learns=town.skills.get(entry.get("leert", "")),
        less_fun=entry["minder_leuk"],
        mandate=entry["bevoegdheid"],
        choice=CHOICES[entry["keuze"]] if entry.get("keuze") else "hands" if hands else "first",
        places=entry["plekken"],
        hands=0,
        reason=entry["reden"],
        thanks=entry["dank"],
        skills=skills,
    )
    town.tasks[entry["id"]] = task
    db.session.add(task)
    live(town, task, entry, chance, waits)
    db.session.flush()
    if task.holder and task.places > 1:
        others = fellows(town, task, entry)
        task.places, task.posting_id = 1, task.id
        for holder in others:
            add_place(town, task, holder)
    add_hands(town, task, entry, author)
    town.index(task, task.title, task.description, task.place)


def live(town: Town, task: Task, entry: Entry, chance: Random, waits: int) -> None:
    """What happened to it until today, in its columns and as history."""
    means, note, author = TASK_STATES[entry["status"]], town.history.note, task.author
    pit, over = [member for member in town.people.by_id.values() if member.pit is task.pit], task.due < today()
    if means.state == "draft":
        task.created_at = ago(1)
        return
    end = ago((today() - task.due).days, 16) if over else ago(1 + (waits if means.offered else 0), 16)
    if task.state == "open" and not means.released:
        posted = now() - timedelta(hours=chance.randint(2, HOURS_WITHOUT_TAKER))
    else:
        posted = end - timedelta(days=chance.randint(9, 20))
    task.created_at = task.posted_at = posted
    note(task, "post", posted, author, {"pit": pit}, issue=task.issue)
    if means.released:
        release(town, task, entry, posted)
    if means.state in ("taken", "reported", "done"):
        take(town, task, entry, posted, end)
    if means.state in ("withdrawn", "scrapped"):
        task.ended_at = end
        verb = {"withdrawn": "withdraw", "scrapped": "scrap"}[means.state]
        note(task, verb, end, author, {"pit": pit}, note=task.reason)
    if means.state == "expired":
        task.ended_at = end
        note(task, "expire", end, None, {"author": [author]})


def take(town: Town, task: Task, entry: Entry, posted: datetime, end: datetime) -> None:
    """Somebody took it on, and perhaps offered, reported or finished it."""
    means, note, author = TASK_STATES[entry["status"]], town.history.note, task.author
    task.holder = town.person(entry, "houder", skills=task.skills, but=[author])
    task.taken_at = posted + (end - posted) / 3
    verb, by = ("choose", author) if task.choice == "hands" else ("claim", task.holder)
    note(task, verb, task.taken_at, by, {"author": [author], "hand": [task.holder]}, whom=task.holder)
    if means.offered:
        task.offered, task.wish = means.offered, entry["ruilwens"]
        note(task, "offer", end - timedelta(hours=6), task.holder, {"author": [author]})
    if means.state in ("reported", "done"):
        task.reported_at = end
        note(task, "report", end, task.holder, {"author": [author]})
    if means.state == "done":
        task.ended_at = min(now(), end + timedelta(hours=3))
        note(task, "confirm", task.ended_at, author, {"holder": [task.holder]}, note=task.thanks)


def release(town: Town, task: Task, entry: Entry, posted: datetime) -> None:
    """Somebody began and put it back with a hand-over; the file tells it in one text."""
    before = town.person(entry, "houder", skills=task.skills, but=[task.author])
    task.posted_at = again = ago(1, 11)
    done, _, left = entry["overdracht"].partition(". ")
    task.handover_done, task.handover_left = done.rstrip(".") + ".", left
    task.hours = task.hours_left = max(1, task.hours // 2)
    town.history.note(task, "claim", posted + (again - posted) / 3, before, {"author": [task.author]})
    town.history.note(task, "release", again, before, {"author": [task.author]})


def fellows(town: Town, posting: Task, entry: Entry) -> list[Person]:
    """Who took the other places: whom the file names, then whoever fits."""
    found = [town.people[id_] for id_ in entry["medehouders"]]
    but = [posting.author, posting.holder, *town.named(entry)]
    for number in range(len(found) + 1, posting.places):
        chance = town.chance("place", entry["id"], number)
        fellow = town.people.someone(chance, skills=posting.skills, but=[*but, *found])
        found.append(fellow or town.stand_in(entry.line, "too few people for its `plekken`: name `medehouders`"))
    return found


def add_place(town: Town, posting: Task, holder: Person) -> None:
    """One more place of a posting that is taken."""
    same = (
        "title description state author pit issue hours place due learns less_fun mandate choice created_at"
        " posted_at taken_at reported_at ended_at thanks"
    )
    values = {name: getattr(posting, name) for name in same.split()}
    place = Task(posting_id=posting.id, holder=holder, skills=list(posting.skills), **values)
    db.session.add(place)
    db.session.flush()
    town.index(place, place.title, place.description, place.place)
    town.history.note(place, "claim", posting.taken_at, holder, {"author": [posting.author]})  # type: ignore[arg-type]


def add_hands(town: Town, task: Task, entry: Entry, author: Person) -> None:
    """The hands for a task; where the file names none but says that there are, two."""
    hands = list(entry["handen"])
    if entry["status"] == "hand_opgestoken" and not hands:
        chance, but = town.chance("hands", entry["id"]), [author]
        for _ in range(2):
            found = town.people.someone(chance, skills=task.skills, but=but)
            but.append(found or town.stand_in(entry.line, "nobody can raise a hand here: name `handen`"))
            add_bid({"task": task}, but[-1], but[-1], "raised", ago(1, 14))
        town.history.note(task, "raise-hand", ago(1, 14), but[-1], {"author": [author]})
    for hand in hands:
        person, state, at = town.people[hand["wie"]], BID_STATES[hand["status"]], ago(-hand["dagen"], 13)
        bid = add_bid({"task": task}, person, author if state == "invited" else person, state, at)
        bid.words, bid.reply = hand["woorden"], hand["antwoord"]
        town.history.note(task, "raise-hand", at, person, {"author": [author]})
        if state == "declined":
            town.history.note(task, "not-chosen", now(), author, {"hand": [person]}, whom=person, note=bid.reply)


def add_bid(thing: dict[str, Any], person: Person, by: Person, state: str, at: Any) -> Bid:
    """A raised hand or an invitation."""
    answered = state not in ("raised", "invited", "waiting")
    bid = Bid(**thing, person=person, by_id=by.id, state=state, at=at, since=at, answered_at=at if answered else None)
    db.session.add(bid)
    if "task" in thing and state == "raised":
        thing["task"].hands += 1
    return bid


def add_swaps(town: Town) -> None:
    """Every swap of the file, with the two tasks that it is about."""
    for entry in town.file["ruilen"]:
        state, done = SWAP_STATES[entry["status"]], entry["status"] == "afgerond"
        chance = town.chance("swap", entry["id"])
        one = add_side(town, entry, "van", None, chance, done=done)
        other = add_side(town, entry, "met", one, chance, done=done)
        proposer, holder = one.holder, other.holder
        one.offered = other.offered = None if state == "done" else "swap"
        one.wish = f"{other.title}."
        for task in (one, other):
            if task.offered:
                town.history.note(task, "offer", ago(6), task.holder, {"author": [task.author]})
        if state == "overtaken":
            other.state, other.offered = "reported", None
            other.reported_at = ago(1)
        if state is not None and proposer and holder:
            add_swap(town, entry, state, one, other)
    db.session.flush()


def add_side(town: Town, entry: Entry, key: str, other: Task | None, chance: Random, *, done: bool) -> Task:
    """One of the two tasks of a swap, held by somebody of its pit."""
    side = entry[key]
    pit = town.pits[side["pit"]]
    but = [*town.named(entry), other.holder if other else None]
    holder = town.person(side, "wie", pit=pit, but=but)
    author = town.person(side, "indiener", pit=pit, but=[*but, holder])
    task = Task(
        title=side["geeft"],
        author=author,
        pit=pit,
        hours=side["uren"],
        due=in_days(side["over_dagen"] if side.get("over_dagen") is not None else chance.randint(9, 40)),
        state="done" if done else "taken",
        holder=holder,
        created_at=ago(14),
        posted_at=ago(14),
        taken_at=ago(12),
        reported_at=ago(2) if done else None,
        ended_at=ago(1) if done else None,
    )
    db.session.add(task)
    db.session.flush()
    town.index(task, task.title)
    town.history.note(task, "post", ago(14), author)
    town.history.note(task, "claim", ago(12), holder, {"author": [author]})
    return task


def add_swap(town: Town, entry: Entry, state: str, one: Task, other: Task) -> None:
    """The proposal, and how it went."""
    a, b = one.holder, other.holder
    if a is None or b is None:
        return
    ended = state not in ("proposed", "countered")
    swap = Swap(
        state=state,
        proposer=a,
        other=b,
        turn_id=a.id if state == "countered" else b.id,
        round=2 if state == "countered" else 1,
        pair="-".join(str(id_) for id_ in sorted((one.id, other.id))),
        at=ago(20 if state == "expired" else 4),
        moved_at=ago(1 if ended else 2),
    )
    if state == "done":
        one.holder, other.holder = b, a
    db.session.add(swap)
    db.session.flush()
    for task, giver, taker in ((one, a, b), (other, b, a)):
        leg = {"task_id": task.id, "giver_id": giver.id, "taker_id": taker.id}
        db.session.add_all(Leg(swap_id=swap.id, round=number, **leg) for number in range(1, swap.round + 1))
    town.history.note(swap, "propose", swap.at, a, {"swap": [b]}, note=entry["woorden"])
    if state in SWAP_VERBS:
        verb, by = SWAP_VERBS[state], {"withdrawn": a, "overtaken": None, "expired": None}.get(state, b)
        town.history.note(swap, verb, swap.moved_at, by, {"swap": [a, b]})
