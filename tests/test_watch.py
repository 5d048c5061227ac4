"""What watches over this server hears whether it lives, whether it is ready, and in words why not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from hkplein import schema
from hkplein.clock import moved_to, now
from hkplein.db import db
from hkplein.models import Tick
from tests.test_errors import gone


@pytest.fixture
def ask(app, visit, context):
    """`ask("/readyz")` as a stranger: the status, and the answer."""

    def ask(path):
        answer = visit(None).get(path)
        return answer.status_code, answer.json

    return ask


@pytest.fixture
def ticked(context):
    Tick.mark()
    db.session.commit()


def test_it_lives_as_long_as_it_answers_and_asks_nobody(ask, statements):
    with statements() as said, gone() as tries:
        assert ask("/healthz") == (200, {"status": "ok"})
    assert said == [] and tries == []


def test_it_is_ready_when_everything_is(ask, ticked):
    assert ask("/readyz") == (200, {"status": "ready", "why": []})


def test_without_its_database_it_is_not_ready(ask, ticked):
    with gone() as tries:
        assert ask("/readyz") == (503, {"status": "not ready", "why": ["The database does not answer."]})
    assert len(tries) == 1
    assert ask("/readyz")[0] == 200


@pytest.mark.parametrize("minutes", [None, 14, 16, 61])
def test_a_clock_that_stays_away_is_said_with_its_minutes(minutes, ask):
    if minutes is not None:
        with moved_to(now() - timedelta(minutes=minutes)):
            Tick.mark()
        db.session.commit()
    status, answer = ask("/readyz")
    assert status == (200 if minutes == 14 else 503)
    words = "has not been here yet" if minutes is None else f"was here {minutes} minutes ago"
    assert status == 200 or words in answer["why"][0]


@pytest.mark.parametrize(("at", "ready"), [("0001", False), ("9999", True)])
def test_tables_that_are_older_are_not_ready_and_newer_ones_serve_us_as_well(at, ready, ask, ticked):
    """A program that runs while its successor brings the tables up goes on: see docs/migrations.md."""
    was = schema.current()
    db.session.execute(text("UPDATE alembic_version SET version_num = :at"), {"at": at})
    try:
        status, answer = ask("/readyz")
        assert schema.ahead() == (at == "9999")
    finally:
        db.session.execute(text("UPDATE alembic_version SET version_num = :at"), {"at": was})
        db.session.commit()
    assert (status == 200) == ready
    assert ready or "run `hkplein db upgrade`" in answer["why"][0]
