"""Wishes: what somebody would take, standing, dated and revocable."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from hkplein.clock import now, today
from hkplein.db import db
from hkplein.errors import Invalid, Refused
from hkplein.models import Event, Notification, Person, TaskSkill, Wish, WishSkill, WishTask
from hkplein.models.wish import MOST, Wanted
from tests.cast import keep, make_task
from tests.table import cover, everybody, hold
from tests.test_swaps import held


def ids(wish):
    return {task.id for task in db.session.scalars(wish.candidates())}


@pytest.fixture
def market(cast):
    """Bram, Chris and Dina each offer a task to swap."""
    cast.ours, cast.theirs, cast.hers = (
        held(cast, name, title=f"Klus van {name}") for name in ("bram", "chris", "dina")
    )
    return cast


def test_a_wish_names_tasks_that_colleagues_offer_to_swap(market):
    wish = Wish.make(market.bram, market.ours, Wanted(tasks=(market.theirs.id, market.hers.id)))
    assert ids(wish) == {market.theirs.id, market.hers.id}
    market.theirs.keep(market.chris)
    assert ids(wish) == {market.hers.id}, "what is no longer offered is no candidate"


def test_a_filter_asks_skills_hours_place_pit_and_dates(market):
    cast, soon = market, today() + timedelta(days=7)
    near = held(cast, "eva", hours=2, place="De Kolk", due=soon, pit_id=cast.mens.id)
    far = held(cast, "sara", hours=9, place="Haven", due=soon + timedelta(days=9), pit_id=cast.mens.id)
    keep(TaskSkill(task_id=near.id, skill_id=cast.tellen.id))
    taught = held(cast, "hugo", learns_id=cast.tellen.id, hours=9, due=soon + timedelta(days=20))
    for wanted, found in (
        (Wanted("filter", hours=2), {near.id}),
        (Wanted("filter", place="kolk"), {near.id}),
        (Wanted("filter", pit_id=cast.mens.id), {near.id, far.id}),
        (Wanted("filter", due_from=soon + timedelta(days=8), due_until=soon + timedelta(days=10)), {far.id}),
        (Wanted("filter", skills=(cast.tellen.id,)), {near.id, taught.id}),
        (Wanted("filter", skills=(cast.tellen.id,), hours=4, place="%"), set()),
        (Wanted("filter"), {near.id, far.id, taught.id, cast.theirs.id, cast.hers.id}),
    ):
        wish = Wish.make(cast.bram, cast.ours, wanted)
        assert ids(wish) == found, wanted
        wish.revoke(cast.bram)


def test_at_most_twenty_candidates(market):
    tasks = [held(market, "chris").id for _ in range(MOST + 5)]
    with pytest.raises(Invalid) as refusal:
        Wish.make(market.bram, market.ours, Wanted(tasks=tuple(tasks)))
    assert "tasks" in refusal.value.problems
    wish = Wish.make(market.bram, market.ours, Wanted("filter"))
    assert len(ids(wish)) == MOST


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Wanted("?"), "kind"),
        (Wanted(), "tasks"),
        (Wanted("filter", hours=0), "hours"),
        (Wanted("filter", due_from=today(), due_until=today() - timedelta(days=1)), "due_until"),
        (Wanted(tasks=(2**31 - 1,)), "tasks"),
        (Wanted(tasks=(2**31 - 1,), starred=1), "starred"),
    ],
)
def test_what_nobody_could_grant_is_said_beside_its_field(market, wanted, field):
    with pytest.raises(Invalid) as refusal:
        Wish.make(market.bram, market.ours, wanted)
    assert set(refusal.value.problems) == {field}


def test_only_who_holds_a_task_and_offers_it_to_swap_wishes_with_it(market):
    for task, person in (
        (market.theirs, market.bram),
        (held(market, "bram", offered="give"), market.bram),
        (held(market, "bram", offered=None), market.bram),
        (held(market, "bram", mandate=True), market.bram),
        (make_task(market), market.bram),
    ):
        with pytest.raises(Refused):
            Wish.make(person, task, Wanted("filter"))
    with pytest.raises(Refused):
        Wish.make(market.wim, None, Wanted("filter"))


def test_one_wish_with_a_task_and_one_for_nothing(market):
    Wish.make(market.bram, market.ours, Wanted("filter"))
    Wish.make(market.bram, None, Wanted("filter"))
    db.session.commit()
    for task in (market.ours, None):
        with pytest.raises(Refused) as refusal:
            Wish.make(market.bram, task, Wanted("filter"))
        db.session.rollback()
        assert "already" in str(refusal.value.sentence)


def test_changing_a_wish_asks_for_something_else_and_waits_as_long(market):
    wish = Wish.make(market.bram, market.ours, Wanted(tasks=(market.theirs.id,), starred=market.theirs.id))
    since = wish.at
    wish.change(market.bram, Wanted("filter", hours=3, skills=(market.tellen.id,)))
    assert (wish.kind, wish.hours, wish.starred_id, wish.at) == ("filter", 3, None, since)
    assert db.session.scalars(select(WishSkill.skill_id)).all() == [market.tellen.id]
    assert db.session.scalars(select(WishTask)).all() == []


@pytest.mark.parametrize("verb", ["keep", "release", "report"])
def test_a_wish_is_over_when_its_task_goes_elsewhere(market, verb):
    wish = Wish.make(market.bram, market.ours, Wanted("filter"))
    getattr(market.ours, verb)(market.bram)
    db.session.refresh(wish)
    assert wish.state == "over"


def test_an_account_that_closes_takes_its_wishes_along(market):
    wish = Wish.make(market.bram, market.ours, Wanted("filter"))
    free = Wish.make(market.bram, None, Wanted("filter"))
    db.session.commit()
    market.bram.deactivate(market.gijs)
    db.session.refresh(wish)
    assert (wish.state, free.state) == ("revoked", "revoked")


def test_nobody_but_its_holder_sees_a_wish(market):
    wish = Wish.make(market.bram, market.ours, Wanted("filter"))
    assert [person.name for person in market.people if wish.visible_to(person)] == ["Bram"]
    told = select(func.count(Notification.id)).join(Event).where(Event.noun == "wish")
    assert db.session.scalar(told) == 0
    assert db.session.get_one(Person, wish.person_id) is market.bram and wish.at <= now()


# Pages.


def test_the_form_makes_a_wish_with_a_star(market, visit):
    browser = visit(market.bram)
    page = browser.get(f"/wishes/new?task={market.ours.id}")
    assert page.status_code == 200 and "Klus van chris" in page.text and "Klus van bram" in page.text
    data = {"kind": "tasks", "tasks": [market.theirs.id, market.hers.id], "starred": market.hers.id}
    answer = browser.post(f"/wishes/new?task={market.ours.id}", data=data)
    made = db.session.scalars(select(Wish)).one()
    assert (answer.status_code, answer.location) == (303, made.url) and made.starred_id == market.hers.id
    page = browser.get(made.url).text
    assert "your star" in page and "Klus van chris" in page and "relief for nothing" in page
    again = browser.get(f"/wishes/new?task={market.ours.id}")
    assert (again.status_code, again.location) == (303, made.url), "one wish with a task"


def test_a_filter_is_read_back_in_words(market, visit):
    browser = visit(market.bram)
    data = {
        "kind": "filter",
        "hours": 4,
        "place": "Kolk",
        "pit_id": market.groen.id,
        "skills_knowledge": [market.tellen.id],
        "due_from": "2026-12-01",
        "due_until": "2026-12-31",
    }
    made = browser.post("/wishes/new", data=data).location
    page = browser.get(made).text
    said = ("at most 4 hours", "place: Kolk", "of Pit Groen", "asks or teaches: Counting", "or later", "or earlier")
    for words in (*said, "You give nothing back"):
        assert words in page, words
    form = browser.get(f"{made}/change").text
    assert 'value="Kolk"' in form and 'value="4"' in form
    nothing = dict.fromkeys(("hours", "place", "pit_id", "due_from", "due_until", "starred"), "")
    assert browser.post(f"{made}/change", data={**nothing, "kind": "filter"}).status_code == 303
    assert "every task that colleagues offer to swap" in browser.get(made).text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Choose from the list."),
        ({"kind": "tasks"}, "Choose at least one task that you would take."),
        ({"kind": "tasks", "tasks": [2**31]}, "Choose from the list."),
        ({"kind": "tasks", "tasks": [10**6]}, "Some of these tasks are no longer offered."),
        ({"kind": "filter", "hours": "veel"}, "Fill in a whole number of hours, or nothing."),
        ({"kind": "filter", "due_from": "2026-12-31", "due_until": "2026-12-01"}, "before the first one"),
        ({"kind": "filter", "due_from": "morgen"}, "Fill in a date"),
    ],
)
def test_bad_input_keeps_what_was_typed_and_makes_nothing(market, visit, data, said):
    answer = visit(market.bram).post(f"/wishes/new?task={market.ours.id}", data={**data, "place": "Mijn dorp"})
    assert answer.status_code == 422 and said in answer.text and "Mijn dorp" in answer.text
    assert db.session.scalar(select(func.count(Wish.id))) == 0


@pytest.mark.parametrize("more", [{"starred": 999999}, {"pit_id": 999999}, {"skills_process": [999999]}])
def test_what_is_not_on_the_list_is_refused_beside_its_field(market, visit, more):
    browser, data = visit(market.bram), {"kind": "filter", **more}
    made = Wish.make(market.bram, None, Wanted("filter"))
    for url in (f"/wishes/new?task={market.ours.id}", f"{made.url}/change"):
        answer = browser.post(url, data=data)
        assert answer.status_code == 422 and "Choose from the list." in answer.text
    assert db.session.scalar(select(func.count(Wish.id))) == 1


def test_a_partner_makes_no_wish_and_reads_of_no_task_of_others(market, visit):
    browser = visit(market.petra)
    answer = browser.get("/wishes/new")
    assert answer.status_code == 409 and "for colleagues" in answer.text and "Klus van" not in answer.text
    assert browser.post("/wishes/new", data={"kind": "filter"}).status_code == 409
    assert "/wishes" not in browser.get("/swaps").text


def test_who_cannot_wish_is_told_why(market, visit):
    answer = visit(market.bram).get(f"/wishes/new?task={market.theirs.id}")
    assert answer.status_code == 409 and "You do not do this task." in answer.text
    assert visit(market.wim).get("/wishes/new").status_code == 409
    assert visit(market.bram).get("/wishes/new?task=999999").status_code == 404
    second = visit(market.bram)
    for status in (303, 409):
        assert second.post("/wishes/new", data={"kind": "filter"}).status_code == status


def test_a_wish_says_when_it_cannot_be_in_a_ring(market, visit):
    made, browser = Wish.make(market.bram, market.ours, Wanted("filter")), visit(market.bram)
    away, near = "nobody asks you for a ring until you are back", "in no ring any more"
    page = browser.get(made.url).text
    assert away not in page and near not in page
    market.bram.away_from, market.ours.due = today(), today() + timedelta(days=1)
    db.session.commit()
    page = browser.get(made.url).text
    assert away in page and near in page


def test_my_wishes_show_what_is_offered_without_one(market, visit):
    page = visit(market.bram).get("/wishes").text
    assert f"/wishes/new?task={market.ours.id}" in page
    made = Wish.make(market.bram, market.ours, Wanted("filter"))
    page = visit(market.bram).get("/wishes").text
    assert made.url in page and f"/wishes/new?task={market.ours.id}" not in page
    assert "No wishes yet" in visit(market.noor).get("/wishes").text
    assert made.url in visit(market.bram).get(market.ours.url).text, "the task leads to its wish"


def allowed():
    live = {"standing": {"bram"}, "lapsed": {"bram"}}
    return {"keep": live, "revoke": live, "change": {"standing": {"bram"}}}


@pytest.mark.parametrize("state", Wish.STATES)
def test_every_verb_is_for_whom_the_table_says(cast, visit, state):
    def make(state):
        Event.forget(Event.wish_id.is_not(None))
        db.session.execute(delete(Wish))
        return keep(Wish(state=state, person_id=cast.bram.id, kind="filter"))

    hold(make, state, allowed(), cast, visit, hidden=everybody("bram"), data={"change": {"kind": "filter"}})


def test_the_table_covers_every_state(cast):
    cover(Wish, {state: state for state in Wish.STATES}, allowed())
