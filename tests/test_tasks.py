"""Tasks: what may be done with them, by whom, and what happens then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hkplein.clock import moved_to, now, today
from hkplein.db import db
from hkplein.errors import Invalid, Refused
from hkplein.models import Bid, Event, Lesson, Notification, SearchEntry, Skill, Swap, Task
from tests.cast import keep, make_issue, make_seat, make_task


def told(verb=None) -> Any:
    """Who was told of what, and why: {name: why}."""
    found = select(Notification).join(Event).where(Event.verb == verb if verb else Event.id > 0)
    return {n.person.name: n.why for n in db.session.scalars(found.options(db.joinedload(Notification.person)))}


def events() -> Any:
    return db.session.scalars(select(Event.verb).order_by(Event.id)).all()


def filled(**more) -> Any:
    """What somebody types to post a task."""
    words = {"title": "Bel tien inwoners", "hours": "3", "due": f"{today() + timedelta(days=9)}", "place": "Thuis"}
    return words | {"choice": "first", "places": "1", "learns": "0", "issue": "0", **more}


def hand(task, person, words="") -> Any:
    task.raise_hand(person, words)
    return db.session.scalars(select(Bid).filter_by(task_id=task.id, person_id=person.id)).one()


# Claiming and undoing.


def test_claiming_gives_the_task_to_the_claimer_and_tells_the_author(cast):
    task = make_task(cast)
    task.claim(cast.bram)
    assert (task.state, task.holder_id) == ("taken", cast.bram.id)
    assert told() == {"Anna": "author"}


def test_work_that_goes_to_another_pit_is_told_to_both_at_once(cast):
    make_task(cast).claim(cast.chris)
    assert told() == {"Anna": "author", "Bram": "pit", "Sara": "pit", "Dina": "pit", "Hugo": "pit"}


def test_the_second_claimer_is_told_that_somebody_was_ahead(cast):
    task = make_task(cast)
    task.claim(cast.bram)
    with pytest.raises(Refused) as refusal:
        task.claim(cast.chris)
    assert str(refusal.value.sentence) == "Somebody else was just ahead of you."
    assert events() == ["claim"]


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


def test_who_comes_too_late_sees_three_tasks_that_are_alike(cast, visit):
    task = make_task(cast, skills=[cast.tellen])
    alike = [make_task(cast, title=f"Net zo {n}", pit_id=None, skills=[cast.tellen]) for n in range(4)]
    make_task(cast, title="Heel anders", pit_id=cast.mens.id, skills=[cast.schrijven])
    task.claim(cast.bram)
    late = visit(cast.chris).post(f"{task.url}/claim").text
    assert [other.url in late for other in alike] == [True, True, True, False]
    assert "Heel anders" not in late
    assert "Net zo" not in visit(cast.chris).get(task.url).text, "only for who came too late"


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
    assert browser.get("/tasks/new").status_code == 409
    assert browser.post("/tasks/new", data=filled()).status_code == 409


def test_a_wrong_click_is_undone_within_a_day(cast):
    task = make_task(cast)
    task.claim(cast.bram)
    with moved_to(now() + timedelta(hours=23)):
        task.undo(cast.bram)
    assert (task.state, task.holder_id, task.undo_until) == ("open", None, None)
    assert told("undo") == {"Anna": "author"}


def test_after_a_day_undo_points_to_giving_it_back(cast):
    task = make_task(cast)
    task.claim(cast.bram)
    with moved_to(now() + timedelta(hours=25)), pytest.raises(Refused) as refusal:
        task.undo(cast.bram)
    assert "24 hours" in str(refusal.value.sentence)


def test_undoing_a_take_over_gives_it_back_to_who_offered_it_still_offered(cast):
    task = make_task(cast, "taken")
    task.offer(cast.chris, "give", "liever binnenwerk")
    task.take_over(cast.bram)
    assert (task.holder_id, task.offered) == (cast.bram.id, None)
    task.undo(cast.bram)
    assert (task.state, task.holder_id, task.offered, task.wish) == (
        "taken",
        cast.chris.id,
        "give",
        "liever binnenwerk",
    )
    assert told("undo")["Chris"] == "holder"
    assert not task.may("undo", cast.chris)


# Offering, taking over, releasing.


def test_the_holder_keeps_the_duty_until_somebody_takes_over(cast):
    task = make_task(cast, "taken")
    task.offer(cast.chris, "give")
    assert (task.state, task.holder_id, task.offered) == ("taken", cast.chris.id, "give")
    task.take_over(cast.bram)
    assert (task.state, task.holder_id, task.offered) == ("taken", cast.bram.id, None)
    assert told("take-over") == {"Chris": "holder", "Anna": "author", "Sara": "pit", "Dina": "pit", "Hugo": "pit"}
    sentence = task.history()[0].sentence()
    assert sentence == "Bram took over “Bel tien inwoners” from Chris."


def test_what_is_offered_to_swap_is_not_taken_for_nothing(cast):
    task = make_task(cast, "taken", offered="swap")
    assert "to swap" in (task.why_not("take-over", cast.bram) or "")


def test_a_task_that_asks_a_mandate_can_be_given_away_but_not_swapped(cast, visit):
    task = make_task(cast, "taken", mandate=True)
    browser = visit(cast.chris)
    assert 'value="swap"' not in browser.get(task.url).text
    answer = browser.post(f"{task.url}/offer", data={"kind": "swap", "wish": "iets anders"})
    assert answer.status_code == 422 and "iets anders" in answer.text
    with pytest.raises(Invalid):
        task.offer(cast.chris, "swap")
    task.offer(cast.chris, "give")
    assert task.offered == "give"


def test_keeping_it_takes_it_off_the_square(cast):
    task = make_task(cast, "taken", offered="give")
    task.keep(cast.chris)
    assert (task.offered, task.holder_id) == (None, cast.chris.id)
    assert told("keep") == {"Anna": "author"}


def test_a_release_asks_a_handover_and_shows_it_to_the_next(cast, visit):
    task = make_task(cast, "taken", hours=8)
    browser = visit(cast.chris)
    half = browser.post(f"{task.url}/release", data={"done": "Vijf gebeld", "hours_left": "twee"})
    assert half.status_code == 422 and "Vijf gebeld" in half.text and "Say what is left to do." in half.text
    assert "Fill in a whole number of hours, from 1 to 16." in half.text
    whole = {"done": "Vijf gebeld", "left": "Nog vijf", "tip": "Bel na zessen", "hours_left": "2"}
    assert browser.post(f"{task.url}/release", data=whole).status_code == 303
    assert (task.state, task.holder_id, task.hours, task.hours_left) == ("open", None, 2, 2)
    assert told("release")["Anna"] == "author" and told("release")["Dina"] == "pit"
    page = visit(cast.bram).get(task.url).text
    assert "Vijf gebeld" in page and "Nog vijf" in page and "Bel na zessen" in page


@pytest.mark.parametrize("verb", ["take_over", "undo", "release", "report"])
def test_a_live_swap_is_overtaken_when_its_task_moves(cast, verb):
    mine = make_task(cast, "taken", holder_id=cast.bram.id)
    theirs = make_task(cast, "taken", offered="swap", undo_until=now() + timedelta(hours=1))
    swap, _new = Swap.propose(cast.bram, mine.id, theirs)
    if verb == "take_over":
        theirs.keep(cast.chris)
        theirs.offer(cast.chris, "give")
        theirs.take_over(cast.eva)
    else:
        words = {"done": "a", "left": "b", "tip": "c", "hours_left": 1} if verb == "release" else {}
        getattr(theirs, verb)(cast.chris, **words)
    db.session.refresh(swap)
    assert swap.state == "overtaken"
    assert told("overtake").keys() == {"Bram", "Chris"}


# Reporting and ending.


def test_a_report_is_confirmed_with_thanks_and_a_lesson(cast, visit):
    task = make_task(cast, "taken", issue_id=make_issue(cast).id)
    visit(cast.chris).post(f"{task.url}/report")
    assert task.state == "reported" and told("report") == {"Anna": "author"}
    lesson = {"thanks": "Mooi gedaan!", "lesson_title": "Bel na zessen", "lesson_text": "Dan is iedereen thuis."}
    answer = visit(cast.anna).post(f"{task.url}/confirm", data=lesson)
    assert answer.status_code == 303 and (task.state, task.thanks) == ("done", "Mooi gedaan!")
    kept = db.session.scalars(select(Lesson)).one()
    assert (kept.title, kept.task_id, kept.issue_id, kept.state) == ("Bel na zessen", task.id, task.issue_id, "shared")
    assert db.session.scalars(select(Lesson.id).where(SearchEntry.matches(Lesson, "zessen"))).one() == kept.id
    assert events() == ["report", "confirm", "share"], "sharing is an event of the lesson"
    note = db.session.scalars(select(Event).filter_by(verb="confirm")).one().note
    assert note == "Mooi gedaan!" and told("confirm") == {"Chris": "holder"}


def test_a_lesson_has_a_title_and_at_most_120_words(cast, visit):
    task = make_task(cast, "reported")
    long = {"lesson_title": "Bellen", "lesson_text": "woord " * 121}
    for bad in (long, {"lesson_text": "Zonder titel"}, {"lesson_title": "Zonder tekst"}):
        answer = visit(cast.anna).post(f"{task.url}/confirm", data=bad)
        assert answer.status_code == 422 and next(iter(bad.values())).strip() in answer.text
    assert task.state == "reported" and not db.session.scalars(select(Lesson)).all()
    task.confirm(cast.anna, lesson_title="Bellen", lesson_text="woord " * 120)
    assert task.state == "done"


def test_a_return_says_what_is_left_to_do(cast, visit):
    task = make_task(cast, "reported")
    assert visit(cast.anna).post(f"{task.url}/return", data={}).status_code == 422
    assert visit(cast.anna).post(f"{task.url}/return", data={"reason": "Nog twee bellen"}).status_code == 303
    assert (task.state, task.holder_id) == ("taken", cast.chris.id)
    assert told("return") == {"Chris": "holder"}
    assert "Nog twee bellen" in visit(cast.chris).get(task.url).text


@pytest.mark.parametrize(("verb", "state"), [("withdraw", "withdrawn"), ("scrap", "scrapped")])
def test_who_raised_a_hand_hears_why_it_ends(cast, verb, state):
    task = make_task(cast, choice="hands")
    mine = hand(task, cast.bram)
    getattr(task, verb)(cast.anna, "Het is al gedaan")
    db.session.refresh(mine)
    assert (task.state, task.hands, mine.state, mine.reply) == (state, 0, "declined", "Het is al gedaan")
    assert told(verb) == {"Bram": "hand"}


@pytest.mark.parametrize("verb", ["withdraw", "scrap"])
def test_what_was_posted_does_not_end_without_a_reason(cast, visit, verb):
    task = make_task(cast, choice="hands")
    hand(task, cast.bram)
    answer = visit(cast.anna).post(f"{task.url}/{verb}", data={"reason": " "})
    assert answer.status_code == 422 and "Write in one sentence why." in answer.text and task.state == "open"
    getattr(task, verb)(cast.anna, "Het is al gedaan")
    page = visit(cast.bram).get(task.url).text
    assert "Why: Het is al gedaan" in page and "somebody else" not in page, "nobody else was chosen"


def test_a_draft_is_thrown_away_and_nobody_hears_or_sees_it(cast, visit):
    visit(cast.anna).post("/tasks/new", data=filled(title="Bel de fietser", then="draft"))
    task = db.session.scalars(select(Task)).one()
    assert visit(cast.bram).post(f"{task.url}/withdraw").status_code == 404
    assert visit(cast.anna).post(f"{task.url}/withdraw").status_code == 303
    assert task.state == "withdrawn" and events() == [] and told() == {}
    assert visit(cast.anna).get(task.url).status_code == 200 and visit(cast.bram).get(task.url).status_code == 404
    assert not db.session.scalars(select(Task.id).where(SearchEntry.matches(Task, "fietser"))).all()


def test_an_expired_task_comes_back_smaller_or_is_scrapped(cast, visit):
    task = make_task(cast, "expired", hours=8, due=today() - timedelta(days=1))
    keep(Bid(task_id=task.id, person_id=cast.bram.id, by_id=cast.bram.id, state="declined"))
    browser = visit(cast.anna)
    assert "What would help?" in browser.get(task.url).text
    again = {"due": f"{today() + timedelta(days=5)}", "hours": "2", "places": "2", "description": "Met zijn tweeën"}
    assert browser.post(f"{task.url}/repost", data=again | {"due": "2020-01-01"}).status_code == 422
    assert browser.post(f"{task.url}/repost", data=again).status_code == 303
    assert (task.state, task.hours, task.places, task.ended_at) == ("open", 2, 2, None)
    assert told("repost") == {"Bram": "hand"}, "whose hand was up when it expired"
    other = make_task(cast, "expired")
    other.scrap(cast.anna, "Niemand mist het")
    assert other.state == "scrapped"


# Hands.


def test_one_hand_a_person_and_it_can_go_down_and_up_again(cast):
    task = make_task(cast, choice="hands")
    mine = hand(task, cast.bram, "Ik ken ze allemaal")
    assert task.hands == 1 and told("raise-hand") == {"Anna": "author"}
    assert task.why_not("raise-hand", cast.bram) == "Your hand is up already."
    task.lower_hand(cast.bram)
    db.session.refresh(mine)
    assert (mine.state, task.hands) == ("withdrawn", 0)
    task.raise_hand(cast.bram)
    assert task.hands == 1


def test_the_author_chooses_and_the_others_hear_why(cast, visit):
    task = make_task(cast, choice="hands", skills=[cast.tellen])
    alike = make_task(cast, title="Net zo een", pit_id=None, skills=[cast.tellen])
    mine, theirs = hand(task, cast.bram, "Graag!"), hand(task, cast.chris, "Ik ken de wijk")
    browser = visit(cast.anna)
    page = browser.get(task.url).text
    assert "Graag!" in page and "Ik ken de wijk" in page
    assert "Graag!" not in visit(cast.chris).get(task.url).text, "hands are between whoever raises one and the author"
    assert browser.post(f"{task.url}/choose", data={"bid": f"{mine.id}"}).status_code == 422, "others are owed a reason"
    chosen = {"bid": f"{theirs.id}", "reason": "Chris kent de wijk"}
    assert browser.post(f"{task.url}/choose", data=chosen).status_code == 303
    assert (task.state, task.holder_id, task.hands) == ("taken", cast.chris.id, 0)
    assert (mine.state, mine.reply, theirs.state) == ("declined", "Chris kent de wijk", "accepted")
    assert told("choose")["Chris"] == "hand" and "Bram" not in {n for n, why in told("choose").items() if why == "hand"}
    assert told("not-chosen") == {"Bram": "hand"}
    page = visit(cast.bram).get(task.url).text
    assert "Chris kent de wijk" in page and alike.url in page
    assert "Chris kent de wijk" not in visit(cast.eva).get(task.url).text


def test_hands_are_shown_in_random_order(cast):
    task = make_task(cast, choice="hands")
    for person in (cast.bram, cast.chris, cast.dina, cast.eva, cast.sara, cast.hugo):
        task.raise_hand(person)
    orders = {tuple(b.person_id for b in db.session.scalars(task.hands_up())) for _ in range(12)}
    assert len(orders) > 1


def test_a_hand_that_was_lowered_cannot_be_chosen(cast):
    task = make_task(cast, choice="hands")
    mine = hand(task, cast.bram)
    task.raise_hand(cast.chris)
    task.lower_hand(cast.bram)
    with pytest.raises(Invalid):
        task.choose(cast.anna, mine.id)
    other = hand(make_task(cast, choice="hands"), cast.eva)
    with pytest.raises(Invalid):
        task.choose(cast.anna, other.id)


def test_who_raised_a_hand_finds_it_among_the_own_hands_with_the_answer(cast, visit):
    task, other = make_task(cast, choice="hands"), make_task(cast, choice="hands", title="Tel de fietsen")
    hand(task, cast.bram), hand(other, cast.bram)
    theirs = hand(task, cast.chris)
    task.choose(cast.anna, theirs.id, "Chris kent de wijk")
    page = visit(cast.bram).get("/bids").text
    assert f'href="{task.url}"' in page and "Chris kent de wijk" in page and f'href="{other.url}"' in page
    assert page.count("hand raised") == 1
    page = visit(cast.dina).get("/bids").text
    assert task.url not in page and "Your hand is not up anywhere" in page


def test_a_hand_that_no_database_holds_is_no_hand(cast, visit):
    task = make_task(cast, choice="hands")
    hand(task, cast.bram, "Graag!")
    answer = visit(cast.anna).post(f"{task.url}/choose", data={"bid": 2**63})
    assert answer.status_code == 422 and "Choose one of the hands." in answer.text and "Graag!" in answer.text


def test_who_was_chosen_and_gives_it_back_can_raise_a_hand_again(cast):
    task = make_task(cast, choice="hands")
    mine = hand(task, cast.bram)
    theirs = hand(task, cast.chris)
    task.choose(cast.anna, theirs.id, "Deze keer Chris")
    task.release(cast.chris, "Twee gebeld", "Nog acht", "Bel na zessen", 2)
    task.raise_hand(cast.chris)
    task.raise_hand(cast.bram)
    assert task.hands == 2
    db.session.refresh(mine)
    assert mine.state == "declined"


# Places.


def test_each_place_of_a_posting_becomes_a_task_of_its_own(cast, visit):
    task = make_task(cast, places=3, skills=[cast.tellen])
    answer = visit(cast.bram).post(f"{task.url}/claim")
    place = db.session.scalars(select(Task).filter_by(holder_id=cast.bram.id)).one()
    assert answer.location == place.url and place.posting_id == task.id and place.title == task.title
    assert (task.state, task.places, task.holder_id) == ("open", 2, None)
    page = visit(cast.bram).get(place.url).text
    assert "Counting" in page and f"{place.url}/undo" in page and "Places" in page
    again = visit(cast.bram).post(f"{task.url}/claim")
    assert again.status_code == 409 and "You already have one of these places." in again.text
    task.claim(cast.chris)
    task.claim(cast.dina)
    assert (task.state, task.places, task.holder_id) == ("taken", 1, cast.dina.id)
    with pytest.raises(Refused):
        task.claim(cast.eva)


def test_a_place_that_is_given_back_is_open_to_whoever_has_none(cast):
    task = make_task(cast, places=2)
    place = task.claim(cast.bram)
    task.claim(cast.chris)
    place.undo(cast.bram)
    assert place.state == "open"
    assert place.why_not("claim", cast.chris) == "You already have one of these places."
    place.claim(cast.eva)
    assert {place.holder_id, task.holder_id} == {cast.eva.id, cast.chris.id}


def test_two_hands_are_chosen_for_two_places_and_the_third_hears_why(cast):
    task = make_task(cast, choice="hands", places=2)
    bids = [hand(task, person) for person in (cast.bram, cast.chris, cast.dina)]
    task.choose(cast.anna, bids[0].id)
    assert (task.state, task.places, task.hands) == ("open", 1, 2)
    assert task.why_not("raise-hand", cast.bram) == "You already have one of these places."
    with pytest.raises(Invalid):
        task.choose(cast.anna, bids[1].id)
    task.choose(cast.anna, bids[1].id, "Er waren twee plekken")
    assert (task.state, task.holder_id) == ("taken", cast.chris.id)
    assert told("not-chosen") == {"Dina": "hand"}


# Writing.


def test_a_task_is_posted_in_one_go_and_can_be_found(cast, visit):
    browser = visit(cast.anna)
    assert browser.get("/tasks/new?title=Bel").text.count('value="Bel"') == 1
    words = filled(
        title="Fietsen tellen", skills_knowledge=[cast.tellen.id], skills_process=[cast.schrijven.id], less_fun="y"
    )
    answer = browser.post("/tasks/new", data=words | {"then": "post"})
    task = db.session.scalars(select(Task)).one()
    assert (answer.status_code, answer.location) == (303, task.url)
    assert (task.state, task.author_id, task.pit_id, task.hours) == ("open", cast.anna.id, cast.balie.id, 3)
    assert task.less_fun and not task.mandate and task.posted_at
    asked = db.session.scalars(select(Skill.id).join(Task.skills).where(Task.id == task.id))
    assert set(asked) == {cast.tellen.id, cast.schrijven.id}
    assert db.session.scalars(select(Task.id).where(SearchEntry.matches(Task, "fiets"))).all() == [task.id]
    assert events() == ["post"]


def test_a_draft_is_for_its_author_until_it_is_posted(cast, visit):
    visit(cast.anna).post("/tasks/new", data=filled(then="draft"))
    task = db.session.scalars(select(Task)).one()
    assert task.state == "draft" and events() == []
    assert visit(cast.bram).get(task.url).status_code == 404
    assert visit(cast.anna).post(f"{task.url}/post").status_code == 303
    assert task.state == "open" and visit(cast.bram).get(task.url).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"hours": "17"}, "Split it"),
        ({"hours": "honderd"}, "Fill in a whole number of hours"),
        ({"hours": "0"}, "Fill in a whole number of hours"),
        ({"hours": "9" * 40}, "Split it"),
        ({"title": " "}, "Begin with a verb"),
        ({"title": "x" * 201}, "at most 200 characters"),
        ({"due": "2020-01-01"}, "This date has passed"),
        ({"due": "morgen"}, "Fill in a date"),
        ({"places": "51"}, "from 1 to 50"),
        ({"choice": "mine"}, "Choose from the list."),
        ({"skills_knowledge": "999999999999"}, "Choose from the list."),
        ({"issue": "7"}, "of whose team you are"),
    ],
)
def test_bad_input_keeps_what_was_typed_and_says_what_to_mend(cast, visit, wrong, sentence):
    answer = visit(cast.anna).post("/tasks/new", data=filled(description="Bewaar dit", **wrong))
    assert answer.status_code == 422 and sentence in answer.text and "Bewaar dit" in answer.text
    assert not db.session.scalars(select(Task)).all()


def test_a_team_member_posts_for_the_issue_also_between_pits(cast, visit):
    issue = make_issue(cast)
    make_seat(cast, issue, "filled", holder_id=cast.noor.id)
    browser = visit(cast.noor)
    assert f'<option value="{issue.id}" selected>' in browser.get(f"/tasks/new?issue={issue.id}").text
    assert browser.post("/tasks/new", data=filled()).status_code == 422, "without pit and without issue it is nobody's"
    assert browser.post("/tasks/new", data=filled(issue=f"{issue.id}")).status_code == 303
    task = db.session.scalars(select(Task)).one()
    assert (task.issue_id, task.pit_id, task.author_id) == (issue.id, None, cast.noor.id)


def test_a_colleague_of_the_pit_mends_a_task_and_the_author_hears_it(cast, visit):
    task = make_task(cast)
    page = visit(cast.bram).get(task.url).text
    assert f'href="{task.url}/edit"' in page
    assert 'value="Bel tien inwoners"' in visit(cast.bram).get(f"{task.url}/edit").text
    assert visit(cast.chris).get(f"{task.url}/edit").status_code == 409
    bad = visit(cast.bram).post(f"{task.url}/edit", data=filled(title="Nieuwe titel", hours="40"))
    assert bad.status_code == 422 and 'value="Nieuwe titel"' in bad.text
    good = visit(cast.bram).post(f"{task.url}/edit", data=filled(title="Nieuwe titel"))
    assert good.status_code == 303 and task.title == "Nieuwe titel" and task.pit_id == cast.balie.id
    assert told("edit") == {"Anna": "author"}


def test_nobody_loses_what_they_agreed_to(cast):
    handed, placed = make_task(cast, choice="hands"), make_task(cast, places=2)
    handed.raise_hand(cast.bram)
    placed.claim(cast.chris)
    assert "raised their hand" in (handed.why_not("edit", cast.anna) or "")
    assert "took a place" in (placed.why_not("edit", cast.anna) or "")
    handed.lower_hand(cast.bram)
    assert handed.may("edit", cast.anna)


# The page.


@pytest.mark.parametrize("count", [2, 20])
def test_the_page_asks_the_database_the_same_whatever_is_on_it(cast, visit, statements, count):
    task = make_task(cast, choice="hands", places=3, posting_id=None)
    task.posting_id = task.id
    for person in cast.people[1:count]:
        if person.acts:
            task.raise_hand(person, "Graag")
            keep(Task(posting_id=task.id, title="x", author_id=cast.anna.id, hours=1, due=today(), state="open"))
    browser = visit(cast.anna)
    with statements() as said:
        assert browser.get(task.url).status_code == 200
    assert len(said) <= 9, said


def test_a_colleague_reads_a_task_in_few_statements(cast, visit, statements):
    task = make_task(cast)
    task.claim(cast.chris)
    browser = visit(cast.bram)
    with statements() as said:
        browser.get(task.url)
    assert len(said) <= 6, "\n".join(said)


def test_the_history_tells_what_happened_but_not_who_was_not_chosen(cast):
    task = make_task(cast, choice="hands")
    bid = hand(task, cast.chris)
    task.raise_hand(cast.bram)
    task.choose(cast.anna, bid.id, "Chris was eerst")
    task.report(cast.chris)
    assert [event.verb for event in task.history()] == ["report", "choose"]
