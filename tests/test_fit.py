"""Why something fits somebody, and what a team lacks: golden sentences, and what must hold for every input."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, product

import grimp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from hkplein.clock import today
from hkplein.db import db
from hkplein.fit import Makeup, Profile, Work, choose, explain, lacking, reasons, smallest, ways
from hkplein.i18n import speaking
from hkplein.models import PersonSkill, SeatSkill, TaskSkill, suggestion
from hkplein.models.suggestion import profile_for, suggestions
from tests.cast import keep, make_issue, make_seat, make_task

DAY = date(2026, 11, 27)
NAMES = {1: "Writing", 2: "Counting", 3: "Listening", 4: "Drawing"}
LETTER = Work("task", 4, DAY, {1: "Writing", 2: "Counting"}, learns={3: "Listening"})
ANYONE = Work("task", 2, DAY)
SEAT = Work("seat", 6, DAY, {1: "Writing"})
DEPUTY = Work("deputy", date=DAY, skills={1: "Writing", 2: "Counting"})
LATER, EARLIER = DAY + timedelta(days=3), DAY - timedelta(days=3)

# Work and profile, whether it fits, and what is said: in English, then in Dutch.
GOLDEN = [
    (
        replace(ANYONE, place="Kulturhus De Kolk, Zuiderkolk"),
        Profile(near=("haven", "zuiderkolk"), room=0),
        False,
        [
            "It asks no special skill.",
            "It is where you like to work: Kulturhus De Kolk, Zuiderkolk.",
            "You have no room left.",
        ],
        None,
    ),
    (
        replace(ANYONE, place="Haven"),
        Profile(near=("kolk",), room=2),
        True,
        ["It asks no special skill.", "It takes 2 hours, and you have room for 2 hours a week."],
        None,
    ),
    (
        LETTER,
        Profile(),
        False,
        ["It asks this, and it is not in your profile: Counting, Writing."],
        ["Dit wordt gevraagd en staat niet in je profiel: Counting, Writing."],
    ),
    (
        LETTER,
        Profile(can=frozenset({1}), room=4),
        True,
        [
            "It asks what you can do: Writing.",
            "It takes 4 hours, and you have room for 4 hours a week.",
            "It asks this, and it is not in your profile: Counting.",
        ],
        [
            "Dit vraagt wat jij kunt: Writing.",
            "Het kost 4 uur, en je hebt ruimte voor 4 uur per week.",
            "Dit wordt gevraagd en staat niet in je profiel: Counting.",
        ],
    ),
    (
        LETTER,
        Profile(can=frozenset({1, 2}), learns=frozenset({3}), room=1),
        True,
        [
            "It asks what you can do: Counting, Writing.",
            "You want to learn this: Listening.",
            "It takes 4 hours, but you have room for 1 hour a week.",
        ],
        [
            "Dit vraagt wat jij kunt: Counting, Writing.",
            "Dit wil jij leren: Listening.",
            "Het kost 4 uur, maar je hebt ruimte voor 1 uur per week.",
        ],
    ),
    (
        ANYONE,
        Profile(room=0, away_from=EARLIER, away_until=DAY),
        False,
        ["It asks no special skill.", "You have no room left.", "You are away on its date."],
        [
            "Je hoeft er niets bijzonders voor te kunnen.",
            "Je hebt geen ruimte meer.",
            "Op die datum ben jij even weg.",
        ],
    ),
    (
        ANYONE,
        Profile(room=3, given=3, away_from=EARLIER, away_until=DAY - timedelta(days=1)),
        True,
        [
            "It asks no special skill.",
            "It takes 2 hours, and you have room for 3 hours a week.",
            "You are back before its date.",
        ],
        [
            "Je hoeft er niets bijzonders voor te kunnen.",
            "Het kost 2 uur, en je hebt ruimte voor 3 uur per week.",
            "Je bent terug voor die datum.",
        ],
    ),
    (ANYONE, Profile(away_from=LATER), False, ["It asks no special skill."], None),
    (
        SEAT,
        Profile(learns=frozenset({1}), room=6, away_from=EARLIER),
        True,
        [
            "You want to learn this: Writing.",
            "It takes 6 hours a week, and you have room for 6 hours a week.",
            "You are away for a while in this time.",
        ],
        [
            "Dit wil jij leren: Writing.",
            "Het kost 6 uur per week, en je hebt ruimte voor 6 uur per week.",
            "Je bent in die tijd een poos weg.",
        ],
    ),
    (
        SEAT,
        Profile(can=frozenset({1}), room=9, given=2),
        True,
        [
            "It asks what you can do: Writing.",
            "It takes 6 hours a week, and you have 7 hours a week left.",
        ],
        [
            "Dit vraagt wat jij kunt: Writing.",
            "Het kost 6 uur per week, en je hebt nog 7 uur per week over.",
        ],
    ),
    (
        SEAT,
        Profile(can=frozenset({4}), room=3, given=2),
        False,
        [
            "It asks this, and it is not in your profile: Writing.",
            "It takes 6 hours a week, but you have only 1 hour a week left.",
        ],
        [
            "Dit wordt gevraagd en staat niet in je profiel: Writing.",
            "Het kost 6 uur per week, maar je hebt nog maar 1 uur per week over.",
        ],
    ),
    (SEAT, Profile(can=frozenset({1}), room=2, given=2, away_from=LATER), True, None, None),
    (
        DEPUTY,
        Profile(can=frozenset({1}), learns=frozenset({2}), room=3, given=1),
        True,
        [
            "The team looks for what you can do: Writing.",
            "The team looks for what you want to learn: Counting.",
            "You have room for 2 hours a week. How much it takes, you agree on together.",
        ],
        [
            "Het team zoekt wat jij kunt: Writing.",
            "Het team zoekt wat jij wilt leren: Counting.",
            "Je hebt ruimte voor 2 uur per week. Hoeveel het kost, spreek je samen af.",
        ],
    ),
    (
        DEPUTY,
        Profile(room=3),
        False,
        [
            "You have room for 3 hours a week. How much it takes, you agree on together.",
            "The team looks for this, and it is not in your profile: Counting, Writing.",
        ],
        [
            "Je hebt ruimte voor 3 uur per week. Hoeveel het kost, spreek je samen af.",
            "Het team zoekt dit, en het staat niet in je profiel: Counting, Writing.",
        ],
    ),
    (replace(DEPUTY, skills={}, date=None), Profile(room=3), True, None, None),
    (replace(DEPUTY, skills={}, date=None), Profile(away_from=DAY), False, None, None),
]


@pytest.mark.parametrize(("work", "profile", "fits", "english", "dutch"), GOLDEN)
def test_what_is_said_of_this_and_this(work, profile, fits, english, dutch):
    found = explain(work, profile)
    assert found.fits == fits
    for language, said in (("en", english), ("nl", dutch)):
        with speaking(language):
            assert said is None or found.sentences + found.gaps == said
            assert [one for _fits, one in found.said] == found.sentences + found.gaps


def test_every_reason_is_among_the_golden_ones_and_in_dutch():
    found = [explain(work, profile) for work, profile, *_said in GOLDEN]
    kinds = {reason.kind for one in found for reason in (*one.reasons, *one.missing)}
    assert kinds == set(reasons.SENTENCES)
    for sentence in (*reasons.SENTENCES.values(), *reasons.OF_OTHERS.values()):
        with speaking("nl"):
            assert str(sentence) != sentence.message


def test_to_another_only_what_fits_is_said():
    seat = Work("seat", 1, DAY, {1: "Writing", 2: "Counting", 3: "Listening"})
    found = explain(seat, Profile(can=frozenset({1}), learns=frozenset({2}), room=8, away_from=EARLIER))
    with speaking("en"):
        english = ["Can do what it asks: Writing.", "Wants to learn this: Counting.", "Has room for 1 hour a week."]
        assert found.of_another == english and found.missing
    with speaking("nl"):
        dutch = ["Kan wat er gevraagd wordt: Writing.", "Wil dit leren: Counting.", "Heeft ruimte voor 1 uur per week."]
        assert found.of_another == dutch
    with speaking("en"):
        assert explain(seat, Profile(room=8, given=2)).of_another == ["Has room for 1 hour a week."]


ids = st.frozensets(st.sampled_from(sorted(NAMES)))
works = st.builds(
    Work,
    st.sampled_from(["task", "seat", "deputy"]),
    hours=st.none() | st.integers(1, 20),
    date=st.just(DAY),
    skills=ids.map(lambda some: {id_: NAMES[id_] for id_ in some}),
    learns=ids.map(lambda some: {id_: NAMES[id_] for id_ in sorted(some)[:1]}),
    place=st.sampled_from(["", "Haven", "Zuiderkolk"]),
)
days = st.none() | st.dates(EARLIER, LATER)
profiles = st.builds(
    Profile,
    can=ids,
    learns=ids,
    room=st.none() | st.integers(0, 20),
    given=st.integers(0, 9),
    near=st.lists(st.sampled_from(["haven", "kolk"])).map(tuple),
    away_from=days,
    away_until=days,
)


@given(works, profiles, st.sampled_from(sorted(NAMES)), st.sampled_from(["can", "learns"]))
def test_a_skill_more_never_takes_a_reason_away(work, profile, skill, level):
    before = explain(work, profile)
    after = explain(work, replace(profile, **{level: getattr(profile, level) | {skill}}))
    assert set(before.reasons) <= set(after.reasons)
    assert set(after.missing) <= set(before.missing)
    assert after.fits or not before.fits


@given(works, profiles, st.integers(1, 20))
def test_more_room_never_takes_a_reason_away(work, profile, more):
    def kinds(one):
        return {(reason.kind, reason.what) for reason in one.reasons}

    before, after = explain(work, profile), explain(work, replace(profile, room=(profile.room or 0) + more))
    assert kinds(before) <= kinds(after) and (after.fits or not before.fits)


@given(works, ids)
def test_wanting_to_learn_counts_as_much_as_being_able(work, skills):
    can, learns = explain(work, Profile(can=skills)), explain(work, Profile(learns=skills | frozenset(work.learns)))
    assert learns.fits or not can.fits


@given(st.lists(st.tuples(works, st.integers(1, 3)), max_size=12), profiles)
def test_five_at_most_in_the_order_given_and_every_pit_before_a_second_of_one(things, profile):
    numbered = list(enumerate(things))
    chosen = choose(numbered, profile, lambda one: one[1][0], lambda one: one[1][1])
    assert len(chosen) <= 5 and all(why.fits for _one, why in chosen)
    fitting = [one for one in numbered if explain(one[1][0], profile).fits]
    assert len(chosen) == min(5, len(fitting))
    pits = [one[1][1] for one, _why in chosen]
    several = {pit for _place, (_work, pit) in fitting}
    assert len(set(pits)) == min(5, len(several))
    turns = [pits[:place].count(pit) for place, pit in enumerate(pits)]
    assert turns == sorted(turns)
    for turn in set(turns):
        places = [one[0] for (one, _why), mine in zip(chosen, turns, strict=True) if mine == turn]
        assert places == sorted(places)


def test_fit_reaches_nothing_that_tells_of_behaviour():
    graph = grimp.build_graph("hkplein", cache_dir=None)
    reached = graph.find_upstream_modules("hkplein.fit", as_package=True) - {"hkplein"}
    assert reached == {"hkplein.i18n", "hkplein.clock"}  # so no events, no sessions, no pitstops, no database


# Teams.

NOBODY = Makeup({}, {}, people=0, pits=0, outdoors=False, partners=True)
LACKING = [
    (NOBODY, [], []),
    (
        replace(NOBODY, partners=False),
        ["No partner from outside takes part yet."],
        ["Er doet nog geen partner van buiten mee."],
    ),
    (
        Makeup({1: "Writing", 2: "Counting"}, {2: "knowledge"}, 2, 1, outdoors=False, partners=True),
        [
            "Nobody in the team shows “Writing” yet.",
            "There is professional knowledge, but no process skills yet.",
            "Everybody comes from the same pit.",
            "Nobody works outdoors.",
        ],
        [
            "Niemand in het team laat “Writing” zien.",
            "Er is vakkennis, maar er zijn nog geen procesvaardigheden.",
            "Iedereen komt uit dezelfde pit.",
            "Niemand werkt buiten.",
        ],
    ),
    (
        Makeup({}, {1: "process"}, 2, 2, outdoors=True, partners=True),
        ["There are process skills, but no professional knowledge yet."],
        ["Er zijn procesvaardigheden, maar er is nog geen vakkennis."],
    ),
    (Makeup({1: "Writing"}, {1: "process", 2: "knowledge"}, 2, 2, outdoors=True, partners=True), [], []),
    (Makeup({}, {1: "process"}, 1, 1, outdoors=False, partners=True), [], []),
]


@pytest.mark.parametrize(("team", "english", "dutch"), LACKING)
def test_what_a_team_lacks(team, english, dutch):
    for language, said in (("en", english), ("nl", dutch)):
        with speaking(language):
            assert lacking(team) == said


seats = st.frozensets(st.integers(1, 4))
people = st.dictionaries(st.sampled_from("abcde"), st.lists(seats.filter(bool), max_size=4, unique=True))


@given(seats, people)
def test_the_smallest_teams_are_those_that_brute_force_finds(asked, able):
    found = [tuple(sorted((who, tuple(sorted(way))) for who, way in team.items())) for team in smallest(asked, able)]
    assert len(found) == len(set(found))
    every = {
        tuple((who, tuple(sorted(way))) for who, way in zip(some, chosen, strict=True))
        for size in range(1, len(asked) + 1)
        for some in combinations(sorted(able), size)
        for chosen in product(*(able[who] for who in some))
        if sorted(seat for way in chosen for seat in way) == sorted(asked)
    }
    least = min(map(len, every), default=0)
    assert set(found) == {team for team in every if len(team) == least}


@given(st.dictionaries(st.integers(1, 5), st.integers(1, 9)), st.integers(0, 20))
def test_somebody_may_sit_in_every_set_of_seats_that_fits_in_the_room(hours, room):
    found = ways(hours, room)
    assert len(set(found)) == len(found) and all(found)
    subsets = [some for size in range(1, len(hours) + 1) for some in combinations(hours, size)]
    assert set(found) == {frozenset(some) for some in subsets if sum(hours[one] for one in some) <= room}


def test_the_hardest_search_is_quick():
    """Six seats, as many colleagues as are ever looked at, and nobody who can take two of them."""
    able = {who: [frozenset({seat}) for seat in range(6)] for who in range(24)}
    assert len(next(smallest(range(6), able))) == 6
    pairs = {who: [frozenset({seat}) for seat in range(6)] + [frozenset({0, 1})] for who in range(24)}
    assert len(next(smallest(range(6), pairs))) == 5


# What is suggested.


def wants(cast, person, **levels):
    db.session.execute(delete(PersonSkill).where(PersonSkill.person_id == person.id))
    db.session.add_all(
        PersonSkill(person_id=person.id, skill_id=getattr(cast, name).id, level=level) for name, level in levels.items()
    )
    db.session.commit()
    db.session.refresh(person)


def asks(thing, skill):
    link = TaskSkill(task_id=thing.id) if thing.noun == "task" else SeatSkill(seat_id=thing.id)
    link.skill_id = skill.id
    keep(link)
    return thing


def test_suggestions_are_what_fits_each_with_its_reason(cast):
    issue = make_issue(cast)
    write = asks(make_task(cast, title="Schrijf", pit_id=cast.groen.id), cast.schrijven)
    seat = asks(make_seat(cast, issue), cast.tellen)
    gift = asks(make_task(cast, "taken", title="Over", offered="give"), cast.schrijven)
    asks(make_task(cast, "taken", title="Ruil", offered="swap"), cast.schrijven)
    asks(make_task(cast, title="Van mij", author_id=cast.bram.id), cast.schrijven)
    make_task(cast, title="Voor iedereen", hours=9)
    assert suggestions(cast.bram) == []  # nothing was entered
    wants(cast, cast.bram, schrijven="teaches", tellen="learns")
    found = {(one.card.noun, one.card.id): one.fit.said for one in suggestions(cast.bram)}
    assert found == {
        ("task", write.id): [(True, "It asks what you can do: Writing.")],
        ("task", gift.id): [(True, "It asks what you can do: Writing.")],
        ("seat", seat.id): [(True, "You want to learn this: Counting.")],
    }


def test_what_you_learn_from_a_task_and_room_fit_too(cast):
    learn = make_task(cast, title="Leer", learns_id=cast.tellen.id, hours=30)
    small = make_task(cast, title="Klein", hours=2)
    make_task(cast, title="Groot", hours=12)
    wants(cast, cast.bram, tellen="learns")
    cast.bram.room = 4
    assert {one.card.id for one in suggestions(cast.bram)} == {learn.id, small.id}


def test_suggestions_vary_over_pits(cast):
    for day in range(1, 7):
        asks(make_task(cast, due=today() + timedelta(days=day)), cast.schrijven)
    other = asks(make_task(cast, due=today() + timedelta(days=30), pit_id=cast.groen.id), cast.schrijven)
    wants(cast, cast.bram, schrijven="can")
    assert [one.card.id for one in suggestions(cast.bram)][1] == other.id


def test_a_deputys_place_is_suggested_by_what_the_seats_ask(cast):
    write, count, any_ = (make_issue(cast, "forming", title=title, deputy_id=None) for title in ("S", "T", "Alles"))
    for issue, skill in ((write, cast.schrijven), (count, cast.tellen)):
        make_seat(cast, issue, skills=[skill])
    for state, deputy in (("running", cast.eva.id), ("seeking", None), ("finished", None)):
        make_seat(cast, make_issue(cast, state, deputy_id=deputy), "ended", skills=[cast.schrijven])
    own = make_issue(cast, "running", deputy_id=None, trekker_id=cast.bram.id)
    make_seat(cast, own, "filled", skills=[cast.schrijven])

    def found(person):
        return {one.card.id: one.fit.sentences for one in suggestions(person) if one.card.noun == "issue"}

    wants(cast, cast.bram, schrijven="learns")
    assert found(cast.bram) == {write.id: ["The team looks for what you want to learn: Writing."]}
    cast.bram.room = 2
    assert set(found(cast.bram)) == {write.id, any_.id}
    assert any("agree on together" in sentence for sentence in found(cast.bram)[any_.id])


def test_tasks_seats_and_deputys_places_take_turns(cast):
    wants(cast, cast.bram, schrijven="can")
    for day in range(1, 6):
        asks(make_task(cast, due=today() + timedelta(days=day)), cast.schrijven)
    asks(make_seat(cast, make_issue(cast)), cast.schrijven)
    make_seat(cast, make_issue(cast, deputy_id=None), "filled", skills=[cast.schrijven])
    assert [one.card.noun for one in suggestions(cast.bram)] == ["task", "seat", "issue", "task", "task"]


def test_the_hours_that_are_given_to_seats_are_no_room_any_more(cast):
    cast.bram.room = 3
    make_seat(cast, make_issue(cast), "filled", holder_id=cast.bram.id)
    make_seat(cast, make_issue(cast), "ended", holder_id=cast.bram.id)
    assert profile_for(cast.bram).given == 2
    cast.bram.away_from, cast.bram.away_until = today() - timedelta(days=9), today() - timedelta(days=1)
    assert profile_for(cast.bram).away_from is None, "what is over is forgotten"


def test_what_fits_is_seen_on_its_page_by_whom_it_is_for(cast, visit):
    wants(cast, cast.bram, schrijven="can")
    issue = make_issue(cast, deputy_id=None)
    task, seat = asks(make_task(cast), cast.schrijven), asks(make_seat(cast, issue), cast.schrijven)
    offered = asks(make_task(cast, "taken", offered="swap"), cast.schrijven)
    hers = asks(make_task(cast, "taken"), cast.schrijven)
    can = "It asks what you can do: Writing."
    for thing, said in ((task, can), (offered, can), (seat, can), (issue, can), (issue, "The team looks for what you")):
        page = visit(cast.bram).get(thing.url).text
        assert said in page and "Why this fits you" in page, thing.url
    assert can not in visit(cast.bram).get(hers.url).text, "somebody does it and keeps it"
    for person in (cast.chris, cast.anna, cast.dina, cast.wim, cast.petra):
        for thing in (task, seat, issue):
            answer = visit(person).get(thing.url)
            assert answer.status_code == 404 or can not in answer.text, "it is nobody else's"
    stranger = visit(cast.chris).get(task.url).text
    assert "Does this fit you?" in stranger and "not in your profile: Writing" in stranger
    assert "Nothing that you entered in your profile fits this." in stranger
    assert f'href="{cast.chris.url}"' in stranger and "Does this fit you?" not in visit(cast.anna).get(task.url).text


def test_home_says_so_when_nothing_fits_and_where_to_go(cast, visit):
    page = visit(cast.bram).get("/").text
    assert "Nothing on the square fits what you entered" in page
    assert f'href="{cast.bram.url}/edit"' in page and 'href="/tasks"' in page and 'href="/issues"' in page
    wants(cast, cast.bram, schrijven="can")
    make_seat(cast, make_issue(cast, deputy_id=None), "filled", skills=[cast.schrijven])
    page = visit(cast.bram).get("/").text
    assert "It looks for a deputy." in page and "The team looks for what you can do: Writing." in page
    assert "Nothing on the square" not in page


def test_switched_off_nothing_is_computed_anywhere(cast, visit, monkeypatch):
    issue = make_issue(cast, deputy_id=None)
    task, seat = asks(make_task(cast), cast.schrijven), asks(make_seat(cast, issue), cast.schrijven)
    for person in (cast.bram, cast.wim):
        wants(cast, person, schrijven="can")
    assert suggestions(cast.bram) and suggestions(cast.wim) == [], "the board takes nothing on"
    assert visit(cast.bram).post(f"{cast.bram.url}/suggest", data={}).status_code == 303

    def never(*_asked):
        raise AssertionError("somebody computes what was switched off")

    for name in ("explain", "choose", "profile_of"):
        monkeypatch.setattr(suggestion, name, never)
    for person in (cast.bram, cast.wim):
        for path in ("/", task.url, seat.url, issue.url):
            page = visit(person).get(path)
            assert page.status_code == 200
            assert not [said for said in ("This fits you", "Why this fits", "Does this fit") if said in page.text]


def test_suggestions_take_as_many_statements_for_many_as_for_few(cast, statements):
    wants(cast, cast.bram, schrijven="can")
    cast.bram.room = 4
    said = []
    for many in (3, 60):
        for _ in range(many):
            asks(make_task(cast), cast.schrijven)
            asks(make_seat(cast, make_issue(cast)), cast.schrijven)
            make_seat(cast, make_issue(cast, deputy_id=None), "filled", skills=[cast.schrijven])
        person = cast.bram
        db.session.commit()
        with statements() as sent:
            assert len(suggestions(person)) == 5
        said.append(len(sent))
    assert said[0] == said[1] <= 7, sent
    facts = [one for one in sent if "UNION ALL" in one and "help_line_helper" in one]
    behaviour = ("event", "notification", "sign_in", "pitstop", "message", "swap")
    asked = [one for one in sent if one not in facts]
    assert not [one for one in asked for table in behaviour if f"FROM {table} " in one or f"JOIN {table} " in one]
