"""What a page asks of the database does not grow with what is in it: as many statements at 10 as at 1,000."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert

from hkplein.clock import now, today
from hkplein.db import db
from hkplein.models import Bid, Event, Issue, Leg, Lesson, Notification, Person, Pit, Pitstop, Seat, Skill, Swap, Task
from tests.cast import make_issue, make_seat

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
    "/bids",
    "/skills",
)


def fill(cast, count: int) -> None:
    """`count` more of everything, much of it touching Chris."""
    chris, anna, pit = cast.chris.id, cast.anna.id, cast.groen.id
    issue = make_issue(cast, trekker_id=chris)

    def add(model, row) -> list[int]:
        rows = [{**row, **{key: value(n) for key, value in row.items() if callable(value)}} for n in range(count)]
        return list(db.session.scalars(insert(model).returning(model.id), rows))

    soon = today() + timedelta(days=9)
    common = {"author_id": anna, "pit_id": pit, "hours": 3, "due": soon, "posted_at": now(), "title": "Een klus"}
    add(Task, {**common, "state": "open"})
    mine = add(Task, {**common, "state": "taken", "holder_id": chris, "offered": "swap", "issue_id": issue.id})
    theirs = add(Task, {**common, "state": "taken", "holder_id": anna, "author_id": chris})
    add(
        Issue,
        {"title": "Een vraag", "state": "running", "author_id": anna, "pit_id": pit, "trekker_id": chris, "signs": []},
    )
    seats = add(Seat, {"issue_id": issue.id, "title": "Plek", "hours": 2, "until": soon, "state": "open"})
    add(Bid, {"seat_id": lambda n: seats[n], "person_id": chris, "by_id": chris, "state": "raised"})
    add(
        Pitstop,
        {"line_id": cast.lean.id, "asker_id": chris, "pit_id": pit, "question": "Hoe?", "due": soon, "readers": "pit"},
    )
    add(Lesson, {"title": "Les", "text": "Bel.", "author_id": anna, "pit_id": pit, "issue_id": issue.id})
    add(Pit, {"key": lambda n: f"pit{count}-{n}", "name": "Pit", "purpose": "Dat", "state": "active"})
    add(Skill, {"key": lambda n: f"skill{count}-{n}", "name_nl": lambda n: f"V{n}", "name_en": "S", "kind": "process"})
    emails = {"email": lambda n: f"p{count}-{n}@voorbeeld.nl", "name": lambda n: f"Collega {n}", "pit_id": pit}
    add(Person, emails)
    sides = {"proposer_id": chris, "other_id": anna, "turn_id": chris, "state": "proposed"}
    swaps = add(Swap, {**sides, "pair": lambda n: f"{mine[n]}-{theirs[n]}"})
    add(Leg, {"swap_id": lambda n: swaps[n], "task_id": lambda n: mine[n], "giver_id": chris, "taker_id": anna})
    add(Leg, {"swap_id": lambda n: swaps[n], "task_id": lambda n: theirs[n], "giver_id": anna, "taker_id": chris})
    events = add(Event, {"noun": "task", "verb": "post", "by_id": anna, "task_id": lambda n: mine[n]})
    add(Event, {"noun": "issue", "verb": "update", "by_id": chris, "issue_id": issue.id})
    add(Notification, {"person_id": chris, "event_id": lambda n: events[n], "why": "pit"})
    db.session.commit()


@pytest.fixture
def costs(cast, visit, statements):
    """How many statements each page sends, for Chris; the second look, when what is kept is kept."""

    def measure(paths) -> dict[str, int]:
        browser, cost = visit(cast.chris), {}
        for path in paths:
            browser.get(path)
            with statements() as said:
                assert browser.get(path).status_code == 200, path
            cost[path] = len(said)
        return cost

    return measure


def test_lists_cost_the_same_at_10_and_at_1000(cast, costs):
    fill(cast, 10)
    few = costs(LISTS)
    fill(cast, 1000)
    assert costs(LISTS) == few
    assert few["/tasks"] <= 4
    assert max(few.values()) <= 14, few


def test_things_cost_the_same_with_much_around_them(cast, costs):
    issue = make_issue(cast, trekker_id=cast.chris.id)
    make_seat(cast, issue)
    fill(cast, 3)
    things = (
        issue.url,
        cast.groen.url,
        cast.lean.url,
        cast.chris.url,
        f"/tasks/{db.session.query(Task.id).first().id}",
    )
    few = costs(things)
    fill(cast, 300)
    assert costs(things) == few


def test_a_page_that_asks_once_a_row_is_seen(cast, costs, statements):
    """Planted: a look at the holder of each task."""

    def page() -> int:
        with statements() as said:
            for task in db.session.scalars(db.select(Task).where(Task.holder_id.is_not(None))):
                db.session.scalar(db.select(Person.name).where(Person.id == task.holder_id))
        return len(said)

    fill(cast, 3)
    few = page()
    fill(cast, 10)
    assert page() > few
