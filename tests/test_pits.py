"""Pits: starting one with three, coming and going, what it agreed on, and how it closes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from hkplein.clock import TRANSITIONS, end_of, moved_to, today, working_days_after
from hkplein.db import db
from hkplein.errors import Refused
from hkplein.models import Event, Founder, IssuePit, Lesson, Person, Pit
from tests.cast import PEOPLE, keep, make_issue, make_seat, make_task
from tests.table import Allowed, everybody, hold
from tests.test_seats import told

COLLEAGUES = everybody("wim", "petra")
BALIE = {"anna", "bram", "sara"}
# In the pit under the table: Anna, Bram and Sara. Starting: Anna said yes, Bram was asked.
ALLOWED: Allowed = {
    "join-founding": {"starting": {"bram"}},
    "decline-founding": {"starting": {"bram"}},
    "ask-founder": {"starting": {"anna"}},
    "give-up": {"starting": {"anna"}},
    "join": {"active": COLLEAGUES - BALIE},
    "leave": {"active": BALIE},
    "edit": {"active": BALIE},
    "rename": {"starting": {"anna", "gijs"}, "active": BALIE | {"gijs"}},
    "announce-closing": {"active": BALIE},
    "rehome": {"active": BALIE},
    "close": {},  # others are still in it; closing has tests of its own
}
FOUND = {"name": "Pit Haven", "purpose": "Dat de haven leeft.", "domain": "water"}


def make_pit(state: str = "active", people: Sequence[Person] = (), name: str = "Nieuw", **values: Any) -> Pit:
    """A pit, with people in it."""
    count = len(db.session.scalars(select(Pit.id)).all())
    pit: Pit = keep(Pit(key=f"pit-{count}", name=f"{name} {count}", purpose="Dat het werkt.", state=state, **values))
    for person in people:
        person.pit_id = pit.id
    db.session.commit()
    return pit


def make_founders(pit: Pit, **answers: bool | None) -> Pit:
    """Who start it, and what they said."""
    for name, agreed in answers.items():
        person = db.session.scalars(select(Person).where(Person.name == name.title())).one()
        keep(Founder(pit_id=pit.id, person_id=person.id, agreed=agreed))
    return pit


@pytest.mark.parametrize("state", Pit.STATES)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_table_of_pits_holds_for_everybody(state, cast, visit):
    def make(state):
        db.session.execute(db.text("UPDATE pit SET name = key"))  # a new name is free each time
        for name, about in PEOPLE.items():
            home: Any = about
            getattr(cast, name).pit_id = getattr(cast, home["pit"]).id if "pit" in home else None
        people = [getattr(cast, name) for name in BALIE] if state == "active" else []
        return make_founders(make_pit(state, people), anna=True, bram=None, sara=False)

    data = {
        "ask-founder": {"whom": cast.chris.id},
        "rename": {"name": "Pit Balie en Baken"},
        "edit": {"purpose": "Dat het loket open is.", "agreements": "We bellen terug."},
        "rehome": {"pit": cast.mens.id},
    }
    hold(make, state, ALLOWED, cast, visit, hidden={"petra"}, data=data)


# Starting.


def test_three_colleagues_start_a_pit_and_the_third_yes_moves_them_in(cast, visit):
    assert visit(cast.anna).get("/pits/new").status_code == 200
    data = {**FOUND, "second": cast.chris.id, "third": cast.noor.id}
    answer = visit(cast.anna).post("/pits/new", data=data)
    pit = db.session.scalars(select(Pit).where(Pit.name == "Pit Haven")).one()
    assert (answer.status_code, answer.location, pit.state, pit.key) == (303, pit.url, "starting", "pit-haven")
    assert told("found", "pit") == {(cast.chris.id, "invited"), (cast.noor.id, "invited")}

    assert visit(cast.chris).post(f"{pit.url}/join-founding").status_code == 303
    assert pit.state == "starting" and cast.chris.pit_id == cast.groen.id
    assert told("join-founding", "pit") == {(cast.anna.id, "asker")}
    again = visit(cast.chris).post(f"{pit.url}/join-founding")
    assert again.status_code == 409 and "have answered already" in again.text

    assert visit(cast.noor).post(f"{pit.url}/join-founding").status_code == 303
    assert pit.state == "active"
    assert {p.name for p in cast.people if p.pit_id == pit.id} == {"Anna", "Chris", "Noor"}
    left = {(p.id, "pit") for p in (cast.bram, cast.sara, cast.dina, cast.hugo)}
    assert told("start", "pit") == {(cast.anna.id, "you"), (cast.chris.id, "you")} | left


def test_the_news_that_everybody_reads_speaks_to_nobody_in_particular(cast, visit):
    data = {**FOUND, "second": cast.chris.id, "third": cast.noor.id}
    assert visit(cast.anna).post("/pits/new", data=data).status_code == 303
    pit = db.session.scalars(select(Pit).where(Pit.name == "Pit Haven")).one()
    for person in (cast.chris, cast.noor):
        visit(person).post(f"{pit.url}/join-founding")
    visit(cast.anna).post(f"{pit.url}/announce-closing")
    news = visit(cast.bram).get(pit.url).text
    assert "Anna wants to start the pit “Pit Haven” with two colleagues." in news
    assert "Anna wants to close the pit “Pit Haven”: its people look for another pit." in news


def test_somebody_who_says_no_can_be_replaced(cast, visit):
    pit = make_founders(make_pit("starting"), anna=True, chris=None, noor=None)
    full = visit(cast.anna).post(f"{pit.url}/ask-founder", data={"whom": cast.hugo.id})
    assert full.status_code == 409 and "Three people are asked already" in full.text
    assert visit(cast.chris).post(f"{pit.url}/decline-founding").status_code == 303
    assert told("decline-founding", "pit") == {(cast.anna.id, "asker")}
    for nobody in (cast.chris.id, cast.wim.id, cast.anna.id, 10**6):
        assert visit(cast.anna).post(f"{pit.url}/ask-founder", data={"whom": nobody}).status_code == 422
    assert visit(cast.anna).post(f"{pit.url}/ask-founder", data={"whom": cast.hugo.id}).status_code == 303
    assert told("ask-founder", "pit") == {(cast.hugo.id, "invited")}
    for person in (cast.noor, cast.hugo):
        assert visit(person).post(f"{pit.url}/join-founding").status_code == 303
    assert pit.state == "active" and cast.chris.pit_id == cast.groen.id and cast.hugo.pit_id == pit.id


def test_who_said_no_to_a_start_is_nobody_elses_news(cast, visit):
    pit = make_founders(make_pit("starting"), anna=True, chris=None, noor=None, hugo=True)
    assert visit(cast.chris).post(f"{pit.url}/decline-founding").status_code == 303
    assert visit(cast.noor).post(f"{pit.url}/join-founding").status_code == 303
    for url in (pit.url, "/"):
        page = visit(cast.anna).get(url).text
        assert "has started" in page and "does not join in" not in page


def test_giving_up_tells_those_who_were_asked(cast, visit):
    pit = make_founders(make_pit("starting"), anna=True, chris=True, noor=None)
    assert visit(cast.anna).post(f"{pit.url}/give-up").status_code == 303
    assert pit.state == "closed" and cast.anna.pit_id == cast.balie.id
    assert told("give-up", "pit") == {(cast.chris.id, "invited"), (cast.noor.id, "invited")}


def test_a_start_that_gets_no_answer_ends_by_itself(cast):
    pit = make_founders(make_pit("starting"), anna=True, chris=None, noor=None)
    fade = next(t for t in TRANSITIONS if t.name == "hkplein.models.pit_clock.fade")
    for days, state in ((19, "starting"), (20, "closed"), (20, "closed")):
        with moved_to(end_of(working_days_after(today(), days))):
            for row in db.session.scalars(fade.due()):
                fade.act(row)
            db.session.commit()
        assert pit.state == state
    assert told("fade", "pit") == {(p.id, "you") for p in (cast.anna, cast.chris, cast.noor)}
    assert len(db.session.scalars(select(Event)).all()) == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Give the pit a name."),
        ({"name": "pit BALIE"}, "There is a pit of this name already."),
        ({"purpose": "Goede haven"}, "Begin with “Dat”"),
        ({"purpose": ""}, "Begin with “Dat”"),
        ({"second": ""}, "Choose from the list."),
        ({"second": "wim"}, "Choose a colleague from the list."),
        ({"second": "anna"}, "Choose a colleague from the list."),
        ({"third": "chris"}, "Choose two different colleagues."),
    ],
)
def test_a_pit_that_is_not_right_comes_back_as_it_was_typed(wrong, sentence, cast, visit):
    wrong = {key: getattr(cast, value).id if hasattr(cast, value) else value for key, value in wrong.items()}
    data = {**FOUND, "domain": "waterkant", "second": cast.chris.id, "third": cast.noor.id, **wrong}
    answer = visit(cast.anna).post("/pits/new", data=data)
    assert answer.status_code == 422 and sentence in answer.text and "waterkant" in answer.text
    assert db.session.scalars(select(Founder)).all() == []


def test_only_colleagues_start_a_pit(cast, visit):
    for person in (cast.wim, cast.petra):
        answer = visit(person).post("/pits/new", data={**FOUND, "second": cast.chris.id, "third": cast.noor.id})
        assert answer.status_code == 409 and 'role="alert"' in answer.text
    assert db.session.scalars(select(Founder)).all() == []


# Coming and going.


def test_joining_leaves_the_present_pit_and_both_are_told(cast, visit):
    assert visit(cast.sara).post(f"{cast.groen.url}/join").status_code == 303
    assert cast.sara.pit_id == cast.groen.id
    assert told("leave", "pit") == {(cast.anna.id, "pit"), (cast.bram.id, "pit")}
    assert told("join", "pit") == {(p.id, "pit") for p in (cast.chris, cast.dina, cast.hugo)}


def test_somebody_between_pits_joins_without_a_word_to_others(cast, visit):
    assert visit(cast.noor).post(f"{cast.mens.url}/join").status_code == 303
    assert cast.noor.pit_id == cast.mens.id and told("leave", "pit") == set()


def test_leaving_makes_you_between_pits(cast, visit):
    assert visit(cast.sara).post(f"{cast.balie.url}/leave").status_code == 303
    assert cast.sara.pit_id is None
    assert told("leave", "pit") == {(cast.anna.id, "pit"), (cast.bram.id, "pit")}
    assert "You are between pits" in visit(cast.sara).get("/pits").text


def test_a_move_from_where_you_no_longer_are_is_refused(cast):
    """Twice at the same moment, to two pits: one move is kept."""
    db.session.execute(
        db.text("UPDATE person SET pit_id = :to WHERE id = :id"), {"to": cast.mens.id, "id": cast.sara.id}
    )
    with pytest.raises(Refused):
        cast.groen.join(cast.sara)
    db.session.rollback()


# Changing.


def test_its_people_change_purpose_agreements_and_core(cast, visit):
    data = {
        "purpose": "Dat iedereen snel geholpen is.",
        "agreements": "Dinsdag overleg.",
        "domain": "balie",
        "knowledge": cast.tellen.id,
        "process_skills": cast.schrijven.id,
    }
    assert visit(cast.anna).post(f"{cast.balie.url}/edit", data=data).status_code == 303
    page = visit(cast.wim).get(cast.balie.url).text
    for shown in ("Dat iedereen snel geholpen is.", "Dinsdag overleg.", "Counting", "Writing"):
        assert shown in page
    assert told("edit", "pit") == {(cast.bram.id, "pit"), (cast.sara.id, "pit")}
    wrong = visit(cast.anna).post(
        f"{cast.balie.url}/edit", data={**data, "purpose": "Snel", "agreements": "Blijft staan"}
    )
    assert wrong.status_code == 422 and "Begin with “Dat”" in wrong.text and "Blijft staan" in wrong.text


def test_the_steward_renames_a_pit_and_its_people_are_told(cast, visit):
    assert visit(cast.gijs).post(f"{cast.balie.url}/rename", data={"name": "Pit Loket"}).status_code == 303
    assert cast.balie.name == "Pit Loket"
    assert told("rename", "pit") == {(p.id, "pit") for p in (cast.anna, cast.bram, cast.sara)}
    twice = visit(cast.gijs).post(f"{cast.balie.url}/rename", data={"name": "pit groen"})
    assert twice.status_code == 422 and "of this name already" in twice.text


# Closing.


def test_a_pit_closes_when_nothing_and_nobody_is_left(cast, visit):
    pit = make_pit(people=[cast.anna, cast.bram])
    task = make_task(cast, pit_id=pit.id)
    done = make_task(cast, "done", pit_id=pit.id)
    issue = make_issue(cast, pit_id=pit.id)
    for touched in (cast.groen, cast.mens):
        keep(IssuePit(issue_id=issue.id, pit_id=touched.id))
    browser = visit(cast.anna)
    page = browser.get(pit.url).text
    left = ("One open task still", "One issue still", "One colleague besides you")
    assert all(sentence in page for sentence in left) and f"{pit.url}/close" not in page
    refused = browser.post(f"{pit.url}/close")
    assert refused.status_code == 409 and all(sentence in refused.text for sentence in left)
    assert (pit.state, pit.closed_at, cast.anna.pit_id) == ("active", None, pit.id)

    assert browser.post(f"{pit.url}/announce-closing").status_code == 303
    assert told("announce-closing", "pit") == {(cast.bram.id, "pit")}
    assert browser.post(f"{pit.url}/rehome", data={"pit": pit.id}).status_code == 422
    assert browser.post(f"{pit.url}/rehome", data={"pit": cast.groen.id}).status_code == 303
    assert (task.pit_id, issue.pit_id, done.pit_id) == (cast.groen.id, cast.groen.id, pit.id)
    assert told("rehome", "pit") == {(cast.bram.id, "pit")}
    assert told("receive", "pit") == {(p.id, "pit") for p in (cast.chris, cast.dina, cast.hugo)}
    moved = f"Anna gave the open work of the pit “{pit.name}” to the pit “Pit Groen”."
    assert all(moved in browser.get(url).text for url in (pit.url, cast.groen.url))
    heard = visit(cast.hugo).get("/notifications").text
    assert moved in heard and "blockquote" not in heard
    assert "touches Pit Mens<" in browser.get(issue.url).text, "its own pit touches it no longer"

    assert visit(cast.bram).post(f"{cast.groen.url}/join").status_code == 303
    assert f'action="{pit.url}/close"' in browser.get(pit.url).text
    assert browser.post(f"{pit.url}/close").status_code == 303
    assert pit.state == "closed" and pit.closed_at is not None and cast.anna.pit_id is None
    assert visit(cast.chris).post(f"{pit.url}/join").status_code == 409
    assert pit.name in visit(cast.chris).get("/pits?closed=1").text
    assert pit.name not in visit(cast.chris).get("/pits").text


def test_a_pit_that_everybody_left_can_be_tidied_by_any_colleague(cast, visit):
    pit = make_pit()
    make_task(cast, pit_id=pit.id)
    browser = visit(cast.chris)
    assert browser.post(f"{pit.url}/rehome", data={"pit": cast.groen.id}).status_code == 303
    assert browser.post(f"{pit.url}/close").status_code == 303
    assert pit.state == "closed" and cast.chris.pit_id == cast.groen.id
    assert visit(cast.chris).post(f"{cast.mens.url}/close").status_code == 409


# What the page shows.


def test_the_page_begins_with_the_purpose_and_shows_who_gives_hours_where(cast, visit):
    issue = make_issue(cast)
    make_seat(cast, issue, "filled", hours=3)
    make_seat(cast, issue, "filled", holder_id=cast.hugo.id, title="Van een ander")
    make_task(cast, title="Bel de haven")
    make_task(cast, "done", title="Al gebeld")
    keep(Lesson(title="Bel eerst", text="Bel.", pit_id=cast.balie.id, author_id=cast.anna.id))
    for reader in (cast.chris, cast.wim, cast.anna):
        page = visit(reader).get(cast.balie.url).text
        assert page.index("Dat balie werkt.") < page.index("Open work") < page.index("Who gives hours where")
        assert "3 hours a week until" in page and "Jongeren zonder huis" in page
        assert "Bel de haven" in page and "Al gebeld" not in page and "Bel eerst" in page
        assert all(name in page for name in ("Anna", "Bram", "Sara"))
        assert "Hugo" not in page


def test_a_pit_of_more_than_twelve_reads_a_hint_and_only_its_own_people_do(cast, visit):
    for number in range(10):
        keep(Person(name=f"Lid {number}", email=f"lid{number}@voorbeeld.nl", pit_id=cast.balie.id))
    assert "A hint, not a rule." in visit(cast.anna).get(cast.balie.url).text
    assert "A hint, not a rule." not in visit(cast.chris).get(cast.balie.url).text
    cast.sara.pit_id = None
    assert "A hint, not a rule." not in visit(cast.anna).get(cast.balie.url).text


def test_a_partner_has_no_list_of_people(cast, visit):
    browser = visit(cast.petra)
    for url in ("/pits", cast.balie.url):
        assert browser.get(url).status_code == 404
    assert browser.post(f"{cast.balie.url}/join").status_code == 404


def test_the_list_pages_by_name(cast, visit, monkeypatch):
    monkeypatch.setattr("hkplein.views.pits.PAGE", 2)
    browser, seen, url = visit(cast.noor), [], "/pits"
    for _page in range(2):
        text = browser.get(url).text
        seen += [pit.name for pit in (cast.balie, cast.groen, cast.mens) if f">{pit.name}</a>" in text]
        url = f"/pits?after=Pit Groen&id={cast.groen.id}"
    assert seen == ["Pit Balie", "Pit Groen", "Pit Mens"]


@pytest.mark.parametrize("name", ["noor", "wim"])
def test_open_and_closed_pits_are_two_lists_that_lead_to_each_other(cast, visit, monkeypatch, name):
    monkeypatch.setattr("hkplein.views.pits.PAGE", 2)
    for _pit in range(3):
        make_pit("closed", name="Oud")
    browser = visit(getattr(cast, name))
    for url, title, other, following in (
        ("/pits", "Pits", "/pits?closed=1", "/pits?after=Pit+Groen"),
        ("/pits?closed=1", "Closed pits", "/pits", "/pits?after=Oud+4"),
    ):
        page = browser.get(url).text
        assert re.findall(r"<h1[^>]*>([^<]*)</h1>", page) == [title]
        main = page.partition("<main")[2]
        assert f'href="{other}"' in main and f'href="{url}"' not in main
        (next_page,) = re.findall(r'rel="next" href="([^"]*)"', page)
        assert next_page.startswith(following) and ("closed=1" in next_page) == (title == "Closed pits")
    rest = browser.get(next_page.replace("&amp;", "&")).text
    assert "Oud 5" in rest and "Pit Mens" not in rest.partition("<main")[2]


def test_the_pages_take_as_many_queries_for_many_rows_as_for_few(cast, visit, statements):
    issue = make_issue(cast, pit_id=cast.balie.id)
    counts = []
    for size in (10, 100):
        for number in range(size):
            who = keep(Person(name=f"L {size} {number}", email=f"l{size}-{number}@voorbeeld.nl", pit_id=cast.balie.id))
            make_seat(cast, issue, "filled", holder_id=who.id)
            make_task(cast)
            make_pit(name=f"Erbij {size}")
            Event.record(cast.balie, "join", by=who)
        db.session.commit()
        for url in ("/pits", cast.balie.url):
            browser = visit(cast.anna)
            with statements() as said:
                assert browser.get(url).status_code == 200
            counts.append(len(said))
    assert counts[:2] == counts[2:], said
