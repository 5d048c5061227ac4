"""Twenty people at the same instant: one winner a place, whatever they saw a moment before."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from hkplein.db import db
from hkplein.models import Event, Task
from tests import race
from tests.cast import make_task
from tests.race import CROWD, all_at_once, changers, look_then_set


@pytest.fixture
def crowd(cast) -> Any:
    """Twenty colleagues."""
    return race.crowd(cast)


def claims() -> Any:
    return db.session.scalars(select(Event.by_id).where(Event.verb == "claim")).all()


def holders(task) -> Any:
    places = select(Task.holder_id).where((Task.posting_id == task.id) | (Task.id == task.id))
    return [id_ for id_ in db.session.scalars(places) if id_ is not None]


def test_of_twenty_who_claim_one_task_exactly_one_has_it(app, cast, crowd):
    task = make_task(cast)
    came = all_at_once(app, task, "claim", crowd)
    assert came == {"done": 1, "Somebody else was just ahead of you.": CROWD - 1}
    assert claims() == holders(task) == [task.holder_id]


def test_of_twenty_who_claim_three_places_exactly_three_have_one(app, cast, crowd):
    task = make_task(cast, places=3)
    came = all_at_once(app, task, "claim", crowd)
    assert came == {"done": 3, "Somebody else was just ahead of you.": CROWD - 3}
    assert task.state == "taken" and task.places == 1
    assert sorted(claims()) == sorted(holders(task)) and len(set(holders(task))) == 3


def test_one_person_who_clicks_twenty_times_has_one_place(app, cast, crowd):
    task = make_task(cast, places=3)
    came = all_at_once(app, task, "claim", [crowd[0]] * CROWD)
    assert came == {"done": 1, "You already have one of these places.": CROWD - 1}
    assert holders(task) == claims() == [crowd[0].id] and task.places == 2


def test_one_person_who_raises_twenty_hands_has_one_hand_up(app, cast, crowd):
    task = make_task(cast, choice="hands")
    came = all_at_once(app, task, "raise_hand", [crowd[0]] * CROWD)
    assert came == {"done": 1, "Your hand is up already.": CROWD - 1}
    assert task.hands == 1


def test_of_twenty_who_take_over_one_task_exactly_one_has_it(app, cast, crowd):
    task = make_task(cast, "taken", offered="give")
    came = all_at_once(app, task, "take_over", crowd)
    assert came["done"] == 1
    taken = db.session.scalars(select(Event.by_id).where(Event.verb == "take-over")).all()
    assert taken == [task.holder_id]


@pytest.mark.parametrize("places", [1, 3])
def test_the_race_sees_who_looks_first_and_sets_afterwards(app, cast, crowd, monkeypatch, places):
    for module in changers():
        monkeypatch.setattr(module, "change", look_then_set)
    task = make_task(cast, places=places)
    came = all_at_once(app, task, "claim", crowd)
    assert came["done"] > places, "more winners than places"
    assert len(claims()) > places
