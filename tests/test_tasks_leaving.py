"""Tasks of whose author or holder the account closes: nothing stands still, and everybody concerned is told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from hkplein.db import db
from hkplein.errors import Invalid
from hkplein.i18n import speaking
from hkplein.models import Event
from hkplein.models.desk import waiting
from tests.cast import make_issue, make_task
from tests.test_tasks import hand, told


def test_work_of_more_than_two_days_is_let_go_too(cast, visit):
    task = make_task(cast, "taken", hours=24)
    assert visit(cast.gijs).post(f"{cast.chris.url}/deactivate").status_code == 303
    assert (task.state, task.holder_id, task.hours) == ("open", None, 24)


def test_without_a_handover_the_page_says_why_in_the_language_of_the_reader(cast, visit):
    task = make_task(cast, "taken", handover_done="Van vorige keer")
    with speaking("nl"):
        cast.chris.deactivate(cast.gijs)
    assert (task.handover_done, task.handover_left, task.handover_tip) == ("", "", "")
    page = visit(cast.bram).get(task.url).text
    assert "The account of who did this is closed" in page and "<dt>Left</dt>" not in page


def test_the_time_that_is_left_is_what_the_task_says_now(cast, visit):
    task = make_task(cast, "taken", hours=8)
    task.release(cast.chris, "Vijf gebeld", "Nog vijf", "Bel na zessen", 2)
    task.edit(cast.anna, title=task.title, hours=5, due=task.due)
    page = visit(cast.bram).get(task.url).text
    assert "Vijf gebeld" in page and "2 hours" not in page


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_pit_answers_for_who_left(cast, visit):
    task, done, late = make_task(cast, choice="hands"), make_task(cast, "reported"), make_task(cast, "expired")
    draft = make_task(cast, "draft")
    mine = hand(task, cast.chris)
    assert not task.may("choose", cast.bram)
    visit(cast.gijs).post(f"{cast.anna.url}/deactivate")
    assert told("stand-in") == {"Bram": "stand-in", "Sara": "stand-in"}
    sentences = {
        event.sentence()
        for event in db.session.scalars(select(Event).where(Event.verb == "stand-in").options(*Event.whole()))
    }
    assert sentences == {"Anna no longer answers for “Bel tien inwoners”; the colleagues around it do."}
    assert {row.kind for row in waiting(cast.bram)} == {"hands", "reported", "expired"}
    browser = visit(cast.bram)
    assert browser.get(draft.url).status_code == 404
    page = browser.get(task.url).text
    assert f"{task.url}/choose" in page and f"{task.url}/withdraw" in page and "You and your colleagues" in page
    assert browser.post(f"{task.url}/choose", data={"bid": mine.id}).status_code == 303
    assert browser.post(f"{done.url}/confirm").status_code == 303
    assert browser.post(f"{late.url}/scrap", data={"reason": "Klaar"}).status_code == 303
    assert (task.holder_id, done.state, late.state) == (cast.chris.id, "done", "scrapped")
    task.report(cast.chris)
    assert told("report") == {"Bram": "stand-in", "Sara": "stand-in"}
    assert visit(cast.dina).post(f"{task.url}/confirm").status_code == 409


def test_for_an_issue_who_moves_it_answers(cast):
    task = make_task(cast, "reported", pit_id=None, issue_id=make_issue(cast).id)
    cast.anna.deactivate(cast.gijs)
    assert told("stand-in") == {"Dina": "stand-in", "Eva": "stand-in"}
    assert [p.name for p in cast.people if task.may("confirm", p)] == ["Dina", "Eva"]


def test_nobody_chooses_the_own_hand(cast):
    task = make_task(cast, choice="hands")
    mine = hand(task, cast.bram)
    cast.anna.deactivate(cast.gijs)
    with pytest.raises(Invalid) as refusal:
        task.choose(cast.bram, mine.id)
    assert "your own hand" in str(refusal.value.problems["bid"])
    task.choose(cast.sara, mine.id)
    assert task.holder_id == cast.bram.id


def test_who_comes_back_answers_again(cast):
    task = make_task(cast, "reported")
    cast.anna.deactivate(cast.gijs)
    cast.anna.activate(cast.gijs)
    assert [p.name for p in cast.people if task.may("confirm", p)] == ["Anna"]
    assert task.answering() == {"author": [cast.anna.id]}


def test_who_joins_the_board_answers_for_nothing_any_more(cast):
    task = make_task(cast, "reported")
    about = {"name": "Anna", "email": "anna@voorbeeld.nl", "role": "board", "partner_id": None}
    cast.anna.account(cast.gijs, **about)
    assert task.may("confirm", cast.bram) and not task.may("confirm", cast.anna)
