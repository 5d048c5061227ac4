"""Issues: posting, volunteering, the team at work, passing on, ending, and who hears of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from hkplein.clock import today
from hkplein.db import db
from hkplein.errors import Invalid, Refused
from hkplein.i18n import day
from hkplein.models import (
    Bid,
    Event,
    Issue,
    IssuePartner,
    IssuePit,
    Lesson,
    Notification,
    Question,
    Seat,
    Task,
    Update,
)
from tests.cast import keep, make_issue, make_seat, make_task

ROUND = {"round_ends": today() + timedelta(days=90), "signs": ["Minder wachten"]}
LESSON = {"effect_seen": "partly", "lesson": "Bel eerst", "lesson_text": "Bellen werkt beter dan mailen."}


def told(verb):
    """Who was told of the last event with this verb, and why."""
    event = db.session.scalars(select(Event).where(Event.verb == verb).order_by(Event.id.desc())).first()
    found = db.session.execute(select(Notification.person_id, Notification.why).filter_by(event_id=event.id))
    return {row.person_id: row.why for row in found}


# Posting and finding a trekker.


def test_posting_tells_the_pits_that_it_touches_at_once_and_asks_nobody(cast, visit):
    form = {
        "title": "Jongeren zonder huis",
        "question": "Hoe houden we hen hier?",
        "theme": "wonen",
        "pit_id": cast.balie.id,
        "pits": [cast.mens.id],
        "partners": [cast.kolkhuis.id],
    }
    browser = visit(cast.chris)
    assert "Which pit does it belong to?" in browser.get("/issues/new").text
    answer = browser.post("/issues/new", data=form)
    issue = db.session.scalars(select(Issue)).one()
    assert (answer.status_code, answer.location) == (303, issue.url)
    assert (issue.state, issue.author_id, issue.pit_id, issue.theme) == ("idea", cast.chris.id, cast.balie.id, "wonen")
    assert db.session.scalars(select(IssuePit.pit_id)).all() == [cast.mens.id]
    assert db.session.scalars(select(IssuePartner.partner_id)).all() == [cast.kolkhuis.id]
    touched = {p.id for p in cast.people if p.pit_id in (cast.balie.id, cast.mens.id)}
    assert told("post") == dict.fromkeys(touched, "pit")
    page = browser.get(issue.url).text
    assert "Hoe houden we hen hier?" in page and "shared task" in page and "touches Pit Mens" in page


def test_bad_input_keeps_what_was_typed(cast, visit):
    answer = visit(cast.chris).post("/issues/new", data={"title": " ", "question": "Hoe dan?", "pit_id": ""})
    assert answer.status_code == 422
    assert "Hoe dan?" in answer.text and "Give it a short title." in answer.text and "Choose a pit." in answer.text
    assert db.session.scalars(select(Issue)).all() == []


@pytest.mark.parametrize("name", ["wim", "petra"])
def test_only_colleagues_post(cast, visit, name):
    browser = visit(getattr(cast, name))
    form = {"title": "T", "question": "V", "theme": "w", "pit_id": cast.balie.id}
    for answer in (browser.get("/issues/new"), browser.post("/issues/new", data=form)):
        assert answer.status_code == 409
    assert db.session.scalars(select(Issue)).all() == []
    assert "/issues/new" not in browser.get("/issues").text


def test_it_seeks_a_trekker_only_with_an_effect_and_our_role(cast, visit):
    issue = make_issue(cast, "idea")
    browser = visit(cast.bram)
    answer = browser.post(f"{issue.url}/seek", data={"effect": "Dat het lukt"})
    assert answer.status_code == 422 and "Choose our role." in answer.text and "Dat het lukt" in answer.text
    assert browser.post(f"{issue.url}/seek", data={"effect": "Dat het lukt", "role": "enable"}).status_code == 303
    issue = db.session.get(Issue, issue.id)
    assert (issue.state, issue.effect, issue.role) == ("seeking", "Dat het lukt", "enable")
    assert issue.sought_at and told("seek")[cast.anna.id] == "author" and told("seek")[cast.sara.id] == "pit"


def test_who_becomes_trekker_wins_once_and_the_other_is_offered_the_deputys_place(cast, visit):
    issue = make_issue(cast, "seeking")
    late = visit(cast.bram)
    late.get(issue.url)
    assert visit(cast.chris).post(f"{issue.url}/lead").status_code == 303
    answer = late.post(f"{issue.url}/lead")
    assert answer.status_code == 409 and 'role="alert"' in answer.text and "you can become deputy" in answer.text
    assert f'data-holder="{cast.chris.id}"' in answer.text and f"{issue.url}/deputise" in answer.text
    assert late.post(f"{issue.url}/deputise").status_code == 303
    issue = db.session.get(Issue, issue.id)
    assert (issue.state, issue.trekker_id, issue.deputy_id) == ("forming", cast.chris.id, cast.bram.id)
    assert told("lead")[cast.anna.id] == "author" and told("deputise")[cast.chris.id] == "trekker"


def test_a_new_trekker_is_told_of_the_hands_that_wait_and_they_of_the_trekker(cast, visit):
    issue = make_issue(cast, "seeking", reason="Het is terug")
    seat = make_seat(cast, issue)
    make_seat(cast, issue, "filled")
    browser = visit(cast.chris)
    assert browser.post(f"{seat.url}/raise-hand").status_code == 303
    assert "As soon as somebody moves this issue" in browser.get(seat.url).text
    assert visit(cast.noor).post(f"{issue.url}/lead").status_code == 303
    assert told("lead")[cast.chris.id] == "hand" and told("lead")[cast.sara.id] == "team"
    assert told("remind") == {cast.noor.id: "trekker"}
    assert "Somebody wants the seat" in visit(cast.noor).get("/").text
    assert "As soon as somebody moves this issue" not in browser.get(seat.url).text
    issue = db.session.get(Issue, issue.id)
    assert issue.reason == "" and issue.led_at is not None


def test_who_takes_over_the_lead_is_told_of_the_hands_and_they_of_the_new_trekker(cast):
    issue = make_issue(cast, "running", offered_lead_id=cast.noor.id)
    keep(Bid(seat_id=make_seat(cast, issue).id, person_id=cast.chris.id, by_id=cast.chris.id))
    issue.accept_lead(cast.noor)
    assert told("accept-lead")[cast.chris.id] == "hand" and told("remind")[cast.noor.id] == "trekker"


def test_there_is_one_deputy(cast):
    issue = make_issue(cast, "forming", deputy_id=None)
    issue.deputise(cast.bram)
    with pytest.raises(Refused) as refusal:
        issue.deputise(cast.chris)
    assert "a deputy already" in str(refusal.value.sentence) and issue.deputy_id == cast.bram.id


def test_a_deputy_who_becomes_trekker_is_deputy_no_more(cast):
    issue = make_issue(cast, "seeking", deputy_id=cast.eva.id)
    issue.lead(cast.eva)
    assert (issue.trekker_id, issue.deputy_id) == (cast.eva.id, None)


def test_somebody_with_three_issues_is_asked_in_private_to_think_twice(cast, visit):
    hint = "You are trekker of several issues already."
    issue = make_issue(cast, "seeking")
    for _n in range(2):
        make_issue(cast, "running", trekker_id=cast.chris.id)
    assert hint not in visit(cast.chris).get(issue.url).text
    make_issue(cast, "paused", trekker_id=cast.chris.id)
    make_issue(cast, "finished", trekker_id=cast.bram.id)
    assert hint in visit(cast.chris).get(issue.url).text
    assert hint not in visit(cast.bram).get(issue.url).text
    visit(cast.chris).post(f"{issue.url}/lead")
    assert hint in visit(cast.chris).get(issue.url).text and hint not in visit(cast.bram).get(issue.url).text


# At work.


def test_it_does_not_start_without_a_deputy_and_says_so(cast, visit):
    issue = make_issue(cast, "forming", deputy_id=None)
    browser = visit(cast.dina)
    assert "First find a deputy" in browser.get(issue.url).text
    answer = browser.post(f"{issue.url}/start", data={"round_ends": "2099-01-01", "signs": "Een"})
    assert answer.status_code == 409 and "First find a deputy" in answer.text


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"round_ends": "2099-01-01", "signs": " \n "}, "Write down one to three signs"),
        ({"round_ends": "2099-01-01", "signs": ""}, "Write down at least one sign."),
        ({"round_ends": "2099-01-01", "signs": "a\nb\nc\nd"}, "Write down one to three signs"),
        ({"round_ends": "2001-01-01", "signs": "Een"}, "Choose a date that is still to come."),
        ({"round_ends": "morgen", "signs": "Een"}, "Fill in a date, such as 31-12-2026."),
        ({"round_ends": "", "signs": "Een"}, "Fill in a date, such as 31-12-2026."),
    ],
)
def test_a_round_has_an_end_and_one_to_three_signs(cast, visit, form, sentence):
    issue = make_issue(cast, "forming")
    answer = visit(cast.dina).post(f"{issue.url}/start", data=form)
    assert answer.status_code == 422 and sentence in answer.text
    assert db.session.get(Issue, issue.id).state == "forming"


def test_starting_sets_the_round_and_tells_team_and_pits(cast, visit):
    issue = make_issue(cast, "forming")
    make_seat(cast, issue, "filled")
    form = {"round_ends": "2099-01-01", "signs": "Minder wachten\n\nMeer huizen"}
    assert visit(cast.dina).post(f"{issue.url}/start", data=form).status_code == 303
    issue = db.session.get(Issue, issue.id)
    assert (issue.state, issue.signs) == ("running", ["Minder wachten", "Meer huizen"]) and issue.started_at
    assert told("start")[cast.sara.id] == "team" and told("start")[cast.bram.id] == "pit"


def test_the_state_of_play_is_on_top_and_older_ones_are_folded(cast, visit):
    issue = make_issue(cast, "running")
    issue.update(cast.dina, text="Eerst dit")
    issue.update(cast.eva, text="Nu dat")
    page = visit(cast.noor).get(issue.url).text
    assert page.index("Nu dat") < page.index("What was written before") < page.index("Eerst dit")
    assert told("update") == {cast.dina.id: "trekker", cast.anna.id: "author"}
    assert len(db.session.scalars(select(Update)).all()) == 2


def test_an_old_state_of_play_is_marked(cast, visit):
    issue = make_issue(cast, "running")
    assert "state of play is old" not in visit(cast.noor).get(issue.url).text
    issue.updated_at -= timedelta(days=43)
    db.session.commit()
    assert "state of play is old" in visit(cast.noor).get(issue.url).text
    assert "state of play is old" in visit(cast.noor).get("/issues").text


def test_pausing_tells_those_with_a_hand_up_too(cast):
    issue = make_issue(cast, "running")
    seat = make_seat(cast, issue)
    keep(Bid(seat_id=seat.id, person_id=cast.chris.id, by_id=cast.chris.id))
    issue.pause(cast.dina, reason="De raad beslist eerst", look_again=today() + timedelta(days=30))
    assert issue.state == "paused" and told("pause")[cast.chris.id] == "hand"
    with pytest.raises(Invalid):
        make_issue(cast, "running").pause(cast.dina, reason="x", look_again=today())
    issue.resume(cast.dina)
    assert (issue.state, issue.look_again, issue.pause_reason) == ("running", None, "")


def test_a_new_round_moves_the_end_date(cast):
    issue = make_issue(cast, "running")
    issue.renew(cast.dina, **ROUND)
    assert (issue.state, issue.round_ends, issue.signs) == ("running", ROUND["round_ends"], ROUND["signs"])


def test_editing_tells_a_pit_that_it_touches_only_now(cast, visit):
    issue = make_issue(cast, "running")
    keep(IssuePit(issue_id=issue.id, pit_id=cast.groen.id))
    form = {"title": "Anders", "question": "V", "theme": "w", "effect": "Dat", "role": "do"}
    form["pits"] = [cast.groen.id, cast.mens.id]
    assert visit(cast.anna).post(f"{issue.url}/edit", data=form).status_code == 303
    assert db.session.get(Issue, issue.id).title == "Anders"
    assert set(told("edit")) == {cast.dina.id, cast.eva.id, cast.femke.id, cast.gijs.id}
    assert told("edit")[cast.femke.id] == "pit"
    assert db.session.scalars(select(IssuePartner)).all() == []
    answer = visit(cast.anna).post(f"{issue.url}/edit", data={**form, "effect": ""})
    assert answer.status_code == 422 and "Write down what residents will notice." in answer.text


# Who moves it.


def test_the_lead_changes_only_when_the_other_agrees(cast, visit):
    issue = make_issue(cast, "running")
    answer = visit(cast.dina).post(f"{issue.url}/hand-over", data={"to": cast.chris.id})
    assert answer.status_code == 303
    issue = db.session.get(Issue, issue.id)
    assert (issue.trekker_id, issue.offered_lead_id) == (cast.dina.id, cast.chris.id)
    assert told("hand-over") == {cast.chris.id: "offered", cast.eva.id: "trekker"}
    assert "Dina asks you to take over the lead" in visit(cast.chris).get(issue.url).text
    assert "Chris" not in visit(cast.noor).get(issue.url).text  # that somebody thinks about it is not everybody's news
    assert visit(cast.bram).post(f"{issue.url}/accept-lead").status_code == 409
    assert visit(cast.chris).post(f"{issue.url}/accept-lead").status_code == 303
    issue = db.session.get(Issue, issue.id)
    assert (issue.state, issue.trekker_id, issue.offered_lead_id) == ("running", cast.chris.id, None)
    assert told("accept-lead")[cast.dina.id] == "you" and told("accept-lead")[cast.anna.id] == "author"


def test_a_lead_that_is_declined_or_kept_stays(cast):
    issue = make_issue(cast, "forming", offered_lead_id=cast.chris.id)
    issue.decline_lead(cast.chris)
    assert (issue.trekker_id, issue.offered_lead_id) == (cast.dina.id, None)
    assert told("decline-lead") == {cast.dina.id: "trekker", cast.eva.id: "trekker"}
    issue.hand_over(cast.dina, to=cast.bram.id)
    issue.keep(cast.dina)
    assert issue.offered_lead_id is None and told("keep") == {cast.bram.id: "offered"}
    with pytest.raises(Refused):
        issue.accept_lead(cast.bram)


def test_who_may_be_asked_to_take_it_over_is_named_with_the_pit(cast, visit):
    issue = make_issue(cast)
    browser = visit(cast.dina)
    empty = browser.post(f"{issue.url}/hand-over", data={"to": ""})
    assert empty.status_code == 422
    for page in (browser.get(issue.url).text, empty.text):
        assert ">Chris, Pit Groen</option>" in page and ">Noor</option>" in page
        assert f'<option value="{cast.dina.id}"' not in page


@pytest.mark.parametrize("verb", ["step-down", "finish", "accept-pit"])
def test_who_was_asked_to_take_it_over_hears_that_it_is_no_question_any_more(cast, verb):
    issue = make_issue(cast, "running", offered_lead_id=cast.noor.id, offered_pit_id=cast.groen.id)
    by = cast.hugo if verb == "accept-pit" else cast.dina
    getattr(issue, Issue.VERBS[verb].method)(by, **(LESSON if verb == "finish" else {}))
    assert (issue.offered_lead_id, issue.offered_pit_id) == (None, None)
    assert told(verb)[cast.noor.id] == told(verb)[cast.chris.id] == "offered"


@pytest.mark.parametrize("name", ["wim", "petra", "dina"])
def test_the_lead_is_passed_to_another_colleague(cast, name):
    issue = make_issue(cast, "running")
    with pytest.raises(Invalid):
        issue.hand_over(cast.dina, to=getattr(cast, name).id)


def test_away_for_a_while_lets_the_deputy_act_at_once(cast, visit):
    issue = make_issue(cast, "running")
    pause = {"reason": "Eerst de raad", "look_again": "2099-01-01"}
    assert visit(cast.eva).post(f"{issue.url}/pause", data=pause).status_code == 409
    assert visit(cast.dina).post(f"{issue.url}/away", data={}).status_code == 303
    assert cast.dina.is_away and told("away") == {cast.eva.id: "trekker"}
    assert visit(cast.eva).post(f"{issue.url}/pause", data=pause).status_code == 303
    assert visit(cast.eva).post(f"{issue.url}/step-down").status_code == 409  # that stays the trekker's own
    assert visit(cast.dina).post(f"{issue.url}/back").status_code == 303
    assert not cast.dina.is_away
    assert visit(cast.eva).post(f"{issue.url}/resume").status_code == 409


def test_stepping_down_keeps_the_history_and_the_deputy_acts_meanwhile(cast, visit):
    issue = make_issue(cast, "running")
    make_seat(cast, issue, "filled")
    issue.update(cast.dina, text="Zo ver zijn we")
    issue.step_down(cast.dina)
    assert (issue.state, issue.trekker_id, issue.deputy_id) == ("seeking", None, cast.eva.id)
    assert told("step-down")[cast.eva.id] == "trekker" and told("step-down")[cast.sara.id] == "team"
    page = visit(cast.eva).get(issue.url).text
    assert "Zo ver zijn we" in page and "moves it meanwhile" in page and f"{issue.url}/let-go" in page
    assert "Dina is no longer trekker" in page
    assert f"{issue.url}/lead" in page


def test_a_deputy_may_stop(cast):
    issue = make_issue(cast, "running")
    issue.step_back(cast.eva)
    assert issue.deputy_id is None and told("step-back")[cast.dina.id] == "trekker"


def test_a_task_under_it_says_who_does_it_and_how_far_it_is(cast, visit):
    issue = make_issue(cast)
    for state in ("open", "taken", "reported", "done"):
        make_task(cast, state, title=f"Bij {state}", issue_id=issue.id)
    for reader, name in ((cast.anna, "Chris"), (cast.petra, "Chris"), (cast.chris, "You do this")):
        _before, *cards = re.split(r'<li class="card', visit(reader).get(issue.url).text)
        found = {re.search(r"Bij (\w+)</a>", card)[1]: card for card in cards}
        assert set(found) == {"open", "taken", "reported", "done"} and "Chris" not in found.pop("open")
        assert all(name in card for card in found.values())
        if reader is not cast.chris:
            assert all(str(Task.STATES[state]) in card for state, card in found.items())


# Endings.


@pytest.mark.parametrize(("verb", "state"), [("finish", "finished"), ("let-go", "let-go"), ("stop", "stopped")])
def test_an_ending_leaves_a_lesson_and_frees_the_seats(cast, visit, verb, state):
    issue = make_issue(cast, "running")
    seat, filled = make_seat(cast, issue), make_seat(cast, issue, "filled")
    bid = keep(Bid(seat_id=seat.id, person_id=cast.chris.id, by_id=cast.chris.id))
    assert visit(cast.dina).post(f"{issue.url}/{verb}", data=LESSON).status_code == 303
    issue = db.session.get(Issue, issue.id)
    assert (issue.state, issue.effect_seen, issue.trekker_id) == (state, "partly", cast.dina.id) and issue.ended_at
    lesson = db.session.scalars(select(Lesson)).one()
    assert (lesson.title, lesson.text) == ("Bel eerst", "Bellen werkt beter dan mailen.")
    assert (lesson.issue_id, lesson.pit_id, lesson.author_id) == (issue.id, cast.groen.id, cast.dina.id)
    assert {db.session.get(Seat, s.id).state for s in (seat, filled)} == {"ended"}
    assert db.session.get(Bid, bid.id).state == "declined"
    assert (
        told(verb)[cast.sara.id] == "team"
        and told(verb)[cast.anna.id] == "author"
        and told(verb)[cast.bram.id] == "pit"
    )
    everybody_told = set(db.session.scalars(select(Notification.person_id)))
    assert cast.chris.id in everybody_told
    page = visit(cast.noor).get(issue.url).text
    assert "Bel eerst" in page and "Was the effect seen? Partly." in page


def test_a_lesson_has_at_most_120_words(cast, visit):
    issue = make_issue(cast, "running")
    answer = visit(cast.dina).post(f"{issue.url}/finish", data={**LESSON, "lesson_text": "woord " * 121})
    assert answer.status_code == 422 and "This has 121 words; a lesson has at most 120." in answer.text
    assert db.session.scalars(select(Lesson)).all() == []
    answer = visit(cast.dina).post(f"{issue.url}/finish", data={**LESSON, "lesson_text": "woord " * 120})
    assert answer.status_code == 303


def test_a_pit_takes_it_over_when_one_of_it_says_yes(cast, visit):
    issue = make_issue(cast, "running")
    bare = visit(cast.dina).post(f"{issue.url}/hand-to-pit", data={"pit": cast.mens.id})
    assert bare.status_code == 422 and "Choose what you saw." in bare.text and "Write down the lesson." in bare.text
    asked = visit(cast.dina).post(f"{issue.url}/hand-to-pit", data={"pit": cast.mens.id, **LESSON})
    assert asked.status_code == 303 and "Bel eerst" in visit(cast.noor).get(issue.url).text
    assert "Was the effect seen?" not in visit(cast.noor).get(issue.url).text, "it has not ended yet"
    assert told("hand-to-pit")[cast.femke.id] == "offered"
    assert db.session.get(Issue, issue.id).state == "running"
    assert visit(cast.bram).post(f"{issue.url}/accept-pit").status_code == 409
    assert visit(cast.femke).post(f"{issue.url}/accept-pit").status_code == 303
    issue = db.session.get(Issue, issue.id)
    assert (issue.state, issue.pit_id, issue.offered_pit_id) == ("handed-over", cast.mens.id, None)
    assert db.session.scalars(select(IssuePit.pit_id)).all() == [cast.balie.id]
    assert told("accept-pit")[cast.dina.id] == "trekker"
    page = visit(cast.noor).get(issue.url).text
    assert f"Handed over to Pit Mens on {day(today())}. Was the effect seen? Partly." in page
    assert issue.title in visit(cast.noor).get(cast.mens.url).text


def test_the_trekker_does_not_take_it_on_for_the_own_pit(cast, visit):
    issue = make_issue(cast, "running", offered_pit_id=cast.groen.id)
    refused = visit(cast.dina).post(f"{issue.url}/accept-pit")
    assert refused.status_code == 409 and "somebody else of your pit says yes" in refused.text
    assert visit(cast.hugo).post(f"{issue.url}/accept-pit").status_code == 303


def test_a_pit_may_say_no(cast):
    issue = make_issue(cast, "running", offered_pit_id=cast.mens.id)
    issue.decline_pit(cast.gijs)
    assert (issue.state, issue.offered_pit_id) == ("running", None)
    assert told("decline-pit") == {cast.dina.id: "trekker", cast.eva.id: "trekker"}


def test_any_colleague_opens_it_again_with_a_reason(cast, visit):
    issue = make_issue(cast, "finished", round_ends=today(), round_told=today())
    assert visit(cast.noor).post(f"{issue.url}/reopen", data={"reason": ""}).status_code == 422
    assert visit(cast.noor).post(f"{issue.url}/reopen", data={"reason": "Het is terug"}).status_code == 303
    issue = db.session.get(Issue, issue.id)
    assert (issue.state, issue.trekker_id, issue.deputy_id, issue.ended_at) == ("seeking", None, None, None)
    assert told("reopen")[cast.dina.id] == "trekker" and "Het is terug" in visit(cast.anna).get(issue.url).text
    assert (issue.round_ends, issue.round_told) == (None, None)


# Questions.


@pytest.mark.parametrize("name", ["wim", "petra", "noor"])
def test_whoever_may_read_may_ask_and_the_team_answers(cast, visit, name):
    issue = make_issue(cast, "running")
    make_seat(cast, issue, "filled")
    asker = getattr(cast, name)
    assert visit(asker).post(f"{issue.url}/ask", data={"text": "Wat kost het?"}).status_code == 303
    assert told("ask") == {cast.dina.id: "trekker", cast.eva.id: "trekker", cast.anna.id: "author"}
    question = db.session.scalars(select(Question)).one()
    assert f"{question.url}/answer" not in visit(cast.chris).get(issue.url).text
    assert visit(cast.chris).post(f"{question.url}/answer", data={"text": "Niets"}).status_code == 409
    member = visit(cast.sara)
    assert f"{question.url}/answer" in member.get(issue.url).text
    empty = member.post(f"{question.url}/answer", data={"text": ""})
    assert empty.status_code == 422 and "Write down your answer." in empty.text
    assert member.post(f"{question.url}/answer", data={"text": "Twee uur"}).status_code == 303
    assert told("answer") == {asker.id: "asker"}
    page = visit(asker).get(f"{question.url}", follow_redirects=True).text
    assert "Wat kost het?" in page and "Twee uur" in page
    assert member.htmx(f"{question.url}/answer", {"text": "Nog eens"}).status_code == 409


def test_htmx_gets_the_answered_question_alone(cast, visit):
    issue = make_issue(cast, "running")
    issue.ask(cast.wim, text="Waarom?")
    question = db.session.scalars(select(Question)).one()
    answer = visit(cast.dina).htmx(f"{question.url}/answer", {"text": "Daarom"})
    assert answer.status_code == 200 and "<html" not in answer.text and f'id="question-{question.id}"' in answer.text


# Who sees what.


def test_a_partner_sees_its_own_issues_alone(cast, visit):
    shared, other = make_issue(cast, title="Samen"), make_issue(cast, title="Alleen")
    db.session.delete(db.session.scalars(select(IssuePartner).filter_by(issue_id=other.id)).one())
    other.ask(cast.wim, text="Waarom?")
    db.session.commit()
    question = db.session.scalars(select(Question)).one()
    browser = visit(cast.petra)
    listed = browser.get("/issues").text
    assert "Samen" in listed and "Alleen" not in listed
    assert browser.get(shared.url).status_code == 200
    for answer in (
        browser.get(other.url),
        browser.post(f"{other.url}/ask", data={"text": "?"}),
        browser.get(question.url),
    ):
        assert answer.status_code == 404
    assert browser.post(f"{question.url}/answer", data={"text": "?"}).status_code == 404


def test_the_board_reads_and_asks_but_has_no_other_button(cast, visit):
    issue = make_issue(cast, "seeking")
    page = visit(cast.wim).get(issue.url).text
    assert f"{issue.url}/ask" in page and f"{issue.url}/lead" not in page
    answer = visit(cast.wim).post(f"{issue.url}/lead")
    assert answer.status_code == 409 and "You look along" in answer.text


# The list.


def test_the_list_shows_first_what_seeks_a_trekker_with_the_button_in_place(cast, visit):
    running, seeking = make_issue(cast, "running", title="Loopt al"), make_issue(cast, "seeking", title="Zoekt nog")
    make_issue(cast, "finished", title="Voorbij")
    browser = visit(cast.chris)
    page = browser.get("/issues").text
    assert page.index("Zoekt nog") < page.index("Loopt al") and "Voorbij" not in page
    assert f'action="{seeking.url}/lead"' in page and f'action="{running.url}/lead"' not in page
    assert "Voorbij" in browser.get("/issues?state=ended").text
    card = browser.htmx(f"{seeking.url}/lead", target=f"li#issue-{seeking.id}")
    assert card.status_code == 200 and card.text.lstrip().startswith("<li") and "trekker: Chris" in card.text


def test_the_list_is_filtered_and_searched(cast, visit):
    make_issue(cast, title="Wonen hier", theme="wonen", pit_id=cast.groen.id)
    make_issue(cast, title="Zorgen daar", theme="zorg")
    Issue.post(cast.anna, title="Fietsen", question="Waar staan de rekken?", theme="klimaat", pit_id=cast.balie.id)
    db.session.commit()
    browser = visit(cast.chris)
    found = {
        "theme=wonen": ["Wonen hier"],
        f"pit={cast.groen.id}": ["Wonen hier"],
        "state=idea": ["Fietsen"],
        "q=rek": ["Fietsen"],
        "q=onvindbaar": [],
        "state=onzin&pit=x&after=y": ["Wonen hier", "Zorgen daar", "Fietsen"],
        f"pit={2**70}": ["Wonen hier", "Zorgen daar", "Fietsen"],
    }
    for query, titles in found.items():
        page = browser.get(f"/issues?{query}")
        listed = [title for title in ("Wonen hier", "Zorgen daar", "Fietsen") if f">{title}</a>" in page.text]
        assert page.status_code == 200 and listed == titles, query
    assert "Nothing fits this" in browser.get("/issues?q=onvindbaar").text


def test_an_empty_list_shows_a_way_out(cast, visit):
    page = visit(cast.chris).get("/issues").text
    assert "There are no issues yet" in page and 'href="/issues/new"' in page


def test_paging_shows_every_issue_once(cast, visit):
    for n in range(60):
        db.session.add(
            Issue(title=f"Nr {n}.", author_id=cast.anna.id, pit_id=cast.balie.id, state="seeking" if n % 2 else "idea")
        )
    db.session.commit()
    browser, url, seen, pages = visit(cast.chris), "/issues", [], 0
    while url:
        text = browser.get(url).text
        seen += [n for n in range(60) if f">Nr {n}.</a>" in text]
        following = text.partition('rel="next" href="')[2].partition('"')[0]
        url, pages = following.replace("&amp;", "&"), pages + 1
    assert pages == 3 and sorted(seen) == list(range(60))


def test_the_list_and_the_page_take_as_many_queries_for_many_as_for_few(cast, visit, statements):
    def count(url, browser):
        with statements() as said:
            assert browser.get(url).status_code == 200
        return len(said)

    browser = visit(cast.chris)
    issue = make_issue(cast)
    issue.update(cast.dina, text="Een")
    issue.ask(cast.wim, text="Een?")
    make_task(cast, issue_id=issue.id)
    make_seat(cast, issue)
    few = count("/issues", browser), count(issue.url, browser)
    for n in range(20):
        other = make_issue(cast, "running" if n % 2 else "seeking", pit_id=cast.groen.id)
        keep(IssuePit(issue_id=other.id, pit_id=cast.mens.id))
        issue.update(cast.eva, text=f"{n}")
        issue.ask(cast.sara, text=f"{n}?")
        make_task(cast, issue_id=issue.id, author_id=cast.dina.id, pit_id=cast.groen.id)
        make_seat(cast, issue)
    db.session.commit()
    assert (count("/issues", browser), count(issue.url, browser)) == few
    assert few[0] <= 9
