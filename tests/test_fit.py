"""Why something fits somebody: golden sentences, and what must hold for every input."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from hkplein import fit
from hkplein.clock import today
from hkplein.db import db
from hkplein.fit import Profile, Work, choose, explain
from hkplein.i18n import speaking
from hkplein.models import PersonSkill, SeatSkill, TaskSkill
from hkplein.models.suggestion import suggestions
from tests.cast import keep, make_issue, make_seat, make_task

DAY = date(2026, 11, 27)
NAMES = {1: "Writing", 2: "Counting", 3: "Listening", 4: "Drawing"}
LETTER = Work(hours=4, date=DAY, skills={1: "Writing", 2: "Counting"}, learns={3: "Listening"})
SEAT = Work(hours=6, date=DAY, skills={1: "Writing"}, weekly=True)
ANYONE = Work(hours=2, date=DAY)

GOLDEN = [
    (LETTER, Profile(), False, ["It also asks: Counting, Writing."]),
    (
        LETTER,
        Profile(can=frozenset({1}), room=4),
        True,
        [
            "It asks what you can do: Writing.",
            "4 hours fit in your room of 4 hours a week.",
            "It also asks: Counting.",
        ],
    ),
    (
        LETTER,
        Profile(can=frozenset({1, 2}), learns=frozenset({3}), room=2),
        True,
        [
            "It asks what you can do: Counting, Writing.",
            "You want to learn this: Listening.",
            "It takes 4 hours; your room is 2 hours a week.",
        ],
    ),
    (
        SEAT,
        Profile(learns=frozenset({1}), room=6),
        True,
        ["You want to learn this: Writing.", "6 hours a week fit in your room of 6."],
    ),
    (
        SEAT,
        Profile(can=frozenset({4}), room=2),
        False,
        ["It also asks: Writing.", "It takes 6 hours a week; your room is 2."],
    ),
    (ANYONE, Profile(room=2), True, ["It asks no special skill.", "2 hours fit in your room of 2 hours a week."]),
    (ANYONE, Profile(), False, ["It asks no special skill."]),
    (
        ANYONE,
        Profile(room=8, away_from=DAY - timedelta(days=1), away_until=DAY),
        True,
        ["It asks no special skill.", "2 hours fit in your room of 8 hours a week.", "You are away on its date."],
    ),
]


@pytest.mark.parametrize(("work", "profile", "fits", "said"), GOLDEN)
def test_what_is_said_of_this_and_this(work, profile, fits, said):
    with speaking("en"):
        found = explain(work, profile)
        assert found.sentences + found.gaps == said
    assert found.fits == fits


def test_every_sentence_is_there_in_dutch():
    for sentence in fit.SENTENCES.values():
        with speaking("nl"):
            assert str(sentence) != sentence.message


ids = st.frozensets(st.sampled_from(sorted(NAMES)))
works = st.builds(
    Work,
    hours=st.integers(1, 20),
    date=st.just(DAY),
    skills=ids.map(lambda some: {id_: NAMES[id_] for id_ in some}),
    learns=ids.map(lambda some: {id_: NAMES[id_] for id_ in sorted(some)[:1]}),
    weekly=st.booleans(),
)
profiles = st.builds(Profile, can=ids, learns=ids, room=st.none() | st.integers(0, 20))


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

    assert kinds(explain(work, profile)) <= kinds(explain(work, replace(profile, room=(profile.room or 0) + more)))


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


def test_fit_knows_no_database_and_no_behaviour():
    tree = ast.parse(Path(fit.__file__).read_text())
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert {name for name in imported if name.startswith("hkplein")} == {"hkplein.i18n"}


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
    found = {(one.card.noun, one.card.id): one.reasons for one in suggestions(cast.bram)}
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


def test_suggestions_can_be_switched_off_and_are_not_for_the_board(cast):
    asks(make_task(cast), cast.schrijven)
    wants(cast, cast.bram, schrijven="can")
    wants(cast, cast.wim, schrijven="can")
    assert len(suggestions(cast.bram)) == 1 and suggestions(cast.wim) == []
    cast.bram.suggestions = False
    assert suggestions(cast.bram) == []


def test_suggestions_take_as_many_statements_for_many_as_for_few(cast, statements):
    wants(cast, cast.bram, schrijven="can")
    said = []
    for many in (3, 60):
        for _ in range(many):
            asks(make_task(cast), cast.schrijven)
        person = cast.bram
        db.session.commit()
        with statements() as sent:
            assert len(suggestions(person)) <= 5
        said.append(len(sent))
    assert said[0] == said[1] <= 2
