"""Lessons: written in at most 120 words, found, and said to have helped elsewhere."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest
from sqlalchemy import select

from hkplein.db import db
from hkplein.errors import Refused
from hkplein.models import Event, Lesson, LessonHelped, Notification, SearchEntry, Submission
from tests.cast import keep, make_issue, make_pitstop
from tests.table import everybody, hold

# Anna's lesson; a draft is hers alone, and a partner reads the lessons of its own issues only.
COLLEAGUES = everybody("wim", "petra")
TABLE: dict[str, dict[str, Collection[str]]] = {
    "helped-us": {"shared": COLLEAGUES - {"anna", "bram", "sara"}},  # who are of her pit
    "edit": {"draft": {"anna"}, "shared": {"anna"}},
    "archive": {"shared": {"anna"}},
}


def make_lesson(cast: Any, state: str = "shared", **values: Any) -> Lesson:
    values = {"title": "Bel eerst", "text": "Bel.", "author_id": cast.anna.id, "pit_id": cast.balie.id, **values}
    lesson: Lesson = keep(Lesson(state=state, **values))
    if state == "shared":
        SearchEntry.put(lesson, lesson.title, lesson.text)
        db.session.commit()
    return lesson


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("state", ["draft", "shared", "archived"])
def test_everybody_may_do_what_the_design_says_and_nothing_else(cast, visit, state):
    hidden = everybody("anna") if state == "draft" else {"petra"}
    data = {"edit": {"title": "Bel altijd eerst", "text": "Bel."}}
    hold(lambda s: make_lesson(cast, s), state, TABLE, cast, visit, hidden=hidden, data=data)


def test_sharing_a_lesson_makes_it_findable(cast, visit):
    data = {"title": "Fietsen in de stad", "text": "Zet de fietsenstalling op de tekening."}
    answer = visit(cast.anna).post("/lessons/new", data=data)
    lesson = db.session.scalars(select(Lesson)).one()
    assert (answer.status_code, answer.location) == (303, lesson.url)
    assert (lesson.author_id, lesson.pit_id, lesson.state) == (cast.anna.id, cast.balie.id, "shared")
    browser = visit(cast.chris)
    assert lesson.url in browser.get("/lessons?q=fiets").text
    assert "No lesson found" in browser.get("/lessons?q=zwembad").text


def test_more_than_120_words_are_given_back_with_the_count(cast, visit):
    data = {"title": "Lang", "text": "woord " * 121}
    answer = visit(cast.anna).post("/lessons/new", data=data)
    assert answer.status_code == 422 and "This has 121 words; a lesson has at most 120." in answer.text
    assert 'value="Lang"' in answer.text and db.session.scalars(select(Lesson)).all() == []
    lesson = make_lesson(cast)
    assert visit(cast.anna).post(f"{lesson.url}/edit", data=data).status_code == 422
    assert visit(cast.anna).post("/lessons/new", data={**data, "text": "woord " * 120}).status_code == 303


def test_it_can_hang_on_an_issue_that_one_may_read(cast, visit):
    issue = make_issue(cast)
    data = {"title": "Bel eerst", "text": "Bel."}
    visit(cast.dina).post(f"/lessons/new?issue={issue.id}", data=data)
    assert db.session.scalars(select(Lesson.issue_id)).all() == [issue.id]
    assert visit(cast.dina).post("/lessons/new?issue=9999", data=data).status_code == 404
    assert "Bel eerst" in visit(cast.petra).get("/lessons").text


@pytest.mark.parametrize("name", ["wim", "petra"])
def test_the_board_and_partners_read_and_do_not_write(cast, visit, name):
    browser = visit(getattr(cast, name))
    assert browser.post("/lessons/new", data={"title": "Bel", "text": "Bel."}).status_code == 409
    assert browser.get("/lessons").status_code == 200
    assert db.session.scalars(select(Lesson)).all() == []


def test_this_helped_us_too_counts_pits_and_never_people(cast, visit):
    lesson = make_lesson(cast)
    keep(LessonHelped(lesson_id=lesson.id, person_id=cast.bram.id, pit_id=cast.balie.id))  # of the pit that wrote it
    for person in (cast.chris, cast.dina, cast.eva, cast.noor):  # groen, groen, mens, between pits
        assert visit(person).post(f"{lesson.url}/helped-us").status_code == 303
    for url in (lesson.url, "/lessons"):
        assert "helped 2 other pits" in visit(cast.anna).get(url).text
    assert db.session.scalars(select(Notification.person_id)).all() == [cast.anna.id] * 4
    told = db.session.scalars(select(Event).where(Event.verb == "helped-us")).all()
    assert all("%(who)s" not in str(event.noun and Lesson.VERBS["helped-us"].told) for event in told)


def test_it_can_be_said_once(cast, visit):
    lesson = make_lesson(cast)
    browser = visit(cast.chris)
    browser.post(f"{lesson.url}/helped-us")
    answer = browser.post(f"{lesson.url}/helped-us")
    assert answer.status_code == 409 and "You said that already." in answer.text
    assert len(db.session.scalars(select(LessonHelped)).all()) == 1


def test_at_the_same_moment_it_is_said_once_as_well(cast):
    """The rule was asked before the other one was written: the table itself has the last word."""
    lesson = make_lesson(cast)
    assert lesson.may("helped-us", cast.chris)
    facts = dict(cast.chris.facts)
    lesson.helped_us(cast.chris)
    db.session.info["facts"] = {cast.chris.id: facts}
    with pytest.raises(Refused):
        lesson.helped_us(cast.chris)


def test_an_archived_lesson_is_in_no_list_but_can_be_read(cast, visit):
    lesson = make_lesson(cast)
    visit(cast.anna).post(f"{lesson.url}/archive")
    browser = visit(cast.chris)
    assert lesson.url not in browser.get("/lessons").text + browser.get("/lessons?q=bel").text
    assert browser.get(lesson.url).status_code == 200


def some_lessons(cast):
    for title, text in (
        ("Bewoners bellen", "Bel bewoners voordat de brief gaat."),
        ("Zwembad", "Het water was koud."),
        ("Brieven", "Een brief over vergunningen schrijf je samen met bewoners."),
    ):
        make_lesson(cast, title=title, text=text)


def test_what_looks_alike_appears_while_it_is_written(cast, visit):
    some_lessons(cast)
    page = visit(cast.anna).get("/lessons/new").text
    assert 'data-hx-post="/lessons/like"' in page and "Brieven" not in page
    written = {"title": "Brief en bewoner", "text": "Een vergunning leg je uit.", "nonce": ""}
    text = visit(cast.anna).htmx("/lessons/like", written).text
    assert text.index("Brieven") < text.index("Bewoners bellen") and "Zwembad" not in text
    for text, said in (("de het een", False), ("Schaatsen op natuurijs", True)):
        none = visit(cast.anna).htmx("/lessons/like", {"text": text}).text
        assert "<li" not in none and ("No lesson looks like this one yet." in none) == said
    assert visit(cast.anna).get("/lessons/like?text=brief").status_code == 405, "nothing that is written is an address"


def test_without_javascript_somebody_may_look_first_at_lessons_like_it(cast, visit):
    some_lessons(cast)
    written = {"title": "Brief en bewoner", "text": "Een vergunning leg je uit.", "nonce": "een"}
    browser, before = visit(cast.anna), db.session.query(Lesson).count()
    page = browser.post("/lessons/new", data={**written, "look": "1"})
    assert page.status_code == 200 and "Brieven" in page.text and "Een vergunning leg je uit." in page.text
    assert db.session.query(Lesson).count() == before and db.session.query(Submission).count() == 0
    half = browser.post("/lessons/new", data={**written, "title": ""})
    assert half.status_code == 422 and "Brieven" in half.text
    assert browser.post("/lessons/new", data=written).status_code == 303, "it can still be sent"
    assert db.session.query(Lesson).count() == before + 1


def test_a_lesson_links_its_pitstop_only_for_those_who_may_read_that(cast, visit):
    pitstop = make_pitstop(cast, "closed", readers="pit")
    lesson = make_lesson(cast, pitstop_id=pitstop.id)
    assert pitstop.url in visit(cast.bram).get(lesson.url).text
    assert pitstop.url not in visit(cast.chris).get(lesson.url).text


def test_the_list_goes_on_by_key_with_as_many_queries_for_many_as_for_few(cast, visit, statements):
    def asked(url: str) -> int:
        with statements() as said:
            browser.get(url)
        return len(said)

    browser = visit(cast.chris)
    ids = [make_lesson(cast).id for _n in range(3)]
    few = [asked("/lessons"), asked("/lessons?q=bel")]
    ids += [make_lesson(cast).id for _n in range(32)]
    assert [asked("/lessons"), asked("/lessons?q=bel")] == few
    assert max(few) <= 5
    for url, next_ in (("/lessons", f"/lessons?after={ids[5]}"), ("/lessons?q=bel", f"after={ids[5]}&amp;q=bel")):
        assert next_ in browser.get(url).text
    assert f'id="lesson-{ids[4]}"' in browser.get(f"/lessons?q=bel&after={ids[5]}").text
