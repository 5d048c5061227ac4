"""What happened stays as it was written: the database itself refuses to change it, but for what is forgotten."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from hkplein.db import db
from hkplein.models import Event, Forgetting, SecurityEvent
from hkplein.models.forgetting import forgetting
from tests.cast import make_task

KEPT = {Event: {"verb": "other"}, SecurityEvent: {"kind": "other"}}


@pytest.fixture
def written(cast):
    """A line in each of the tables that only grow."""
    Event.record(make_task(cast), "claim", by=cast.bram)
    SecurityEvent.record("sign-in", by=cast.bram)
    db.session.commit()


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__tablename__)
def test_nothing_changes_or_deletes_a_line_that_is_there(model, written):
    for plain in (update(model).values(KEPT[model]), delete(model)):
        with pytest.raises(DBAPIError, match=f"{model.__tablename__} is append-only"):
            db.session.execute(plain)
        db.session.rollback()
    row = db.session.scalars(select(model)).one()
    for name, value in KEPT[model].items():
        setattr(row, name, value)
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.flush()
    db.session.rollback()
    if db.engine.name == "postgresql":
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(sa.text(f"TRUNCATE {model.__tablename__} CASCADE"))


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__tablename__)
def test_what_is_forgotten_on_purpose_goes_and_the_door_is_closed_again(model, written):
    with forgetting():
        db.session.execute(update(model).values(KEPT[model]))
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(delete(model))
    db.session.rollback()
    with forgetting():
        db.session.execute(delete(model))
    db.session.commit()
    assert not db.session.scalars(select(model)).all()
    assert not db.session.scalars(select(Forgetting)).all()


def test_a_door_that_stands_open_is_not_committed(written):
    """Planted: somebody opens it and forgets to close it."""
    db.session.execute(insert(Forgetting).values(nobody_id=0))
    db.session.execute(delete(SecurityEvent))
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()
    assert db.session.scalars(select(SecurityEvent)).one()


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)  # on SQLite one transaction writes at a time
def test_who_forgets_opens_the_door_for_nobody_else(written):
    with forgetting(), db.engine.connect() as other, pytest.raises(DBAPIError, match="append-only"):
        other.execute(delete(SecurityEvent))
