"""Twenty people at the same instant: one winner a place, whatever they saw a moment before."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select, update

from hkplein.db import db
from hkplein.engine import read_only
from hkplein.errors import Refused
from hkplein.i18n import speaking
from hkplein.models import Event, Person, Task
from tests.cast import keep, make_task

CROWD = 20


@pytest.fixture
def crowd(cast) -> Any:
    """Twenty colleagues."""
    people = [Person(name=f"Collega {n}", email=f"c{n}@voorbeeld.nl", pit_id=cast.groen.id) for n in range(CROWD)]
    return [keep(person) for person in people]


def all_at_once(app, model, id_, verb, people) -> Any:
    """Everybody looks at the thing; then, at the same instant, everybody does `verb`. What came of it, and errors."""
    looked, wrong = threading.Barrier(len(people)), []
    came: Counter[str] = Counter()

    def run(person_id):
        with app.app_context(), speaking("en"):
            read_only.set(True)
            row, person = db.session.get_one(model, id_), db.session.get_one(Person, person_id)
            db.session.expunge_all()
            db.session.rollback()
            read_only.set(False)
            looked.wait(30)
            try:
                getattr(db.session.merge(row, load=False), verb)(db.session.merge(person, load=False))
                db.session.commit()
                came["done"] += 1
            except Refused as refused:
                came[str(refused.sentence)] += 1
                db.session.rollback()
            except Exception as error:
                wrong.append(error)
                db.session.rollback()

    db.session.commit()
    threads = [threading.Thread(target=run, args=(person.id,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    db.session.expire_all()
    assert not wrong, wrong
    assert sum(came.values()) == len(people)
    return came


def look_then_set(row, verb, *asked, **values) -> Any:
    """Planted: the rule is asked of what was seen, and the UPDATE asks nothing."""
    if not row.may(verb, *asked):
        raise Refused(row, row.why_not(verb, *asked))
    values.setdefault("state", row.VERBS[verb].end)
    db.session.execute(
        update(type(row)).where(type(row).id == row.id).values(**values),
        execution_options={"synchronize_session": False},
    )
    db.session.refresh(row)


def claims() -> Any:
    return db.session.scalars(select(Event.by_id).where(Event.verb == "claim")).all()


def holders(task) -> Any:
    places = select(Task.holder_id).where((Task.posting_id == task.id) | (Task.id == task.id))
    return [id_ for id_ in db.session.scalars(places) if id_ is not None]


def test_of_twenty_who_claim_one_task_exactly_one_has_it(app, cast, crowd):
    task = make_task(cast)
    came = all_at_once(app, Task, task.id, "claim", crowd)
    assert came == {"done": 1, "Somebody else was just ahead of you.": CROWD - 1}
    assert claims() == holders(task) == [task.holder_id]


def test_of_twenty_who_claim_three_places_exactly_three_have_one(app, cast, crowd):
    task = make_task(cast, places=3)
    came = all_at_once(app, Task, task.id, "claim", crowd)
    assert came == {"done": 3, "Somebody else was just ahead of you.": CROWD - 3}
    assert task.state == "taken" and task.places == 1
    assert sorted(claims()) == sorted(holders(task)) and len(set(holders(task))) == 3


def test_one_person_who_clicks_twenty_times_has_one_place(app, cast, crowd):
    task = make_task(cast, places=3)
    came = all_at_once(app, Task, task.id, "claim", [crowd[0]] * CROWD)
    assert came == {"done": 1, "You already have one of these places.": CROWD - 1}
    assert holders(task) == claims() == [crowd[0].id] and task.places == 2


def test_one_person_who_raises_twenty_hands_has_one_hand_up(app, cast, crowd):
    task = make_task(cast, choice="hands")
    came = all_at_once(app, Task, task.id, "raise_hand", [crowd[0]] * CROWD)
    assert came == {"done": 1, "Your hand is up already.": CROWD - 1}
    assert task.hands == 1


def test_of_twenty_who_take_over_one_task_exactly_one_has_it(app, cast, crowd):
    task = make_task(cast, "taken", offered="give")
    came = all_at_once(app, Task, task.id, "take_over", crowd)
    assert came["done"] == 1
    taken = db.session.scalars(select(Event.by_id).where(Event.verb == "take-over")).all()
    assert taken == [task.holder_id]


@pytest.mark.parametrize("places", [1, 3])
def test_the_race_sees_who_looks_first_and_sets_afterwards(app, cast, crowd, monkeypatch, places):
    monkeypatch.setattr("hkplein.models.task_places.change", look_then_set)
    task = make_task(cast, places=places)
    came = all_at_once(app, Task, task.id, "claim", crowd)
    assert came["done"] > places, "more winners than places"
    assert len(claims()) > places
