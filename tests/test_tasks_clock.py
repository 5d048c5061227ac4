"""What time does to tasks: each transition at its moment, once, and told to whom it concerns."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hkplein import clock
from hkplein.clock import ZONE, end_of, moved_to
from hkplein.db import db
from hkplein.models import Bid, Event, Notification, Person, PersonSkill, task_clock
from tests.cast import keep, make_task

MONDAY = date(2026, 9, 7)  # no public holiday near


def at(day, hour=10) -> Any:
    return moved_to(datetime(day.year, day.month, day.day, hour, tzinfo=ZONE))


def tick() -> Any:
    """What `hkplein tick` does to tasks; the verbs that were done."""
    last = db.session.scalar(select(db.func.max(Event.id))) or 0
    for transition in clock.TRANSITIONS:
        if transition.name.startswith(task_clock.__name__):
            for row in db.session.scalars(transition.due()).all():
                transition.act(row)
            db.session.commit()
    db.session.expire_all()
    return db.session.scalars(select(Event.verb).where(Event.id > last).order_by(Event.id)).all()


def told(verb) -> Any:
    found = select(Person.name, Notification.why).join(Notification.person).join(Notification.event)
    return dict(db.session.execute(found.where(Event.verb == verb)).all())


def test_an_open_task_expires_at_the_end_of_its_date_and_everybody_hears_it(cast, visit):
    with at(MONDAY):
        task = make_task(cast, due=MONDAY, choice="hands")
        task.raise_hand(cast.bram)
    with moved_to(end_of(MONDAY)):
        assert tick() == [] and task.state == "open"
    with moved_to(end_of(MONDAY) + timedelta(seconds=1)):
        assert tick() == ["expire", "none-chosen"]
        assert tick() == []
    assert (task.state, task.hands) == ("expired", 0) and task.ended_at
    assert told("expire") == {"Anna": "author"} and told("none-chosen") == {"Bram": "hand"}
    assert "Nobody was chosen before its date." in visit(cast.bram).get(task.url).text
    assert db.session.scalars(select(Bid.state)).all() == ["declined"]


@pytest.mark.parametrize(
    ("posted", "too_early", "in_time"),
    [
        (MONDAY, date(2026, 9, 9), date(2026, 9, 10)),
        (date(2026, 9, 10), date(2026, 9, 14), date(2026, 9, 15)),  # Thursday to Tuesday, over the weekend
        (date(2026, 9, 9), date(2026, 9, 13), date(2026, 9, 14)),  # not on Sunday, on Monday
        (date(2026, 12, 23), date(2026, 12, 28), date(2026, 12, 29)),  # Christmas lies between
    ],
)
def test_after_three_working_days_the_author_gets_tips(cast, visit, posted, too_early, in_time):
    with at(posted):
        task = make_task(cast, due=posted + timedelta(days=30))
    with at(too_early, 23):
        assert tick() == []
    with at(in_time, 1):
        assert tick() == ["tips"]
        assert tick() == []
    assert told("tips") == {"Anna": "author"}
    assert "Three tips" in visit(cast.anna).get(task.url).text
    assert "Three tips" not in visit(cast.bram).get(task.url).text


def test_after_five_working_days_five_who_want_this_are_invited_once(cast):
    town = [keep(Person(name=f"Collega {n}", email=f"c{n}@voorbeeld.nl")) for n in range(9)]
    for person in [*town, cast.anna, cast.wim, cast.bram, cast.chris, cast.dina, cast.eva]:
        keep(PersonSkill(person_id=person.id, skill_id=cast.tellen.id, level="learns"))
    cast.bram.away_from = MONDAY
    cast.chris.suggestions = False
    cast.dina.active = False
    with at(MONDAY):
        task = make_task(cast, due=MONDAY + timedelta(days=30), skills=[cast.tellen], choice="hands")
        task.raise_hand(cast.eva)
    with at(MONDAY + timedelta(days=4), 23):
        assert tick() == ["tips"]
    with at(MONDAY + timedelta(days=7)):
        assert tick() == ["invite"]
        assert tick() == []
    invited = told("invite")
    assert len(invited) == 5 and set(invited.values()) == {"fits"}
    assert set(invited) <= {person.name for person in town}, "nobody who is away, opted out, left, or knows it already"


def test_an_invitation_is_for_who_wants_to_learn_what_it_teaches_too(cast):
    keep(PersonSkill(person_id=cast.bram.id, skill_id=cast.schrijven.id, level="learns"))
    keep(PersonSkill(person_id=cast.chris.id, skill_id=cast.schrijven.id, level="can"))
    with at(MONDAY):
        make_task(cast, due=MONDAY + timedelta(days=30), learns_id=cast.schrijven.id)
    with at(MONDAY + timedelta(days=7)):
        assert tick() == ["tips", "invite"]
    assert told("invite") == {"Bram": "fits"}


def test_who_does_it_gets_a_private_note_when_the_date_has_passed(cast, visit):
    with at(MONDAY):
        task = make_task(cast, "taken", due=MONDAY)
        assert tick() == []
    with at(MONDAY + timedelta(days=1)):
        assert tick() == ["date-passed"]
        assert tick() == []
        assert "four ways out" in visit(cast.chris).get(task.url).text
        assert "four ways out" not in visit(cast.anna).get(task.url).text
    assert told("date-passed") == {"Chris": "holder"}
    assert task.history() == [], "nobody else reads it in the history"


def test_whoever_takes_it_over_hears_of_the_date_anew(cast):
    with at(MONDAY):
        task = make_task(cast, "taken", due=MONDAY)
    with at(MONDAY + timedelta(days=1)):
        tick()
        task.offer(cast.chris, "give")
        task.take_over(cast.bram)
        assert tick() == ["date-passed"]
    assert told("date-passed") == {"Chris": "holder", "Bram": "holder"}


def test_a_report_that_nobody_confirms_is_done_after_five_working_days(cast):
    with at(MONDAY):
        task = make_task(cast, "taken", due=MONDAY + timedelta(days=30))
        task.report(cast.chris)
        db.session.commit()
    with at(MONDAY + timedelta(days=6), 23):
        assert tick() == [] and task.state == "reported"
    with at(MONDAY + timedelta(days=7)):
        assert tick() == ["settle"]
        assert tick() == []
    assert task.state == "done" and task.ended_at
    assert told("settle") == {"Chris": "holder", "Anna": "author"}


def test_every_clock_verb_of_the_table_is_run(cast):
    names = {t.name.rpartition(".")[2].replace("_", "-") for t in clock.TRANSITIONS if "task_clock" in t.name}
    by_time = {verb.name for verb in make_task(cast).VERBS.values() if verb.clock}
    others = {"not-chosen": "choose", "none-chosen": "expire", "join": "undo", "raise-again": "undo"}
    elsewhere = {*others, "swap", "ring", "stand-in"}
    assert by_time - names == elsewhere, "which another verb, a swap, a ring or a closed account does"
