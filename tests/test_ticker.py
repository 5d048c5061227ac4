"""The ticker: everything that is due, once, and nothing that stands in its way."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hkplein import clock, ticker
from hkplein.clock import Transition, now
from hkplein.db import db
from hkplein.errors import Refused
from hkplein.models import Task, Tick
from tests.cast import make_task


@pytest.fixture
def transitions(monkeypatch: pytest.MonkeyPatch) -> list[Transition]:
    """Only the transitions of the test."""
    own: list[Transition] = []
    monkeypatch.setattr(ticker, "TRANSITIONS", own)
    return own


def drafts() -> Any:
    return select(Task).where(Task.state == "draft")


def withdraw(task: Task) -> None:
    task.state = "withdrawn"


def test_it_is_done_to_every_row_that_is_due_and_once(cast, transitions):
    transitions.append(Transition("withdraw", drafts, withdraw))
    for _ in range(3):
        make_task(cast, "draft")
    make_task(cast, "open")
    assert ticker.tick()["withdraw"] == 3
    assert ticker.tick()["withdraw"] == 0
    assert sorted(db.session.scalars(select(Task.state))) == ["open", "withdrawn", "withdrawn", "withdrawn"]


def test_a_row_that_fails_or_is_refused_is_undone_logged_and_stops_no_other(cast, transitions, caplog):
    first, second, third = (make_task(cast, "draft") for _ in range(3))

    def act(task: Task) -> None:
        withdraw(task)
        db.session.flush()
        if task.id == first.id:
            raise ZeroDivisionError
        if task.id == second.id:
            raise Refused(task, "No.")

    transitions.append(Transition("withdraw", drafts, act))
    with caplog.at_level(logging.INFO):
        assert ticker.tick()["withdraw"] == 1
    states = {task.id: task.state for task in db.session.scalars(select(Task))}
    assert states == {first.id: "draft", second.id: "draft", third.id: "withdrawn"}
    assert f"withdraw: row {first.id}" in caplog.text and f"row {second.id}: refused" in caplog.text


def test_a_transition_that_cannot_even_look_stops_no_other(cast, transitions, caplog):
    def broken() -> Any:
        raise ZeroDivisionError

    make_task(cast, "draft")
    transitions += [Transition("broken", broken, withdraw), Transition("withdraw", drafts, withdraw)]
    done = ticker.tick()
    assert (done["broken"], done["withdraw"]) == (0, 1)
    assert "broken" in caplog.text


def test_a_row_that_is_no_longer_due_when_its_turn_comes_is_left_alone(cast, transitions):
    make_task(cast, "draft")
    make_task(cast, "draft")

    def all_at_once(_task: Task) -> None:
        for task in db.session.scalars(drafts()):
            withdraw(task)

    transitions.append(Transition("withdraw", drafts, all_at_once))
    assert ticker.tick()["withdraw"] == 1


def test_the_clock_can_be_moved_for_one_tick(cast, transitions):
    make_task(cast, "draft")
    seen = []
    transitions.append(Transition("look", drafts, lambda _task: seen.append(now())))
    later = now() + timedelta(days=30)
    ticker.tick(later)
    assert seen == [later] and now() < later


def test_one_ticker_at_a_time(context, transitions):
    with ticker.alone(), pytest.raises(ticker.Busy):
        ticker.tick()
    assert not any(ticker.tick().values())


def test_everything_that_time_does_is_known_once_the_ticker_is_loaded():
    nouns = {transition.name.split(".")[2].split("_")[0] for transition in clock.TRANSITIONS}
    assert {"task", "issue", "seat", "swap", "pitstop"} <= nouns


def test_asked_to_stop_it_finishes_its_row_and_leaves_the_others_for_the_next_tick(cast, transitions):
    transitions.append(Transition("withdraw", drafts, withdraw))
    for _ in range(3):
        make_task(cast, "draft")
    asked = iter((True, False))
    assert ticker.tick(going_on=lambda: next(asked, False))["withdraw"] == 1
    assert Tick.age() is None, "it did not do everything"
    assert ticker.tick()["withdraw"] == 2 and Tick.age() is not None


def test_a_clock_that_is_moved_says_nothing_about_when_it_was_here(cast, transitions):
    ticker.tick(now() + timedelta(days=9))
    assert Tick.age() is None
