"""Time as it goes: the nights that the clock changes, 29 February, the end of a year, another zone, a step back."""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from hkplein.clock import end_of, local, moved_to, today, working_days_after
from hkplein.db import db
from hkplein.i18n import day, moment, speaking
from hkplein.models import Event, Task
from hkplein.ticker import tick
from tests.cast import make_task
from tests.test_swaps import held

SPRING, AUTUMN = date(2027, 3, 28), date(2026, 10, 25)  # the nights in which an hour is lost, and comes twice


@pytest.mark.parametrize(
    ("on", "ends"),
    [
        (SPRING - timedelta(days=1), datetime(2027, 3, 27, 22, 59, 59, tzinfo=UTC)),
        (SPRING, datetime(2027, 3, 28, 21, 59, 59, tzinfo=UTC)),
        (AUTUMN - timedelta(days=1), datetime(2026, 10, 24, 21, 59, 59, tzinfo=UTC)),
        (AUTUMN, datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)),
        (date(2028, 2, 29), datetime(2028, 2, 29, 22, 59, 59, tzinfo=UTC)),
        (date(2026, 12, 31), datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_date_ends_at_midnight_on_the_wall(on, ends):
    assert end_of(on) == ends
    with moved_to(ends):
        assert today() == on
    with moved_to(ends + timedelta(seconds=1)):
        assert today() == on + timedelta(days=1)


@pytest.mark.parametrize(
    ("from_", "days", "to"),
    [
        (date(2028, 2, 28), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 1, date(2028, 3, 1)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),  # New Year's Day is a Friday
        (date(2027, 3, 26), 1, date(2027, 3, 30)),  # Easter Monday is the day after the clock changed
        (date(2026, 12, 24), 1, date(2026, 12, 28)),
    ],
)
def test_working_days_know_leap_years_and_holidays(from_, days, to):
    assert working_days_after(from_, days) == to


@pytest.mark.parametrize("night", [SPRING, AUTUMN])
def test_what_is_due_in_the_night_of_the_clock_is_done_once_and_not_too_soon(cast, night):
    with moved_to(end_of(night) - timedelta(days=9)):
        task = make_task(cast, due=night, posted_at=end_of(night) - timedelta(days=1))
    for hours in (-24, -22, -2, -1, 1, 2, 3):
        at = end_of(night) + timedelta(hours=hours)
        tick(at)
        db.session.expire_all()
        assert (db.session.get_one(Task, task.id).state == "expired") == (at > end_of(night)), at
    expired = select(func.count(Event.id)).where(Event.verb == "expire", Event.task_id == task.id)
    assert db.session.scalar(expired) == 1


def test_a_clock_that_steps_back_undoes_nothing_and_repeats_nothing(cast):
    task, swap = make_task(cast), held(cast, "bram")
    late = end_of(max(task.due, swap.due)) + timedelta(days=1)
    tick(late)
    events = db.session.scalar(select(func.count(Event.id)))
    for back in (timedelta(seconds=1), timedelta(hours=2), timedelta(days=3)):
        tick(late - back)
    db.session.expire_all()
    assert db.session.get_one(Task, task.id).state == "expired"
    assert db.session.scalar(select(func.count(Event.id))) == events


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles", "UTC"])
def test_a_server_in_another_zone_says_the_same(zone, monkeypatch):
    at = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)
    with moved_to(at), speaking("nl"):
        here = today(), local(at), day(at), moment(at), end_of(date(2026, 11, 26))
        monkeypatch.setitem(os.environ, "TZ", zone)
        time.tzset()
        try:
            there = today(), local(at), day(at), moment(at), end_of(date(2026, 11, 26))
        finally:
            monkeypatch.undo()
            time.tzset()
    assert here == there and here[0] == date(2026, 11, 27)
