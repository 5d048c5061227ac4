"""Tasks: what may be done with them, by whom, and what happens then."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from hkplein.db import db
from hkplein.errors import Refused
from hkplein.models import Event, Notification
from tests.cast import make_task


def test_claiming_gives_the_task_to_the_claimer_and_tells_the_author(cast):
    task = make_task(cast)
    task.claim(cast.bram)
    assert (task.state, task.holder_id) == ("taken", cast.bram.id)
    told = db.session.scalars(select(Notification)).all()
    assert [(n.person_id, n.why) for n in told] == [(cast.anna.id, "author")]


def test_the_second_claimer_is_told_that_somebody_was_ahead(cast):
    task = make_task(cast)
    task.claim(cast.bram)
    with pytest.raises(Refused) as refusal:
        task.claim(cast.chris)
    assert str(refusal.value.sentence) == "Somebody else was just ahead of you."
    assert db.session.scalars(select(Event.verb)).all() == ["claim"]


def test_a_claim_over_the_web_redirects_and_keeps(cast, visit):
    task = make_task(cast)
    browser = visit(cast.bram)
    assert "I&#39;ll do this" in browser.get(task.url).text
    answer = browser.post(f"{task.url}/claim")
    assert (answer.status_code, answer.location) == (303, task.url)
    page = browser.get(task.url).text
    assert 'data-state="taken"' in page and f'data-holder="{cast.bram.id}"' in page
    late = visit(cast.chris).post(f"{task.url}/claim")
    assert late.status_code == 409 and 'role="alert"' in late.text and 'data-state="taken"' in late.text


def test_htmx_gets_the_part_with_undo_within_reach(cast, visit):
    task = make_task(cast)
    answer = visit(cast.bram).htmx(f"{task.url}/claim")
    assert answer.status_code == 200 and "<html" not in answer.text and f"{task.url}/undo" in answer.text


def test_the_board_looks_along(cast, visit):
    task = make_task(cast)
    browser = visit(cast.wim)
    assert "/claim" not in browser.get(task.url).text
    answer = browser.post(f"{task.url}/claim")
    assert answer.status_code == 409 and "You look along" in answer.text
