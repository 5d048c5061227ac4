"""What time does to issues; everything once, however often the clock looks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from hkplein import clock
from hkplein.clock import moved_to, now, today, working_days_after
from hkplein.db import db
from hkplein.models import Event, Issue, Notification, Question, issue_clock
from tests.cast import make_issue

OURS = [t for t in clock.TRANSITIONS if t.name.startswith("hkplein.models.issue_clock")]


def tick(**later):
    """Let time look at issues, twice, after so long; what happened, oldest first."""
    before = db.session.scalar(select(db.func.max(Event.id))) or 0
    with moved_to(now() + timedelta(**later)):
        for _twice in range(2):
            for transition in OURS:
                for row in db.session.scalars(transition.due()).all():
                    transition.act(row)
                db.session.commit()
    return db.session.scalars(select(Event).where(Event.id > before).order_by(Event.id)).all()


def told(event):
    found = db.session.execute(select(Notification.person_id, Notification.why).filter_by(event_id=event.id))
    return {row.person_id: row.why for row in found}


def test_there_are_nine_and_the_runner_knows_them():
    assert len(OURS) == 9 and issue_clock.fall_back.__doc__


def after_working_days(count):
    """In so many working days, as `tick` wants it."""
    return {"days": (working_days_after(today(), count) - today()).days}


def test_who_is_asked_to_take_over_and_says_nothing_is_not_waited_for_for_ever(cast):
    issue = make_issue(cast, "running")
    issue.hand_over(cast.dina, to=cast.chris.id)
    issue.hand_to_pit(cast.dina, pit=cast.mens.id, effect_seen="yes", lesson="Bel", lesson_text="Bel eerst.")
    assert tick(**after_working_days(4)) == []
    (lapse,) = tick(**after_working_days(5))
    assert (lapse.verb, issue.offered_lead_id, issue.offered_pit_id) == ("lapse", None, None)
    asked = dict.fromkeys((cast.chris.id, cast.eva.id, cast.femke.id, cast.gijs.id), "offered")
    assert told(lapse) == {**asked, cast.dina.id: "trekker"}
    assert (issue.state, issue.trekker_id) == ("running", cast.dina.id), "it stays with its trekker"


def test_an_idea_that_nobody_takes_further_comes_back_to_who_had_it(cast, visit):
    issue = make_issue(cast, "idea")
    assert tick(**after_working_days(19)) == []
    (asked,) = tick(**after_working_days(20))
    assert asked.verb == "what-now" and tick(**after_working_days(39)) == []
    assert [event.verb for event in tick(**after_working_days(41))] == ["what-now"], "and again, until somebody does it"
    assert told(asked) == {cast.anna.id: "author", cast.bram.id: "pit", cast.sara.id: "pit"}
    assert "is still an idea" in visit(cast.anna).get("/").text
    lesson = {"effect_seen": "unknown", "lesson": "Te vroeg", "lesson_text": "Eerst de raad."}
    assert visit(cast.chris).post(f"{issue.url}/let-go", data=lesson).status_code == 409
    assert visit(cast.bram).post(f"{issue.url}/let-go", data=lesson).status_code == 303
    assert db.session.get(Issue, issue.id).state == "let-go"


def test_a_question_without_an_answer_is_brought_up_once_more(cast, visit):
    issue = make_issue(cast, "idea")
    visit(cast.wim).post(f"{issue.url}/ask", data={"text": "Wat kost dit?"})
    question = db.session.scalars(select(Question)).one()
    assert tick(**after_working_days(4)) == []
    (reminder,) = tick(**after_working_days(5))
    assert told(reminder) == {cast.anna.id: "author"} and reminder.issue_id == issue.id
    assert visit(cast.chris).post(f"{question.url}/answer", data={"text": "Niets"}).status_code == 409
    assert "There is a question" in visit(cast.anna).get("/").text
    assert visit(cast.anna).post(f"{question.url}/answer", data={"text": "Niets"}).status_code == 303
    assert tick(**after_working_days(15)) == []


def test_a_silent_trekker_is_reminded_twice_then_asked_and_then_it_seeks_again(cast):
    issue = make_issue(cast, "running", round_ends=today() + timedelta(days=365))
    assert tick(days=41) == []
    for days, verb, reminded in ((43, "remind", 1), (51, "remind", 2), (59, "still-trekker", 3)):
        (event,) = tick(days=days)
        assert (event.verb, event.by_id, issue.reminded) == (verb, None, reminded)
        assert told(event) == {cast.dina.id: "trekker", cast.eva.id: "trekker"}
        assert tick(days=days + 6) == []
    (event,) = tick(days=67)
    assert (event.verb, event.whom_id) == ("fall-back", cast.dina.id)
    assert (issue.state, issue.trekker_id, issue.deputy_id, issue.reminded) == ("seeking", None, cast.eva.id, 0)
    everybody = told(event)
    assert everybody[cast.dina.id] == "trekker" and everybody[cast.anna.id] == "author"
    assert everybody[cast.bram.id] == "pit"
    assert issue.sought_at > now() + timedelta(days=66)


def test_who_was_asked_to_take_over_hears_of_it_when_the_trekker_stays_silent(cast):
    issue = make_issue(cast, "running", reminded=3, reminded_at=now() - timedelta(days=8), asked_at=now())
    issue.offered_lead_id, issue.offered_pit_id = cast.noor.id, cast.groen.id
    fall_back, *_others = tick()
    assert (
        fall_back.verb == "fall-back" and told(fall_back)[cast.noor.id] == told(fall_back)[cast.chris.id] == "offered"
    )


@pytest.mark.parametrize("reminded", [1, 2, 3])
def test_a_state_of_play_ends_the_asking(cast, reminded):
    issue = make_issue(cast, "running", reminded=reminded, reminded_at=now(), round_ends=today() + timedelta(days=99))
    issue.update(cast.eva, text="Het gaat")
    assert (issue.reminded, issue.reminded_at) == (0, None)
    assert tick(days=20) == []


def test_a_paused_issue_speaks_up_on_the_day_to_look_again(cast):
    issue = make_issue(cast, "paused", look_again=today() + timedelta(days=10))
    assert tick(days=9) == []
    (event,) = tick(days=10)
    assert event.verb == "look-again" and told(event) == {cast.dina.id: "trekker", cast.eva.id: "trekker"}
    assert issue.state == "paused" and tick(days=20) == []
    assert [event.verb for event in tick(days=28)] == ["look-again"] and issue.state == "paused"


def test_after_the_end_of_a_round_trekker_and_deputy_hear_it_once_a_round(cast):
    issue = make_issue(cast, "running", round_ends=today() + timedelta(days=5))
    assert tick(days=5) == []
    (event,) = tick(days=6)
    assert event.verb == "round-over" and set(told(event)) == {cast.dina.id, cast.eva.id}
    assert tick(days=9) == []
    issue.renew(cast.dina, round_ends=today() + timedelta(days=12), signs=["een"])
    (event,) = tick(days=13)
    assert event.verb == "round-over"


def test_what_seeks_a_trekker_in_vain_is_told_to_the_pits_once_more(cast):
    issue = make_issue(cast, "seeking", sought_at=now())
    ninth, tenth = (working_days_after(today(), n) - today() for n in (9, 10))
    assert tick(days=ninth.days) == []
    (event,) = tick(days=tenth.days + 1)
    assert event.verb == "call-again"
    assert told(event) == {cast.anna.id: "author", cast.bram.id: "pit", cast.sara.id: "pit"}
    assert tick(**after_working_days(19)) == []
    assert [event.verb for event in tick(**after_working_days(22))] == ["call-again"] and issue.state == "seeking"


def test_a_trekker_who_never_starts_is_asked_too_and_then_it_seeks_again(cast, visit):
    issue = make_issue(cast, "forming", updated_at=now() - timedelta(days=200))  # of an earlier round
    assert tick(days=41) == []
    for days, verb in ((43, "remind"), (51, "remind"), (59, "still-trekker")):
        (event,) = tick(days=days)
        assert event.verb == verb and told(event) == {cast.dina.id: "trekker", cast.eva.id: "trekker"}
    (event,) = tick(days=67)
    assert event.verb == "fall-back" and (issue.state, issue.trekker_id) == ("seeking", None)


def test_a_trekker_who_goes_on_forming_a_team_says_so_and_is_left_in_peace(cast, visit):
    issue = make_issue(cast, "forming", led_at=now() - timedelta(days=43))
    dina = visit(cast.dina)
    assert (
        f"{issue.url}/stay" not in dina.get(issue.url).text and "has been forming for six weeks" in dina.get("/").text
    )
    tick()
    assert dina.post(f"{issue.url}/stay").status_code == 303
    assert visit(cast.eva).post(f"{issue.url}/stay").status_code == 409 == dina.post(f"{issue.url}/stay").status_code
    assert "has been forming for six weeks" not in dina.get("/").text
    assert tick(days=41) == [] and [event.verb for event in tick(days=43)] == ["remind"]


def test_an_ending_is_left_alone(cast):
    for state in ("finished", "handed-over", "let-go", "stopped"):
        make_issue(cast, state, updated_at=now(), sought_at=now())
    assert tick(days=400) == []
