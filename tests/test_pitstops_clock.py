"""What time does to pitstops: each run with a moved clock, and twice, for it must happen once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hkplein.clock import TRANSITIONS, moved_to, now, working_days_after
from hkplein.db import db
from hkplein.models import Event, Message, Notification, Pitstop
from hkplein.models.health import overdue_lines
from tests.cast import keep, make_pitstop

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)  # no public holiday in the four weeks after it


def tick(moment: datetime) -> list[tuple[str, set[int]]]:
    """Run what time does to pitstops at `moment`, twice; what it did: (verb, who was told)."""
    before = db.session.scalars(select(Event.id)).all()
    with moved_to(moment):
        for _twice in range(2):
            for transition in TRANSITIONS:
                if "pitstop_clock" in transition.name:
                    for row in db.session.scalars(transition.due()).all():
                        transition.act(row)
                        db.session.commit()
    events = db.session.scalars(select(Event).where(Event.id.not_in(before)).order_by(Event.id)).all()
    people = select(Notification.event_id, Notification.person_id)
    told = [(row.event_id, row.person_id) for row in db.session.execute(people)]
    return [(event.verb, {person for id_, person in told if id_ == event.id}) for event in events]


@contextmanager
def asked(cast: Any, state: str = "asked", days: int = 2, **values: Any) -> Iterator[Pitstop]:
    """A pitstop that was asked on Monday 2 March, with two promised days."""
    with moved_to(MONDAY):
        yield make_pitstop(cast, state, due=working_days_after(MONDAY.date(), days), **values)


def test_the_line_the_asker_and_the_health_page_hear_it_in_turn(cast):
    """Promised in two working days: Wednesday the line, Friday the asker, Tuesday the health page; no names there."""
    with asked(cast) as pitstop:
        pass
    assert tick(MONDAY + timedelta(days=1)) == []
    assert tick(MONDAY + timedelta(days=2)) == [("remind", {cast.femke.id, cast.hugo.id})]
    assert tick(MONDAY + timedelta(days=3)) == []
    assert tick(MONDAY + timedelta(days=4)) == [("ask-wider", {cast.anna.id})]
    assert db.session.execute(overdue_lines()).all() == []
    assert tick(MONDAY + timedelta(days=7)) == []
    assert tick(MONDAY + timedelta(days=8)) == []
    assert pitstop.reminded == 3
    assert [tuple(row) for row in db.session.execute(overdue_lines())] == [("Lean-monteur", 1)]
    assert tick(MONDAY + timedelta(days=60)) == []


def test_what_everyone_may_read_cannot_be_asked_wider_and_nobody_asks_it(cast):
    with asked(cast, readers="everyone") as pitstop:
        pass
    assert tick(MONDAY + timedelta(days=2)) == [("remind", {cast.femke.id, cast.hugo.id})]
    assert tick(MONDAY + timedelta(days=8)) == []
    assert pitstop.reminded == 3


def test_days_off_do_not_count(cast):
    """Asked on the Thursday before Easter 2026 with two days: Friday and Monday are holidays, so it is Wednesday."""
    with moved_to(datetime(2026, 4, 2, 9, tzinfo=UTC)):
        pitstop = Pitstop.ask(cast.anna, cast.lean, question="Hoe?")
        db.session.commit()
    assert f"{pitstop.due}" == "2026-04-08"
    assert tick(datetime(2026, 4, 7, 9, tzinfo=UTC)) == []
    assert tick(datetime(2026, 4, 8, 9, tzinfo=UTC)) == [("remind", {cast.femke.id, cast.hugo.id})]


def test_once_picked_up_the_promise_is_kept_and_nobody_is_reminded(cast):
    with asked(cast) as pitstop:
        pitstop.pick_up(cast.femke)
        db.session.commit()
    assert tick(MONDAY + timedelta(days=4)) == []


def test_a_referred_one_has_the_clock_of_its_new_line(cast):
    with asked(cast, "picked-up", refer_to_id=cast.recht.id) as pitstop:
        pitstop.agree(cast.anna)
        db.session.commit()
    assert tick(MONDAY + timedelta(days=4)) == []
    assert tick(MONDAY + timedelta(days=7)) == [("remind", {cast.gijs.id, cast.femke.id})]
    assert tick(MONDAY + timedelta(days=14)) == [("ask-wider", {cast.anna.id})]


@pytest.mark.parametrize("state", ["picked-up", "planned", "answered"])
def test_a_silent_helper_gives_it_back_to_the_front_and_all_are_told(cast, state):
    with asked(cast, state) as pitstop:
        pass
    assert tick(MONDAY + timedelta(days=4)) == []
    done = tick(MONDAY + timedelta(days=7))
    assert done[0] == ("put-back-silent", {cast.anna.id, cast.femke.id, cast.hugo.id})
    assert (pitstop.state, pitstop.helper_id, pitstop.front) == ("asked", None, True)


def test_a_helper_is_not_silent_while_a_planned_moment_is_still_to_come(cast):
    with asked(cast, "picked-up") as pitstop:
        pitstop.plan(cast.femke, MONDAY + timedelta(days=9), "")
        pitstop.reply(cast.anna, "Fijn!")
        db.session.commit()
    assert tick(MONDAY + timedelta(days=15)) == []
    assert tick(MONDAY + timedelta(days=16))[0][0] == "put-back-silent"


def test_an_asker_who_adds_a_word_waits_no_longer_for_a_silent_helper(cast):
    with asked(cast, "picked-up") as pitstop:
        pass
    with moved_to(MONDAY + timedelta(days=4)):
        pitstop.reply(cast.anna, "Ik wacht nog.")
        db.session.commit()
    assert tick(MONDAY + timedelta(days=7))[0][0] == "put-back-silent"


def test_an_asker_who_writes_after_weeks_gives_the_helper_five_days_again(cast):
    with asked(cast, "answered", turn="asker") as pitstop:
        pass
    with moved_to(MONDAY + timedelta(days=9)):
        pitstop.reply(cast.anna, "Sorry, ik was weg.")
        db.session.commit()
    assert tick(MONDAY + timedelta(days=15)) == []
    assert tick(MONDAY + timedelta(days=16))[0][0] == "put-back-silent"


def test_a_silent_asker_is_asked_to_close_after_ten_days_and_again_after_ten_more(cast):
    with asked(cast, "answered", turn="asker") as pitstop:
        pass
    assert tick(MONDAY + timedelta(days=11)) == []
    assert tick(MONDAY + timedelta(days=14)) == [("ask-close", {cast.anna.id})]
    assert tick(MONDAY + timedelta(days=25)) == []
    assert tick(MONDAY + timedelta(days=28)) == [("ask-close", {cast.anna.id})]
    assert pitstop.state == "answered"


def test_ninety_days_after_closing_a_confidential_text_is_gone(cast):
    with asked(cast, "closed", readers="line", closed_at=MONDAY, tried="Alles", topic="Iets") as pitstop:
        keep(Message(pitstop_id=pitstop.id, by_id=cast.femke.id, text="Geheim"))
    with asked(cast, "closed", readers="pit", closed_at=MONDAY) as other:
        pass
    assert tick(MONDAY + timedelta(days=89)) == []
    assert tick(MONDAY + timedelta(days=91)) == [("erase", {cast.anna.id})]
    db.session.expire_all()
    assert (pitstop.question, pitstop.tried, pitstop.topic, pitstop.state) == ("", "", "", "closed")
    assert db.session.scalars(select(Message.text)).all() == [""]
    assert other.question == "Het loopt vast."


def test_what_was_made_confidential_after_closing_is_forgotten_as_well(cast, visit):
    with asked(cast, "closed", readers="everyone", closed_at=MONDAY) as pitstop:
        pass
    pitstop.narrow(cast.anna)
    db.session.commit()
    assert [verb for verb, _told in tick(MONDAY + timedelta(days=91))] == ["erase"]
    page = visit(cast.anna).get(pitstop.url).text
    assert "is erased" in page and "Het loopt vast" not in page


def test_the_page_asks_the_asker_whether_it_may_be_asked_wider(cast, visit):
    pitstop = make_pitstop(cast, reminded=2, asked_at=now() - timedelta(days=9))
    assert "ask it wider" in visit(cast.anna).get(pitstop.url).text
    assert "ask it wider" not in visit(cast.femke).get(pitstop.url).text
