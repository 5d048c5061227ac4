"""Undoing a task: everything is as it was before, also its other places and the hands that were up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hkplein.clock import moved_to, now
from hkplein.db import db
from hkplein.errors import Refused
from hkplein.models import Bid, SearchEntry, Task
from tests.cast import keep, make_task
from tests.test_tasks import events, filled, hand, told


def states(*bids) -> list[str]:
    return [db.session.scalar(select(Bid.state).where(Bid.id == bid.id)) for bid in bids]


@pytest.mark.parametrize("asked", ["", "tips", "invite"])
def test_what_the_clock_asked_before_is_not_asked_again(cast, asked):
    task = make_task(cast, asked=asked)
    task.claim(cast.bram)
    task.undo(cast.bram)
    assert task.asked == asked
    place = make_task(cast, asked=asked, places=2).claim(cast.bram)
    assert place.asked == asked


def test_work_does_not_go_back_to_an_account_that_closed(cast, visit):
    task = make_task(cast, "taken", offered="give")
    task.take_over(cast.bram)
    cast.chris.deactivate(cast.gijs)
    task.undo(cast.bram)
    assert (task.state, task.holder_id, task.offered) == ("open", None, None)
    assert "Chris" not in told("undo")


# Places.


def test_a_place_that_is_undone_is_part_of_its_posting_again(cast, visit):
    task = make_task(cast, places=3)
    browser = visit(cast.bram)
    place = db.session.get_one(Task, int(browser.post(f"{task.url}/claim").location.rpartition("/")[2]))
    SearchEntry.put(place, place.title)
    answer = browser.post(f"{place.url}/undo")
    assert answer.location == task.url
    assert (task.state, task.places, task.posting_id) == ("open", 3, None)
    assert browser.get(place.url).location == task.url, "who had a link to the place finds the posting"
    assert f"{task.url}/claim" in browser.get(task.url).text
    assert [line.verb for line in task.history()] == ["undo"] and told("undo") == {"Anna": "author"}
    assert not db.session.scalars(select(SearchEntry.ref).filter_by(ref=place.id)).all()
    assert visit(cast.anna).post(f"{task.url}/edit", data=filled(title="Bel er vijf")).status_code == 303


def test_a_posting_of_which_somebody_has_a_place_stays_as_it_is(cast):
    task = make_task(cast, places=3)
    task.claim(cast.bram)
    task.claim(cast.chris).undo(cast.chris)
    assert (task.places, task.posting_id) == (2, task.id)
    assert "took a place" in (task.why_not("edit", cast.anna) or "")
    assert task.why_not("claim", cast.bram) == "You already have one of these places."


def test_two_that_are_undone_are_one_posting_of_two(cast):
    task = make_task(cast, places=2)
    place = task.claim(cast.bram)
    task.claim(cast.chris)
    assert place.undo(cast.bram) is place and place.state == "open"
    assert task.undo(cast.chris) is place
    assert (place.places, place.posting_id, task.joined) == (2, None, True)
    assert place.may("edit", cast.anna) and place.claim(cast.bram).posting_id == place.id


def test_a_place_with_another_handover_stays_a_task_of_its_own(cast):
    task = make_task(cast, places=2)
    first = task.claim(cast.bram)
    task.claim(cast.chris)
    first.release(cast.bram, "Eén", "Nog negen", "Bel na zessen", 2)
    task.undo(cast.chris)
    assert (first.state, first.places, task.state, task.places) == ("open", 1, "open", 1)


@pytest.mark.parametrize(("verb", "state"), [("withdraw", "withdrawn"), ("scrap", "scrapped")])
def test_who_ends_a_posting_ends_every_place_that_is_open(cast, verb, state):
    task = make_task(cast, places=3, choice="hands")
    places = [task, *(make_task(cast, choice="hands", posting_id=task.id) for _ in range(2))]
    kept = make_task(cast, "taken", posting_id=task.id)
    task.posting_id = task.id
    bids = [hand(place, cast.bram) for place in places]
    getattr(task, verb)(cast.anna, "Het is al gedaan")
    assert [place.state for place in places] == [state] * 3 and kept.state == "taken"
    assert states(*bids) == ["declined"] * 3 and told(verb) == {"Bram": "hand"}


def test_one_person_has_one_place_until_it_is_done(cast, visit):
    task = make_task(cast, places=3)
    place = task.claim(cast.bram)
    place.report(cast.bram)
    with pytest.raises(Refused) as refusal:
        task.claim(cast.bram)
    assert str(refusal.value.sentence) == "You already have one of these places."
    assert visit(cast.anna).post(f"{place.url}/return", data={"reason": "Nog één"}).status_code == 303
    place.report(cast.bram)
    place.confirm(cast.anna)
    task.claim(cast.bram)


def test_the_database_keeps_to_one_place_a_person_too(cast):
    task = make_task(cast, "taken")
    make_task(cast, "reported", posting_id=task.id)
    with pytest.raises(IntegrityError):
        make_task(cast, "taken", posting_id=task.id)


# Hands.


def test_hands_that_heard_no_are_up_again_when_who_was_chosen_undoes_it(cast, visit):
    task = make_task(cast, choice="hands")
    earlier = keep(
        Bid(
            task_id=task.id,
            person_id=cast.eva.id,
            by_id=cast.eva.id,
            state="declined",
            answered_at=now() - timedelta(days=3),
        )
    )
    gone, mine, theirs = hand(task, cast.hugo), hand(task, cast.bram), hand(task, cast.chris)
    task.choose(cast.anna, theirs.id, "Deze keer Chris")
    cast.hugo.active = False
    with moved_to(now() + timedelta(hours=1)):
        task.undo(cast.chris)
    assert states(earlier, gone, mine, theirs) == ["declined", "declined", "raised", "withdrawn"]
    assert task.hands == 1 and told("raise-again") == {"Bram": "hand"}
    page = visit(cast.bram).get(task.url).text
    assert "Your hand is up." in page and "somebody else" not in page
    assert "raise-again" not in {line.verb for line in task.history()}
    task.raise_hand(cast.chris)
    task.choose(cast.anna, mine.id, "Nu Bram")
    assert task.holder_id == cast.bram.id


def test_a_chosen_place_that_is_undone_goes_back_to_the_hands_that_are_up(cast):
    task = make_task(cast, choice="hands", places=2)
    mine, theirs = hand(task, cast.bram), hand(task, cast.chris)
    task.choose(cast.anna, theirs.id)
    place = db.session.scalars(select(Task).filter_by(holder_id=cast.chris.id)).one()
    assert place.undo(cast.chris) is task
    assert (task.places, task.hands, task.posting_id) == (2, 1, None)
    assert states(mine, theirs) == ["raised", "withdrawn"] and "raise-again" not in events()


def test_hands_for_a_full_posting_are_up_for_the_place_that_comes_back(cast):
    task = make_task(cast, choice="hands", places=2)
    bids = [hand(task, person) for person in (cast.bram, cast.chris, cast.dina)]
    task.choose(cast.anna, bids[0].id)
    place = db.session.scalars(select(Task).filter_by(holder_id=cast.bram.id)).one()
    task.choose(cast.anna, bids[1].id, "Er waren twee plekken")
    place.undo(cast.bram)
    assert (place.state, place.hands, task.state) == ("open", 1, "taken")
    assert states(*bids) == ["withdrawn", "accepted", "raised"]
    place.choose(cast.anna, bids[2].id)
    assert place.holder_id == cast.dina.id
