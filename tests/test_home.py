"""Home: what was promised, what waits, what fits, and the news of the pit."""

from __future__ import annotations

from datetime import timedelta

from hkplein.clock import local, now, today
from hkplein.db import db
from hkplein.models import Bid, HelpLineHelper, Issue, Question, Swap, Task, desk
from hkplein.models.event import Event
from tests.cast import keep, make_issue, make_pitstop, make_seat, make_task


def test_what_i_promised_stands_in_one_list_soonest_first(cast):
    issue = make_issue(cast, trekker_id=cast.chris.id, deputy_id=cast.eva.id)
    seat = make_seat(cast, issue, "filled", holder_id=cast.chris.id, until=today() + timedelta(days=20))
    task = make_task(cast, "taken", due=today() + timedelta(days=3))
    make_task(cast, "done")
    make_task(cast, "taken", holder_id=cast.bram.id)
    at = now() + timedelta(days=5)
    planned = make_pitstop(cast, "planned", helper_id=cast.chris.id, planned_at=at)
    undated = make_pitstop(cast, "picked-up", helper_id=cast.chris.id)
    referred = make_pitstop(cast, "referred", helper_id=cast.chris.id, line_id=cast.recht.id)
    found = [(one.noun, one.id, one.when) for one in desk.promised(cast.chris)]
    assert found == [
        ("task", task.id, task.due),
        ("pitstop", planned.id, local(at).date()),
        ("seat", seat.id, seat.until),
        ("issue", issue.id, issue.round_ends),
        ("pitstop", undated.id, None),
        ("pitstop", referred.id, None),
    ]
    waits = [one.id for one in desk.waiting(cast.chris) if one.kind == "help"]
    assert sorted(waits) == [planned.id, undated.id, referred.id]


def test_what_waits_for_me_is_named_and_nobody_elses(cast):
    hands = make_task(cast, choice="hands")
    keep(Bid(task_id=hands.id, person_id=cast.bram.id, by_id=cast.bram.id, state="raised"))
    reported = make_task(cast, "reported", reported_at=now())
    past = make_task(cast, "taken", holder_id=cast.anna.id, author_id=cast.bram.id, due=today() - timedelta(days=1))
    issue = make_issue(cast, trekker_id=cast.anna.id)
    keep(Question(issue_id=issue.id, by_id=cast.wim.id, text="Wanneer?"))
    asked = make_pitstop(cast, "answered", turn="asker")
    swap = keep(Swap(proposer_id=cast.bram.id, other_id=cast.anna.id, turn_id=cast.anna.id, pair="1-2"))
    found = {(one.kind, one.noun, one.id) for one in desk.waiting(cast.anna)}
    assert found == {
        ("hands", "task", hands.id),
        ("reported", "task", reported.id),
        ("past", "task", past.id),
        ("question", "issue", issue.id),
        ("answer", "pitstop", asked.id),
        ("swap", "swap", swap.id),
    }
    assert desk.waiting(cast.wim) == []


def test_an_issue_without_a_deputy_waits_for_its_trekker(cast):
    issue = make_issue(cast, deputy_id=None, started_at=now())
    make_issue(cast)
    assert [(one.kind, one.id) for one in desk.waiting(cast.dina)] == [("deputy", issue.id)]
    assert desk.waiting(cast.eva) == []


def test_a_helper_sees_who_waits_on_the_line_but_not_from_the_own_pit(cast):
    make_pitstop(cast, pit_id=cast.mens.id, asker_id=cast.eva.id)
    theirs = make_pitstop(cast, readers="line", question="geheim", topic="")
    waiting = desk.waiting(cast.femke)
    assert [(one.kind, one.id) for one in waiting] == [("queue", theirs.id)]
    assert "geheim" not in waiting[0].sentence()
    assert cast.lean.name in waiting[0].sentence()


def test_what_a_helper_cannot_pick_up_does_not_wait_for_them(cast):
    """Of the own team, or more than they wanted."""
    issue = make_issue(cast, trekker_id=cast.femke.id)
    make_pitstop(cast, issue_id=issue.id, asker_id=cast.eva.id, pit_id=None)
    other = make_pitstop(cast)
    assert [one.id for one in desk.waiting(cast.femke) if one.kind == "queue"] == [other.id]
    db.session.scalars(db.select(HelpLineHelper).filter_by(person_id=cast.femke.id)).one().at_most = 1
    make_pitstop(cast, "answered", turn="asker")
    assert [one.id for one in desk.waiting(cast.femke) if one.kind == "queue"] == []


def test_the_news_of_a_pit_names_nobodys_hand(cast):
    task = make_task(cast, choice="hands")
    Event.record(task, "raise-hand", by=cast.bram)
    Event.record(task, "post", by=cast.anna)
    db.session.commit()
    assert [event.verb for event in desk.news(cast.sara)] == ["post"]
    assert desk.news(cast.chris) == []


def test_home_costs_the_same_with_much_to_do(cast, visit, statements):
    def cost():
        browser = visit(cast.chris)
        browser.get("/")
        with statements() as said:
            assert browser.get("/").status_code == 200
        return len(said)

    few = cost()
    for _ in range(40):
        make_task(cast, "taken")
        make_issue(cast, trekker_id=cast.chris.id)
    assert cost() <= few + 1  # the first suggestion brings its own


def test_how_it_works_is_put_away_for_good(cast, visit):
    browser = visit(cast.noor)
    assert "/welcome" in browser.get("/").text
    browser.post(f"{cast.noor.url}/welcome")
    assert "/welcome" not in browser.get("/").text
    assert db.session.query(Task).count() == db.session.query(Issue).count() == 0
