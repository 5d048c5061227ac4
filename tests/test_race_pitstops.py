"""Twenty helpers pick up the same pitstop at the same instant."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from hkplein.db import db
from hkplein.models import Event, HelpLineHelper, Pitstop
from tests import race
from tests.cast import make_pitstop
from tests.race import CROWD, all_at_once, changers, look_then_set


@pytest.fixture
def helpers(cast):
    """Twenty helpers of the lean line."""
    people = race.crowd(cast, pit_id=cast.mens.id)
    db.session.add_all(HelpLineHelper(line_id=cast.lean.id, person_id=person.id) for person in people)
    db.session.commit()
    return people


def picked_up():
    return db.session.scalars(select(Event.by_id).where(Event.verb == "pick-up")).all()


def test_one_helper_wins_and_the_others_are_told_in_words(app, cast, helpers):
    asked = make_pitstop(cast)
    came = all_at_once(app, asked, "pick_up", helpers)
    assert came == {"done": 1, "Somebody else picked this up just before you.": CROWD - 1}
    assert picked_up() == [db.session.get_one(Pitstop, asked.id).helper_id]


def test_the_race_sees_who_looks_first_and_sets_afterwards(app, cast, helpers, monkeypatch):
    for module in changers():
        monkeypatch.setattr(module, "change", look_then_set)
    came = all_at_once(app, make_pitstop(cast), "pick_up", helpers)
    assert came["done"] > 1 and len(picked_up()) > 1
