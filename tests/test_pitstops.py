"""Pitstops: asking one, what every verb does, and who is told of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from hkplein.clock import local, now, today, working_days_after
from hkplein.db import db
from hkplein.errors import Invalid, Refused
from hkplein.models import (
    Event,
    HelpLine,
    HelpLineHelper,
    Lesson,
    Message,
    Notification,
    Person,
    Pitstop,
    SearchEntry,
    desk,
)
from tests.cast import keep, make_issue, make_pitstop, make_seat, make_task


def told() -> set[tuple[Any, ...]]:
    """Who was told of what, since the test began: (person, verb, why)."""
    rows = select(Notification, Event).join(Notification.event).order_by(Notification.id)
    return {(n.person_id, event.verb, n.why) for n, event in db.session.execute(rows)}


def sentences(person: Person) -> list[str]:
    query = select(Event).join(Notification, Notification.event_id == Event.id).options(joinedload(Event.pitstop))
    return [event.sentence() for event in db.session.scalars(query.where(Notification.person_id == person.id))]


# Asking


def test_asking_takes_three_fields_and_tells_the_helpers(cast, visit):
    browser = visit(cast.anna)
    assert 'name="question"' in browser.get(f"/pitstops/new?line={cast.lean.id}").text
    answer = browser.post("/pitstops/new", data={"question": "Het loopt vast.", "line_id": cast.lean.id, "readers": ""})
    pitstop = db.session.scalars(select(Pitstop)).one()
    assert (answer.status_code, answer.location) == (303, pitstop.url)
    assert (pitstop.state, pitstop.turn, pitstop.readers) == ("asked", "helper", cast.lean.readers)
    assert pitstop.due == working_days_after(today(), cast.lean.promised_days)
    assert told() == {(cast.femke.id, "ask", "helper"), (cast.hugo.id, "ask", "helper")}


def test_who_may_read_it_is_said_with_the_line_and_when_it_is_asked(cast, visit):
    """Also for who leaves the choice as it was."""
    cast.recht.readers = "everyone"
    browser = visit(cast.anna)
    text = browser.get("/pitstops/new").text
    for line, sentence in ((cast.lean, "pit and line"), (cast.recht, "everyone")):
        label = text.split(f'name="line_id" value="{line.id}"')[1].split("</label>")[0]
        assert line.name in label and sentence in label
    for chosen, readers, sentence in (
        (cast.recht, "", "Everyone can read it."),
        (cast.lean, "", "Your pit and the helpers of the line can read it."),
        (cast.recht, "line", "Only who asks it and the helper who picks it up can read it."),
    ):
        data = {"question": "Hoe?", "line_id": chosen.id, "readers": readers}
        assert sentence in browser.post("/pitstops/new", data=data, follow_redirects=True).text


def test_without_a_question_or_a_line_the_form_says_so_and_keeps_what_was_typed(cast, visit):
    answer = visit(cast.anna).post("/pitstops/new", data={"question": "", "tried": "Van alles <geprobeerd>"})
    assert answer.status_code == 422
    assert "Write down what you are stuck on." in answer.text and "Choose a help line." in answer.text
    assert "Van alles &lt;geprobeerd&gt;" in answer.text
    assert db.session.scalars(select(Pitstop)).all() == []


def test_what_is_no_choice_is_no_choice(cast, visit):
    for wrong in ({"line_id": "9999"}, {"readers": "steward"}, {"asking": "issue-9999"}, {"line_id": "x"}):
        data = {"question": "Wie?", "line_id": cast.lean.id, "readers": "line", **wrong}
        assert visit(cast.anna).post("/pitstops/new", data=data).status_code == 422, wrong
    assert db.session.scalars(select(Pitstop)).all() == []


def test_the_page_for_asking_names_the_confidant_and_the_promises(cast, visit):
    text = visit(cast.anna).get("/pitstops/new").text
    assert "Not here" in text or "not here" in text.lower()
    assert "Vera Vertrouw" in text and "within 2 working days" in text and "within 5 working days" in text


def test_help_lines_whose_words_fit_are_suggested_with_those_words(cast, visit):
    question = {"question": "Het liep hier al vaker vast, mag dat eigenlijk?"}
    text = visit(cast.anna).htmx("/pitstops/like", question).text
    assert "Lean-monteur" in text and "because of “vast”" in text and "Juridische" not in text
    link = text.split('href="#')[1].split('"')[0]
    assert f'id="{link}" name="line_id" value="{cast.lean.id}"' in visit(cast.anna).get("/pitstops/new").text
    keep(HelpLine(key="privacy", name="Privacylijn", purpose="Meedenken"))
    for question, word in (
        ("Hoe zit het met de privacy?", "privacy"),
        ("Onze privacyregels knellen.", "privacyregels"),
    ):
        text = visit(cast.anna).htmx("/pitstops/like", {"question": question}).text
        assert "Privacylijn" in text and f"because of “{word}”" in text
    none = visit(cast.anna).htmx("/pitstops/like", {"question": "Zwembaden schaatsen"}).text
    assert "No help line has these words." in none
    assert "<p" not in visit(cast.anna).htmx("/pitstops/like", {"question": "de het een"}).text
    assert visit(cast.petra).htmx("/pitstops/like", question).status_code == 404


def test_without_javascript_what_fits_is_shown_when_the_line_is_missing_or_asked_for(cast, visit):
    keep(Lesson(title="Vastlopen", text="Loopt het vast, teken het dan.", author_id=cast.anna.id))
    SearchEntry.put(db.session.scalars(select(Lesson)).one(), "Vastlopen", "Loopt het vast, teken het dan.")
    typed = {"question": "Ons werk loopt vast, wie kan tekenen?", "readers": "", "nonce": "een"}
    browser = visit(cast.anna)
    for data, status in ((typed, 422), ({**typed, "look": "1"}, 200)):
        answer = browser.post("/pitstops/new", data=data)
        assert answer.status_code == status
        for shown in ("Lean-monteur</a>", "because of “loopt”, “vast”", "Vastlopen", "wie kan tekenen?"):
            assert shown in answer.text
    assert db.session.query(Pitstop).count() == 0
    assert browser.post("/pitstops/new", data={**typed, "line_id": cast.lean.id}).status_code == 303
    assert db.session.query(Pitstop).count() == 1, "looking first did not use the form up"


def test_a_team_and_a_pit_can_ask(cast, visit):
    issue = make_issue(cast)
    make_seat(cast, issue, "filled")
    for asking, for_pit, issue_id in (("pit", True, None), (f"issue-{issue.id}", False, issue.id)):
        data = {"question": "Hoe?", "line_id": cast.lean.id, "asking": asking}
        assert visit(cast.sara).post("/pitstops/new", data=data).status_code == 303
        pitstop = db.session.scalars(select(Pitstop).order_by(Pitstop.id.desc()).limit(1)).one()
        assert (pitstop.for_pit, pitstop.issue_id, pitstop.pit_id) == (for_pit, issue_id, cast.balie.id)


def test_where_somebody_came_from_is_filled_in(cast, visit):
    issue, task = make_issue(cast), make_task(cast, title="Bel de buren")
    text = visit(cast.dina).get(f"/pitstops/new?issue={issue.id}").text
    assert f'value="issue-{issue.id}" checked' in text
    assert f'value="issue-{issue.id}"' not in visit(cast.chris).get(f"/pitstops/new?issue={issue.id}").text
    assert 'value="Bel de buren"' in visit(cast.chris).get(f"/pitstops/new?task={task.id}").text
    assert "Bel de buren" not in visit(cast.chris).get("/pitstops/new?task=9999999999").text


def test_who_is_not_in_the_team_cannot_ask_for_it(cast):
    issue = make_issue(cast)
    with pytest.raises(Invalid):
        Pitstop.ask(cast.anna, cast.lean, question="Hoe?", issue_id=issue.id)
    with pytest.raises(Invalid):
        Pitstop.ask(cast.noor, cast.lean, question="Hoe?", for_pit=True)


@pytest.mark.parametrize("name", ["wim", "petra"])
def test_the_board_and_partners_do_not_ask(cast, visit, name):
    browser = visit(getattr(cast, name))
    data = {"question": "Hoe?", "line_id": cast.lean.id}
    assert browser.get("/pitstops/new").status_code == browser.post("/pitstops/new", data=data).status_code == 409
    assert db.session.scalars(select(Pitstop)).all() == []


def test_helpers_of_the_asking_pit_are_not_bothered_and_those_who_are_away_neither(cast):
    keep(HelpLineHelper(line_id=cast.lean.id, person_id=cast.bram.id))
    cast.hugo.away_from = today()
    Pitstop.ask(cast.anna, cast.lean, question="Hoe?")
    assert told() == {(cast.femke.id, "ask", "helper")}


# Picking up


def test_picking_up_makes_one_helper_and_tells_the_asker(cast, visit):
    pitstop = make_pitstop(cast)
    answer = visit(cast.femke).post(f"{pitstop.url}/pick-up")
    assert answer.status_code == 303
    page = visit(cast.anna).get(pitstop.url).text
    assert f'id="pitstop-{pitstop.id}" data-state="picked-up" data-holder="{cast.femke.id}"' in page
    assert told() == {(cast.anna.id, "pick-up", "asker")}
    late = visit(cast.hugo).post(f"{pitstop.url}/pick-up")
    assert late.status_code == 409 and "Somebody else picked this up just before you." in late.text
    assert 'role="alert"' in late.text and f'data-holder="{cast.femke.id}"' in late.text


def test_a_helper_of_the_asking_pit_or_team_does_not_pick_up(cast):
    issue = make_issue(cast, trekker_id=cast.femke.id)
    for pitstop in (
        make_pitstop(cast, pit_id=cast.mens.id, asker_id=cast.eva.id),
        make_pitstop(cast, issue_id=issue.id, asker_id=cast.eva.id, pit_id=None),
    ):
        with pytest.raises(Refused) as refusal:
            pitstop.pick_up(cast.femke)
        assert "too close" in str(refusal.value.sentence)
        pitstop.pick_up(cast.hugo)


def test_a_helper_between_pits_may_help_an_asker_between_pits(cast):
    keep(HelpLineHelper(line_id=cast.lean.id, person_id=cast.noor.id))
    pitstop = make_pitstop(cast, pit_id=None, asker_id=cast.chris.id)
    pitstop.pick_up(cast.noor)
    assert pitstop.helper_id == cast.noor.id


def test_a_helper_at_the_limit_is_told_so_and_the_others_are_not(cast):
    row = db.session.scalars(select(HelpLineHelper).filter_by(person_id=cast.femke.id)).one()
    row.at_most = 1
    make_pitstop(cast, "answered")
    pitstop = make_pitstop(cast)
    with pytest.raises(Refused) as refusal:
        pitstop.pick_up(cast.femke)
    assert "as many at a time as you wanted" in str(refusal.value.sentence)
    pitstop.pick_up(cast.hugo)
    assert pitstop.state == "picked-up"


def test_picking_up_in_the_queue_shows_the_card_as_it_is_now(cast, visit):
    pitstop = make_pitstop(cast)
    answer = visit(cast.femke).htmx(f"{pitstop.url}/pick-up", target=f"li#pitstop-{pitstop.id}")
    assert (
        answer.status_code == 200 and answer.text.lstrip().startswith("<li") and 'data-state="picked-up"' in answer.text
    )


def test_putting_back_asks_again_at_the_front(cast):
    first = make_pitstop(cast)
    pitstop = make_pitstop(cast, "planned", planned_at=now() + timedelta(days=2), refer_to_id=cast.recht.id)
    pitstop.put_back(cast.femke)
    assert (pitstop.state, pitstop.helper_id, pitstop.front, pitstop.planned_at) == ("asked", None, True, None)
    assert pitstop.refer_to_id is None
    assert [row.id for row in db.session.scalars(Pitstop.queue(cast.lean.id))] == [pitstop.id, first.id]
    off = {(cast.anna.id, "call-off", "asker"), (cast.femke.id, "call-off", "helper")}
    assert told() == {(cast.anna.id, "put-back", "asker"), (cast.hugo.id, "put-back", "helper")} | off


# The thread


def test_the_thread_always_shows_whose_turn_it_is(cast, visit):
    pitstop = make_pitstop(cast, "picked-up")
    assert (pitstop.turn_of(cast.femke), pitstop.turn_of(cast.anna)) == ("you", "helper")
    visit(cast.femke).post(f"{pitstop.url}/answer", data={"text": "Begin klein."})
    assert (pitstop.state, pitstop.turn_of(cast.anna), pitstop.turn_of(cast.femke)) == ("answered", "you", "asker")
    assert "Begin klein." in visit(cast.anna).get(pitstop.url).text
    visit(cast.anna).post(f"{pitstop.url}/reply", data={"text": "Hoe klein?"})
    assert (pitstop.state, pitstop.turn) == ("answered", "helper")
    visit(cast.femke).post(f"{pitstop.url}/reply", data={"text": "Eén brief."})
    assert pitstop.turn == "asker"
    said = db.session.scalars(select(Message).order_by(Message.id)).all()
    assert [(m.by_id, m.text) for m in said] == [
        (cast.femke.id, "Begin klein."),
        (cast.anna.id, "Hoe klein?"),
        (cast.femke.id, "Eén brief."),
    ]
    assert (cast.anna.id, "answer", "asker") in told() and (cast.femke.id, "reply", "helper") in told()
    assert db.session.scalars(select(Event.note)).all() == [""] * 3


def test_an_empty_answer_is_no_answer(cast, visit):
    pitstop = make_pitstop(cast, "picked-up")
    answer = visit(cast.femke).post(f"{pitstop.url}/answer", data={"text": "  "})
    assert answer.status_code == 422 and "Write something first." in answer.text
    assert pitstop.state == "picked-up"


def test_a_planned_moment_can_be_put_in_the_calendar_of_both(cast, visit):
    pitstop = make_pitstop(cast, "picked-up")
    moment = local(now() + timedelta(days=3)).replace(hour=10, minute=30, second=0, microsecond=0)
    data = {"at": f"{moment:%Y-%m-%dT%H:%M}", "place": "Kantine, tafel 2"}
    assert visit(cast.femke).post(f"{pitstop.url}/plan", data=data).status_code == 303
    assert (pitstop.state, pitstop.planned_at, pitstop.turn) == ("planned", moment, "helper")
    for person in (cast.anna, cast.femke):
        answer = visit(person).get(f"{pitstop.url}/moment.ics")
        assert answer.mimetype == "text/calendar"
        event = Calendar.from_ical(answer.data).walk("VEVENT")[0]
        assert (event.decoded("dtstart"), str(event["location"])) == (moment, "Kantine, tafel 2")
        assert "Het loopt vast" not in answer.text
    assert visit(cast.chris).get(f"{pitstop.url}/moment.ics").status_code == 404


def test_a_moment_that_has_passed_or_is_none_cannot_be_planned(cast, visit):
    pitstop = make_pitstop(cast, "picked-up")
    for typed, sentence in (
        ("2020-01-01T10:00", "Choose a moment that is still to come."),
        (f"{now() + timedelta(days=100):%Y-%m-%dT10:00}", "Choose a moment within three months."),
        ("morgen", "Fill in a date and a time."),
    ):
        answer = visit(cast.femke).post(f"{pitstop.url}/plan", data={"at": typed, "place": "Buiten"})
        assert answer.status_code == 422 and sentence in answer.text and "Buiten" in answer.text
    assert pitstop.state == "picked-up"


# Referring and handing on


def test_referring_waits_for_the_asker_and_keeps_the_first_helper_until_picked_up(cast, visit):
    pitstop = make_pitstop(cast, "picked-up", readers="line", asked_at=now() - timedelta(days=9), reminded=2)
    visit(cast.femke).post(f"{pitstop.url}/refer", data={"line_id": cast.recht.id})
    assert (pitstop.state, pitstop.turn, pitstop.line_id) == ("picked-up", "asker", cast.lean.id)
    assert visit(cast.gijs).get(pitstop.url).status_code == 404
    visit(cast.anna).post(f"{pitstop.url}/agree")
    assert (pitstop.state, pitstop.line_id, pitstop.helper_id) == ("referred", cast.recht.id, cast.femke.id)
    assert (pitstop.reminded, pitstop.due) == (0, working_days_after(today(), cast.recht.promised_days))
    assert "Het loopt vast." in visit(cast.femke).get(pitstop.url).text
    assert (cast.gijs.id, "agree", "helper") in told()
    assert visit(cast.gijs).post(f"{pitstop.url}/pick-up").status_code == 303
    assert (pitstop.state, pitstop.helper_id) == ("picked-up", cast.gijs.id)
    assert visit(cast.femke).get(pitstop.url).status_code == 404
    assert (cast.femke.id, "pick-up", "helper") in told()


def test_a_referral_is_to_another_open_line(cast, visit):
    cast.recht.state = "closed"
    pitstop = make_pitstop(cast, "picked-up")
    for line in (cast.recht.id, cast.lean.id, 9999):
        answer = visit(cast.femke).post(f"{pitstop.url}/refer", data={"line_id": line})
        assert answer.status_code == 422 and "Choose another help line that is open." in answer.text
    assert pitstop.refer_to_id is None


def test_a_referral_calls_the_moment_with_the_first_helper_off(cast):
    pitstop = make_pitstop(cast, "planned", planned_at=now() + timedelta(days=2), planned_place="Kantine")
    pitstop.refer(cast.femke, cast.recht.id)
    pitstop.agree(cast.anna)
    assert (pitstop.planned_at, pitstop.planned_place) == (None, "")
    assert {(cast.anna.id, "call-off", "asker"), (cast.femke.id, "call-off", "helper")} <= told()


def test_a_moment_that_was_is_not_called_off(cast):
    pitstop = make_pitstop(cast, "planned", planned_at=now() - timedelta(days=1))
    pitstop.put_back(cast.femke)
    assert not {verb for _who, verb, _why in told()} & {"call-off"}


def test_the_first_helper_of_a_referred_one_who_leaves_the_line_lets_it_go(cast, visit):
    """It waits at the front of its new line, and they no longer read it."""
    pitstop = make_pitstop(cast, "referred", line_id=cast.recht.id, helper_id=cast.femke.id, readers="line")
    assert visit(cast.femke).get(pitstop.url).status_code == 200
    cast.lean.remove_helper(cast.gijs, cast.femke.id)
    assert (pitstop.state, pitstop.helper_id, pitstop.line_id, pitstop.front) == ("asked", None, cast.recht.id, True)
    assert visit(cast.femke).get(pitstop.url).status_code == 404
    assert {(cast.anna.id, "leave", "asker"), (cast.femke.id, "leave", "helper")} <= told()


def test_the_first_helper_of_a_referred_one_who_leaves_the_house_lets_it_go(cast):
    """Also when the line that it came from has closed since."""
    pitstop = make_pitstop(cast, "referred", line_id=cast.recht.id, helper_id=cast.femke.id)
    cast.lean.close(cast.gijs)
    cast.femke.deactivate(cast.gijs)
    assert (pitstop.state, pitstop.helper_id) == ("asked", None)
    assert (cast.gijs.id, "leave", "helper") in told()


def test_the_asker_can_stay(cast):
    pitstop = make_pitstop(cast, "picked-up")
    pitstop.refer(cast.femke, cast.recht.id)
    pitstop.stay(cast.anna)
    assert (pitstop.refer_to_id, pitstop.turn, pitstop.line_id) == (None, "helper", cast.lean.id)
    assert (cast.femke.id, "stay", "helper") in told()


def test_handing_it_to_another_helper_needs_the_askers_yes(cast, visit):
    pitstop = make_pitstop(cast, "answered", readers="line")
    visit(cast.femke).post(f"{pitstop.url}/hand-to", data={"helper_id": cast.hugo.id})
    assert "Het loopt vast." not in visit(cast.hugo).get(pitstop.url).text
    assert (cast.hugo.id, "hand-to", "helper") not in told()
    visit(cast.anna).post(f"{pitstop.url}/agree-hand")
    assert (pitstop.state, pitstop.helper_id) == ("picked-up", cast.hugo.id)
    assert "Het loopt vast." in visit(cast.hugo).get(pitstop.url).text
    assert "Het loopt vast." not in visit(cast.femke).get(pitstop.url).text
    assert {(cast.femke.id, "agree-hand", "helper"), (cast.hugo.id, "agree-hand", "helper")} <= told()


def test_it_is_handed_only_to_a_helper_of_the_line_from_elsewhere(cast, visit):
    keep(HelpLineHelper(line_id=cast.lean.id, person_id=cast.bram.id))
    pitstop = make_pitstop(cast, "answered")
    for person in (cast.gijs, cast.bram, cast.femke):
        answer = visit(cast.femke).post(f"{pitstop.url}/hand-to", data={"helper_id": person.id})
        assert answer.status_code == 422
    assert pitstop.hand_to_id is None


def test_it_is_handed_only_to_somebody_who_could_pick_it_up(cast, visit):
    """Not to the asker, nor to somebody of the asking team, nor to a helper who is full; and none is offered."""
    issue = make_issue(cast)
    for person in (cast.anna, cast.sara, cast.eva):
        keep(HelpLineHelper(line_id=cast.lean.id, person_id=person.id, at_most=1))
    make_seat(cast, issue, "filled")
    make_pitstop(cast, "answered", helper_id=cast.hugo.id)
    db.session.scalars(select(HelpLineHelper).filter_by(person_id=cast.hugo.id)).one().at_most = 1
    pitstop = make_pitstop(cast, "answered", issue_id=issue.id, pit_id=None)
    page = visit(cast.femke).get(pitstop.url).text
    for person in (cast.anna, cast.sara, cast.eva, cast.hugo):
        assert f'<option value="{person.id}">' not in page
        with pytest.raises(Invalid):
            pitstop.hand_to(cast.femke, person.id)


def test_who_became_too_close_meanwhile_does_not_go_on_with_it(cast, visit):
    pitstop = make_pitstop(cast, "answered")
    pitstop.hand_to(cast.femke, cast.hugo.id)
    cast.hugo.pit_id = cast.balie.id
    answer = visit(cast.anna).post(f"{pitstop.url}/agree-hand")
    assert answer.status_code == 409 and "Hugo can no longer go on with it." in answer.text
    assert pitstop.helper_id == cast.femke.id


# Ending


def test_closing_says_whether_it_helped(cast, visit):
    pitstop = make_pitstop(cast, "answered")
    answer = visit(cast.anna).post(f"{pitstop.url}/close", data={"helped": ""})
    assert answer.status_code == 422 and "Choose whether it helped." in answer.text
    visit(cast.anna).post(f"{pitstop.url}/close", data={"helped": "yes"})
    assert (pitstop.state, pitstop.helped, pitstop.turn) == ("closed", "yes", "nobody")
    assert told() == {(cast.femke.id, "close", "helper")}


def test_no_asks_again_at_the_front_with_a_fresh_clock(cast):
    pitstop = make_pitstop(cast, "answered", asked_at=now() - timedelta(days=20), reminded=3, due=today())
    pitstop.close(cast.anna, "no")
    assert (pitstop.state, pitstop.helper_id, pitstop.front, pitstop.reminded) == ("asked", None, True, 0)
    assert pitstop.due == working_days_after(today(), 2) and pitstop.closed_at is None
    assert {(cast.femke.id, "close", "helper"), (cast.hugo.id, "ask", "helper")} <= told()


def test_a_lesson_comes_with_the_close_and_names_its_author(cast):
    pitstop = make_pitstop(cast, "answered")
    pitstop.close(cast.anna, "yes", "Bel eerst", "Bel voordat je schrijft.")
    lesson = db.session.scalars(select(Lesson)).one()
    assert (lesson.author_id, lesson.pit_id, lesson.pitstop_id) == (cast.anna.id, cast.balie.id, pitstop.id)


def test_a_lesson_from_a_confidential_one_drops_every_name(cast, visit):
    pitstop = make_pitstop(cast, "answered", readers="line")
    data = {"helped": "yes", "lesson_title": "Bel eerst", "lesson": "Bel voordat je schrijft."}
    assert visit(cast.anna).post(f"{pitstop.url}/close", data=data).status_code == 303
    lesson = db.session.scalars(select(Lesson)).one()
    assert (lesson.author_id, lesson.pit_id, lesson.issue_id, lesson.pitstop_id) == (None, None, None, None)
    assert db.session.scalars(select(Event.by_id).where(Event.verb == "share")).all() == [None]
    page = visit(cast.chris).get(lesson.url).text
    assert "Bel voordat je schrijft." in page and "Anna" not in page and pitstop.url not in page


def test_a_lesson_that_is_too_long_or_has_no_name_is_given_back(cast, visit):
    pitstop = make_pitstop(cast, "answered")
    for data, sentence in (
        ({"lesson": "woord " * 121, "lesson_title": "Lang"}, "121 words"),
        ({"lesson": "Kort."}, "Give your lesson a name"),
        ({"lesson_title": "Alleen een naam"}, "Write down what you learned."),
    ):
        answer = visit(cast.anna).post(f"{pitstop.url}/close", data={"helped": "yes", **data})
        assert answer.status_code == 422 and sentence in answer.text
        assert all(typed.strip() in answer.text for typed in data.values())
    assert pitstop.state == "answered" and db.session.scalars(select(Lesson)).all() == []


def test_withdrawing_a_confidential_one_erases_every_word(cast):
    pitstop = make_pitstop(cast, "picked-up", readers="line", topic="kort", tried="alles")
    pitstop.reply(cast.anna, "Geheim.")
    pitstop.withdraw(cast.anna)
    db.session.expire_all()
    assert (pitstop.state, pitstop.question, pitstop.tried, pitstop.topic) == ("withdrawn", "", "", "")
    assert db.session.scalars(select(Message.text)).all() == [""]
    assert (cast.femke.id, "withdraw", "helper") in told()


def test_withdrawing_an_open_one_keeps_what_others_learned_from(cast):
    pitstop = make_pitstop(cast, "answered", readers="everyone")
    pitstop.withdraw(cast.anna)
    assert pitstop.question == "Het loopt vast."


def test_the_asker_erases_the_text_of_a_closed_one_at_once(cast, visit):
    """Of a confidential one; another is made confidential first."""
    pitstop = make_pitstop(cast, "closed", topic="kort", tried="alles", closed_at=now())
    keep(Message(pitstop_id=pitstop.id, by_id=cast.femke.id, text="Geheim."))
    browser = visit(cast.anna)
    assert browser.post(f"{pitstop.url}/forget").status_code == 409
    browser.post(f"{pitstop.url}/narrow")
    assert "The text goes for good" in browser.get(pitstop.url).text
    assert browser.post(f"{pitstop.url}/forget").status_code == 303
    assert (pitstop.state, pitstop.question, pitstop.tried, pitstop.topic) == ("closed", "", "", "")
    assert db.session.scalars(select(Message.text)).all() == [""]
    assert (cast.femke.id, "forget", "helper") in told()
    assert browser.post(f"{pitstop.url}/forget").status_code == 409


def test_withdrawing_a_confidential_one_says_before_that_the_text_goes(cast, visit):
    secret, open_ = make_pitstop(cast, readers="line"), make_pitstop(cast)
    assert "The text goes for good" in visit(cast.anna).get(secret.url).text
    assert "The text goes for good" not in visit(cast.anna).get(open_.url).text


# Who may read, later


def test_no_pitstop_is_ever_in_the_index(cast):
    pitstop = Pitstop.ask(cast.anna, cast.lean, question="Fietsenstalling", readers="line")
    pitstop.widen(cast.anna, "everyone")
    assert db.session.scalars(select(SearchEntry)).all() == []


def test_only_who_can_still_read_it_makes_it_confidential(cast, visit):
    """Bram is of the pit that asks, and would be locked out."""
    pitstop = make_pitstop(cast, for_pit=True)
    assert f"{pitstop.url}/narrow" not in visit(cast.bram).get(pitstop.url).text
    assert visit(cast.bram).post(f"{pitstop.url}/narrow").status_code == 409
    assert pitstop.readers == "pit"
    assert visit(cast.anna).post(f"{pitstop.url}/narrow").status_code == 303
    assert pitstop.readers == "line"


def test_making_it_confidential_later_drops_the_names_of_its_lesson(cast):
    pitstop = make_pitstop(cast, "answered", readers="everyone")
    pitstop.close(cast.anna, "yes", "Bel eerst", "Bel voordat je schrijft.")
    pitstop.narrow(cast.anna)
    db.session.expire_all()
    lesson = db.session.scalars(select(Lesson)).one()
    assert (lesson.author_id, lesson.pit_id, lesson.pitstop_id) == (None, None, None)
    for event in db.session.scalars(select(Event).where(Event.lesson_id == lesson.id)):
        assert (event.by_id, event.pit_id, event.issue_id) == (None, None, None)
    assert desk.news(cast.bram) == []


def test_asking_wider_is_never_asking_narrower(cast, visit):
    pitstop = make_pitstop(cast, readers="pit")
    answer = visit(cast.anna).post(f"{pitstop.url}/widen", data={"readers": "line"})
    assert answer.status_code == 422 and pitstop.readers == "pit"
    answer = visit(cast.anna).post(f"{pitstop.url}/widen", data={"readers": "iedereen"})
    assert answer.status_code == 422 and pitstop.readers == "pit"
    assert visit(cast.anna).post(f"{pitstop.url}/widen", data={"readers": "everyone"}).status_code == 303
    assert pitstop.readers == "everyone"


# The lists


def test_the_list_shows_mine_and_what_i_may_read(cast, visit):
    mine = make_pitstop(cast, topic="van mij", readers="line")
    pits = make_pitstop(cast, topic="van mijn pit", asker_id=cast.bram.id)
    open_ = make_pitstop(cast, topic="van iedereen", asker_id=cast.eva.id, pit_id=cast.mens.id, readers="everyone")
    other = make_pitstop(cast, topic="niet voor mij", asker_id=cast.eva.id, pit_id=cast.mens.id)
    closed = make_pitstop(cast, "closed", topic="al gesloten", readers="everyone")
    text = visit(cast.anna).get("/pitstops").text
    assert all(f'id="pitstop-{p.id}"' in text for p in (mine, pits, open_))
    assert all(f'id="pitstop-{p.id}"' not in text for p in (other, closed))
    assert f'id="pitstop-{closed.id}"' in visit(cast.anna).get("/pitstops?past=1").text


def test_every_pitstop_in_a_list_opens(cast, visit):
    for state in Pitstop.STATES:
        for readers in ("line", "pit", "everyone"):
            make_pitstop(cast, state, readers=readers)
    for person in cast.people:
        browser = visit(person)
        for url in ("/pitstops", "/pitstops?past=1", cast.lean.url):
            text = browser.get(url).text
            for row in db.session.scalars(select(Pitstop.id)).all():
                if f'id="pitstop-{row}"' in text:
                    assert browser.get(f"/pitstops/{row}").status_code == 200


def test_the_list_goes_on_by_key(cast, visit):
    ids = [make_pitstop(cast, asker_id=cast.eva.id, readers="everyone").id for _n in range(33)]
    first = visit(cast.anna).get("/pitstops").text
    assert f"before={ids[3]}" in first and f'id="pitstop-{ids[2]}"' not in first
    second = visit(cast.anna).get(f"/pitstops?before={ids[3]}").text
    assert f'id="pitstop-{ids[2]}"' in second and f'id="pitstop-{ids[3]}"' not in second


def test_the_number_of_queries_does_not_grow_with_the_list(cast, visit, statements):
    def asked() -> int:
        with statements() as said:
            browser.get("/pitstops")
        return len(said)

    browser = visit(cast.femke)
    make_pitstop(cast, "answered")
    for few in range(5):
        make_pitstop(cast, readers="everyone", topic=str(few))
    few = asked()
    for n in range(60):
        make_pitstop(cast, readers="everyone", topic=str(n), asker_id=cast.people[n % 6].id)
    assert asked() == few <= 10


@pytest.mark.parametrize("readers", ["line", "pit", "everyone"])
def test_a_partner_reads_no_pitstop_not_even_of_a_team_that_it_sits_in(cast, visit, readers):
    issue = make_issue(cast)
    make_seat(cast, issue, "filled", holder_id=cast.petra.id)
    for about in ({}, {"issue_id": issue.id, "asker_id": cast.dina.id}):
        pitstop = make_pitstop(cast, readers=readers, topic="Ruzie", **about)
        assert visit(cast.petra).get(pitstop.url).status_code == 404
    assert visit(cast.petra).get("/pitstops").status_code == 404


def test_what_a_team_or_a_pit_asked_is_told_to_all_of_them(cast):
    issue = make_issue(cast)
    make_seat(cast, issue, "filled")
    team = Pitstop.ask(cast.eva, cast.lean, question="Geheim", topic="ruzie", readers="line", issue_id=issue.id)
    db.session.query(Notification).delete()
    team.pick_up(cast.hugo)
    team.answer(cast.hugo, "Praat met elkaar")
    for verb in ("pick-up", "answer"):
        assert {(who, why) for who, what, why in told() if what == verb} == {
            (cast.eva.id, "asker"),
            (cast.dina.id, "trekker"),
            (cast.sara.id, "team"),
        }
    assert not any("ruzie" in sentence or "Praat" in sentence for sentence in sentences(cast.sara))
    for readers, hears in (("pit", True), ("line", False)):
        db.session.query(Notification).delete()
        pit = Pitstop.ask(cast.anna, cast.lean, question="Hoe?", for_pit=True, readers=readers)
        pit.pick_up(cast.femke)
        assert ((cast.bram.id, "pick-up", "pit") in told()) == hears


def test_no_sentence_about_one_names_who_asks_to_those_who_may_not_read_it(cast):
    Pitstop.ask(cast.anna, cast.lean, question="Geheim", topic="ruzie", readers="line")
    assert sentences(cast.femke) == ["A pitstop for “Lean-monteur” waits for a helper."]
