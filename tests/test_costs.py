"""What a page asks of the database does not grow with what is in it: as many statements at 10 as at 1,000.

Both times that it is looked at: the first, when no piece of it is kept yet, and the second.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from hkplein.clock import now, today
from hkplein.db import db
from hkplein.models import (
    Bid,
    Event,
    HelpLine,
    Issue,
    Leg,
    Lesson,
    LessonHelped,
    Message,
    Notification,
    Person,
    Pit,
    Pitstop,
    Question,
    Ring,
    RingLink,
    Seat,
    Skill,
    Swap,
    Task,
    Update,
    Wish,
)
from hkplein.views import memo
from tests.cast import keep, make_issue, make_pitstop, make_seat, make_task

LISTS = (
    "/",
    "/tasks",
    "/tasks?q=klus",
    "/tasks?hours=4&kind=open",
    "/issues",
    "/issues?q=vraag",
    "/pitstops",
    "/help-lines",
    "/lessons",
    "/people",
    "/pits",
    "/notifications",
    "/swaps",
    "/rings",
    "/wishes",
    "/wishes/new",
    "/bids",
    "/skills",
)
STEWARD = (
    "/steward",
    "/steward/accounts",
    "/steward/health",
    "/steward/security",
    "/steward/municipality",
    "/skills",
    "/help-lines",
)
AROUND = 100  # hands for one seat, seats of one issue, tasks of one colleague: no page has more on it


class Things:
    """One of each, of Chris's; `fill` puts more and more around them."""

    def __init__(self, cast) -> None:
        chris, anna = cast.chris.id, cast.anna.id
        self.issue = make_issue(cast, trekker_id=chris)
        self.seat = make_seat(cast, self.issue)
        self.task = make_task(cast, author_id=chris, choice="hands", issue_id=self.issue.id)
        self.pitstop = make_pitstop(cast, "answered", asker_id=chris, issue_id=self.issue.id)
        self.lesson = keep(Lesson(title="Les", text="Bel.", author_id=chris, pit_id=cast.groen.id))
        self.swap = keep(Swap(proposer_id=anna, other_id=chris, turn_id=chris, state="proposed", pair="0-0"))
        sides = [(chris, anna), (anna, chris)]
        for giver, taker in sides:
            task = make_task(cast, "taken", holder_id=giver, author_id=cast.bram.id, offered="swap")
            keep(Leg(swap_id=self.swap.id, task_id=task.id, giver_id=giver, taker_id=taker))
        self.wish = keep(Wish(person_id=chris, kind="filter", state="met"))
        self.ring = keep(Ring())
        keep(RingLink(ring_id=self.ring.id, position=0, wish_id=self.wish.id, person_id=chris, takes_id=self.task.id))
        self.bid = keep(Bid(seat_id=self.seat.id, person_id=anna, by_id=anna, state="raised"))
        self.rows = [cast.groen, cast.lean, cast.chris, cast.anna, cast.schrijven, *vars(self).values()]

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(row.url for row in self.rows)


def fill(cast, things, count: int) -> None:
    """`count` more of everything; of what is Chris's, or stands around one of the things, at most `AROUND`."""
    chris, anna, pit, issue = cast.chris.id, cast.anna.id, cast.groen.id, things.issue.id
    around = min(count, AROUND)

    def add(model, count=count, **row) -> list[int]:
        rows = [{**row, **{key: value(n) for key, value in row.items() if callable(value)}} for n in range(count)]
        return list(db.session.scalars(insert(model).returning(model.id), rows))

    soon = today() + timedelta(days=9)
    common = {"author_id": anna, "pit_id": pit, "hours": 3, "due": soon, "posted_at": now(), "title": "Een klus"}
    open_ = add(Task, **common, state="open")
    mine = add(Task, around, **common, state="taken", holder_id=chris, offered="swap", issue_id=issue)
    theirs = add(Task, around, **common | {"author_id": chris}, state="taken", holder_id=anna, offered="swap")
    wishes = add(Wish, around, person_id=chris, task_id=lambda n: mine[n], kind="filter", state="standing")
    rings = add(Ring, around, state="done", ended_at=now())
    links = {"person_id": chris, "live": False, "position": 0, "takes_id": lambda n: theirs[n]}
    add(RingLink, around, ring_id=lambda n: rings[n], wish_id=lambda n: wishes[n], **links)
    add(Issue, title="Een vraag", state="running", author_id=anna, pit_id=pit, trekker_id=anna, signs=[])
    add(Issue, around, title="De mijne", state="running", author_id=anna, pit_id=pit, trekker_id=chris, signs=[])
    add(Update, around, issue_id=issue, by_id=chris, text="Het loopt.")
    add(Question, around, issue_id=issue, by_id=anna, text="Hoe?")
    seats = add(Seat, around, issue_id=issue, title="Plek", hours=2, until=soon, state="open")
    add(Bid, around, seat_id=lambda n: seats[n], person_id=chris, by_id=chris, state="raised")
    asked = {"line_id": cast.lean.id, "pit_id": pit, "question": "Hoe?", "due": soon}
    add(Pitstop, **asked, asker_id=anna, readers="pit")
    add(Pitstop, around, **asked, asker_id=chris, readers="line")
    add(Message, around, pitstop_id=things.pitstop.id, by_id=chris, text="Nog iets.")
    add(Lesson, title="Les", text="Bel.", author_id=anna, pit_id=pit, issue_id=issue)
    add(Pit, key=lambda n: f"pit{count}-{n}", name="Pit", purpose="Dat", state="active")
    add(HelpLine, around, key=lambda n: f"lijn{count}-{n}", name="Lijn")
    add(Skill, around, key=lambda n: f"skill{count}-{n}", name_nl=lambda n: f"V{n}", name_en="S", kind="process")
    name = {"email": lambda n: f"p{count}-{n}@voorbeeld.nl", "name": lambda n: f"Collega {n}"}
    people = add(Person, **name, pit_id=pit)
    for thing in ({"seat_id": things.seat.id}, {"task_id": things.task.id}):
        add(Bid, around, **thing, person_id=lambda n: people[n], by_id=lambda n: people[n], state="raised")
    things.task.hands += around
    add(LessonHelped, lesson_id=things.lesson.id, person_id=lambda n: people[n], pit_id=pit)
    sides = {"proposer_id": chris, "other_id": anna, "turn_id": chris, "state": "proposed"}
    swaps = add(Swap, around, **sides, pair=lambda n: f"{mine[n]}-{theirs[n]}")
    add(Leg, around, swap_id=lambda n: swaps[n], task_id=lambda n: mine[n], giver_id=chris, taker_id=anna)
    add(Leg, around, swap_id=lambda n: swaps[n], task_id=lambda n: theirs[n], giver_id=anna, taker_id=chris)
    events = add(Event, noun="task", verb="post", by_id=anna, task_id=lambda n: open_[n])
    add(Event, noun="issue", verb="update", by_id=chris, issue_id=issue)
    add(Notification, person_id=chris, event_id=lambda n: events[n], why="pit")
    db.session.commit()


@pytest.fixture
def costs(visit, statements):
    """How many statements each page sends: when no piece of it is kept, and when it is looked at again."""

    def measure(person, paths) -> dict[str, list[int]]:
        browser, cost = visit(person), {}
        for path in paths:
            memo._kept.clear()
            cost[path] = []
            for _look in range(2):
                with statements() as said:
                    assert browser.get(path).status_code == 200, path
                cost[path].append(len(said))
        return cost

    return measure


def test_pages_cost_the_same_at_10_and_at_1000(cast, costs):
    things = Things(cast)

    def all_of_them() -> dict[str, list[int]]:
        return costs(cast.chris, (*LISTS, *things.urls)) | costs(cast.gijs, STEWARD)

    fill(cast, things, 10)
    few = all_of_them()
    fill(cast, things, 1000)
    many = all_of_them()
    grown = {path: (few[path], many[path]) for path in few if max(many[path]) > max(few[path])}
    assert not grown, f"page: (at 10, at 1,000), each at the first look and the second: {grown}"
    assert max(few["/tasks"]) <= 4
    assert max(max(few[path]) for path in LISTS) <= 14, few


def test_a_page_that_asks_once_a_row_is_seen(cast, costs, monkeypatch):
    """Planted: each lesson of the list looks up its author."""
    things, url = Things(cast), Lesson.url

    def asking(lesson) -> str:
        db.session.scalar(select(Person.name).where(Person.id == lesson.author_id))
        return url.fget(lesson)

    monkeypatch.setattr(Lesson, "url", property(asking))
    few = costs(cast.chris, ["/lessons"])
    fill(cast, things, 10)
    many = costs(cast.chris, ["/lessons"])
    assert [more - less for more, less in zip(many["/lessons"], few["/lessons"], strict=True)] == [10, 10]
