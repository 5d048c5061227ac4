"""Whom a trekker may invite: colleagues who said that they want what is asked, drawn by lot, each with the reason."""

from __future__ import annotations

import random
from collections import Counter
from itertools import permutations

import pytest
from sqlalchemy import select

from hkplein.clock import today
from hkplein.db import db
from hkplein.models import Bid, Person, PersonSkill, willing
from hkplein.models.team import Team
from tests.cast import keep, make_issue, make_seat


@pytest.fixture
def issue(cast):
    return make_issue(cast)


@pytest.fixture
def seat(cast, issue):
    return make_seat(cast, issue, skills=[cast.schrijven])


def say(person, room=4, **levels):
    """What somebody entered: room, and skills by name with their level."""
    person.room = room
    for skill, level in levels.items():
        found = db.session.scalars(db.text("SELECT id FROM skill WHERE key = :key"), {"key": skill}).one()
        keep(PersonSkill(person_id=person.id, skill_id=found, level=level))
    db.session.commit()
    db.session.refresh(person)


def drawn(issue, viewer):
    team = Team.of(issue, viewer)
    return {guest.person.name: guest.reasons for guest in team.willing.guests} if team.willing else None


def test_each_comes_with_the_reason_said_to_the_trekker(cast, visit, issue, seat):
    say(cast.chris, schrijven="learns")
    say(cast.noor, schrijven="teaches")
    say(cast.hugo, tellen="can")
    for lead in (cast.dina, cast.eva):
        assert drawn(issue, lead) == {
            "Chris": ["Wants to learn this: Writing.", "Has room for 2 hours a week."],
            "Noor": ["Can do what it asks: Writing.", "Has room for 2 hours a week."],
        }
    page = visit(cast.dina).get(issue.url).text
    assert "Colleagues who want this" in page and "Has room for 2 hours a week." in page
    assert f'action="{seat.url}/invite"' in page and f'name="whom" value="{cast.chris.id}"' in page


@pytest.mark.parametrize(
    "change",
    [
        {"suggestions": False},
        {"room": None},
        {"room": 0},
        {"room": 1},
        {"skills_shown_to": "me"},
        {"skills_shown_to": "pit"},
        {"wants_shown_to": "me"},
        {"active": False},
        {"away_from": today()},
        {"role": "board", "pit_id": None},
    ],
    ids=str,
)
def test_who_has_no_room_is_away_or_did_not_say_it_is_not_there(change, cast, issue, seat):
    say(cast.bram, schrijven="can")
    assert set(drawn(issue, cast.dina)) == {"Bram"}
    for name, value in change.items():
        setattr(cast.bram, name, value)
    db.session.commit()
    assert drawn(issue, cast.dina) == {}


def test_hours_given_elsewhere_are_no_room(cast, issue, seat):
    say(cast.bram, room=3, schrijven="can")
    make_seat(cast, make_issue(cast), "filled", holder_id=cast.bram.id)
    assert drawn(issue, cast.dina) == {}


@pytest.mark.parametrize("state", Bid.STATES)
def test_who_was_asked_or_asked_before_is_left_in_peace(state, cast, issue, seat):
    other = make_seat(cast, issue, title="Andere")
    for person in (cast.chris, cast.noor, cast.dina, cast.eva, cast.sara):
        say(person, schrijven="can")
    make_seat(cast, issue, "filled")  # Sara's
    keep(Bid(seat_id=other.id, person_id=cast.chris.id, by_id=cast.dina.id, state=state))
    assert set(drawn(issue, cast.dina)) == {"Noor"}


def test_nobody_but_the_lead_sees_them_and_for_others_nothing_is_computed(cast, visit, issue, seat, monkeypatch):
    say(cast.chris, schrijven="can")
    monkeypatch.setattr(willing, "_query", lambda *_asked: pytest.fail("computed for somebody else"))
    for person in (cast.wim, cast.petra, cast.anna, cast.chris, cast.gijs):
        assert drawn(issue, person) is None
        page = visit(person).get(issue.url).text
        assert "Colleagues who want this" not in page and "/invite" not in page


def test_no_seat_that_asks_a_skill_means_nobody_to_draw(cast, issue):
    make_seat(cast, issue)
    make_seat(cast, issue, "filled", skills=[cast.schrijven])
    say(cast.chris, schrijven="can")
    assert drawn(issue, cast.dina) is None


def test_one_press_invites_and_the_next_draw_leaves_that_one_out(cast, visit, issue, seat):
    say(cast.chris, schrijven="can")
    answer = visit(cast.dina).htmx(f"{seat.url}/invite", {"whom": cast.chris.id}, target="section#team")
    assert answer.status_code == 200 and 'id="team"' in answer.text and "invited" in answer.text
    bid = db.session.scalars(select(Bid)).one()
    assert (bid.state, bid.person_id, bid.by_id, bid.seat_id) == ("invited", cast.chris.id, cast.dina.id, seat.id)
    assert drawn(issue, cast.dina) == {} and "All colleagues" in answer.text
    say(cast.noor, schrijven="can")
    assert visit(cast.dina).post(f"{seat.url}/invite", data={"whom": cast.noor.id}).status_code == 303


def test_the_order_is_drawn_anew_every_time(cast, issue, seat):
    """Every order of three comes, and none much oftener than another: whoever signed up first, or has more to offer."""
    say(cast.chris, schrijven="learns")
    say(cast.noor, room=40, schrijven="teaches", tellen="teaches")
    say(cast.hugo, schrijven="can")
    names = [person.name for person in (cast.chris, cast.noor, cast.hugo)]
    orders = Counter(tuple(drawn(issue, cast.dina)) for _again in range(240))
    assert set(orders) == set(permutations(names))
    assert min(orders.values()) >= 15  # of 40 on average: less happens once in a hundred thousand


def test_never_more_than_five_and_everybody_has_a_turn(cast, issue, seat):
    people = [
        keep(Person(name=f"Collega {n}", email=f"c{n}@voorbeeld.nl", pit_id=cast.groen.id, room=5)) for n in range(12)
    ]
    for person in people:
        say(person, schrijven="can")
    seen: set[str] = set()
    for _again in range(40):
        found = drawn(issue, cast.dina)
        assert len(found) == 5
        seen |= set(found)
    assert seen == {person.name for person in people}


# The smallest teams, as examples.


def examples(issue, viewer):
    found = Team.of(issue, viewer).willing.examples()
    return {frozenset((p.name, frozenset(s.title for s in seats)) for p, seats in one.items()) for one in found}


def test_the_smallest_teams_are_shown_as_examples(cast, visit, issue, seat):
    make_seat(cast, issue, title="Teller", skills=[cast.tellen])
    say(cast.chris, room=2, schrijven="can")
    say(cast.noor, room=3, tellen="learns", schrijven="can")
    assert examples(issue, cast.dina) == {
        frozenset({("Chris", frozenset({"Schrijver"})), ("Noor", frozenset({"Teller"}))}),
    }
    page = visit(cast.dina).get(issue.url).text
    assert "Examples of a small team that covers what is asked" in page and "as “Teller”" in page
    cast.noor.room = 4
    db.session.commit()
    assert examples(issue, cast.dina) == {frozenset({("Noor", frozenset({"Schrijver", "Teller"}))})}


def test_who_misses_a_skill_of_the_seat_does_not_cover_it(cast, visit, issue, seat):
    make_seat(cast, issue, title="Beide", skills=[cast.tellen, cast.schrijven])
    say(cast.chris, schrijven="can")
    say(cast.noor, schrijven="can")
    assert len(drawn(issue, cast.dina)) == 2 and examples(issue, cast.dina) == set()
    assert "Examples of a small team" not in visit(cast.dina).get(issue.url).text


def test_a_single_seat_needs_no_example_and_of_many_there_are_too_many(cast, issue, seat):
    say(cast.chris, room=40, schrijven="can")
    assert examples(issue, cast.dina) == set()
    for _n in range(willing.SEATS):
        make_seat(cast, issue, skills=[cast.schrijven])
    assert examples(issue, cast.dina) == set()


def test_at_most_three_examples_in_any_order_and_every_team_comes_by(cast, issue, seat):
    make_seat(cast, issue, title="Teller", skills=[cast.tellen])
    people = [cast.chris, cast.noor, cast.hugo, cast.femke]
    for person in people:
        say(person, room=2, schrijven="can", tellen="can")
    teams = set()
    for _again in range(60):
        found = examples(issue, cast.dina)
        assert len(found) == 3
        teams |= found
    assert len(teams) == 12, "each of four as one, each of three as the other"


def test_the_panel_costs_the_same_for_one_colleague_as_for_a_hundred(cast, visit, statements, issue, seat):
    make_seat(cast, issue, title="Teller", skills=[cast.tellen])
    browser, url, said = visit(cast.dina), issue.url, []
    for size in (2, 100):
        for n in range(size):
            person = keep(Person(name=f"C {n}", email=f"c{size}-{n}@voorbeeld.nl", pit_id=cast.groen.id, room=5))
            db.session.add(PersonSkill(person_id=person.id, skill_id=cast.schrijven.id, level="can"))
            db.session.add(PersonSkill(person_id=person.id, skill_id=cast.tellen.id, level="learns"))
        db.session.commit()
        with statements() as sent:
            assert "Colleagues who want this" in browser.get(url).text
        said.append(len(sent))
    assert said[0] == said[1], said


def test_what_is_shown_is_kept_nowhere(cast, visit, statements, issue, seat):
    say(cast.chris, schrijven="can")
    browser = visit(cast.dina)
    with statements() as sent:
        browser.get(issue.url)
    assert not [one for one in sent if one.startswith(("INSERT", "UPDATE", "DELETE"))]


def test_the_seat_is_drawn_when_several_fit(cast, issue, seat, monkeypatch):
    other = make_seat(cast, issue, title="Ook schrijver", skills=[cast.schrijven])
    say(cast.chris, schrijven="can")
    monkeypatch.setattr(random, "choice", lambda some: some[-1])
    guest = Team.of(issue, cast.dina).willing.guests[0]
    assert set(guest.fits) == {seat, other} and guest.seat == other
    assert guest.reasons[0] == "Can do what it asks: Writing."
