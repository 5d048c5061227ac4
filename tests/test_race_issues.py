"""Twenty volunteers for one issue at the same instant: one becomes trekker, and the others are told in words."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from hkplein.db import db
from hkplein.models import Event
from tests import race
from tests.cast import make_issue
from tests.race import CROWD, all_at_once, changers, look_then_set


@pytest.fixture
def crowd(cast):
    """Twenty colleagues."""
    return race.crowd(cast)


@pytest.mark.parametrize(("verb", "state"), [("lead", "seeking"), ("deputise", "forming")])
def test_one_volunteer_wins_and_all_others_are_told(app, cast, crowd, verb, state):
    issue = make_issue(cast, state, deputy_id=None)
    came = all_at_once(app, issue, verb, crowd)
    assert came["done"] == 1 and all("deputy" in sentence for sentence in set(came) - {"done"})
    assert (issue.trekker_id if verb == "lead" else issue.deputy_id) in {person.id for person in crowd}
    assert db.session.scalar(select(func.count()).select_from(Event).where(Event.verb == verb)) == 1


def test_the_race_sees_who_looks_first_and_sets_afterwards(app, cast, crowd, monkeypatch):
    for module in changers():
        monkeypatch.setattr(module, "change", look_then_set)
    issue = make_issue(cast, "seeking", deputy_id=None)
    assert 1 < all_at_once(app, issue, "lead", crowd)["done"] <= CROWD
