"""Twenty helpers pick up the same pitstop at the same instant."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import func, select

from hkplein.db import db
from hkplein.errors import Refused
from hkplein.i18n import speaking
from hkplein.models import Event, HelpLineHelper, Person, Pitstop
from tests.cast import keep, make_pitstop

HELPERS = 20


def crowd(cast: Any) -> list[int]:
    """Twenty helpers of the lean line."""
    people = [Person(name=f"Helper {n}", email=f"helper{n}@voorbeeld.nl", pit_id=cast.mens.id) for n in range(HELPERS)]
    db.session.add_all(people)
    db.session.flush()
    db.session.add_all(HelpLineHelper(line_id=cast.lean.id, person_id=person.id) for person in people)
    db.session.commit()
    return [person.id for person in people]


def race(app: Any, ids: list[int], pitstop_id: int) -> tuple[list[int], list[str]]:
    """All of them at once: who won, and what the others were told."""
    start = threading.Barrier(len(ids))
    won: list[int] = []
    told: list[str] = []
    broken: list[Exception] = []

    def run(id_: int) -> None:
        with app.app_context(), speaking("en"):
            start.wait()
            try:
                pitstop, person = db.session.get_one(Pitstop, pitstop_id), db.session.get_one(Person, id_)
                pitstop.pick_up(person)
                db.session.commit()
                won.append(id_)
            except Refused as refusal:
                db.session.rollback()
                told.append(str(refusal.sentence))
            except Exception as error:
                broken.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(id_,)) for id_ in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken, broken[:1]
    return won, told


def one_winner(app: Any, cast: Any) -> None:
    ids, pitstop = crowd(cast), make_pitstop(cast)
    db.session.rollback()
    won, told = race(app, ids, pitstop.id)
    db.session.expire_all()
    assert len(won) == 1, f"{len(won)} helpers think that they have it"
    assert len(told) == HELPERS - 1 and set(told) == {"Somebody else picked this up just before you."}
    assert db.session.get_one(Pitstop, pitstop.id).helper_id == won[0]
    assert db.session.scalar(select(func.count()).select_from(Event).where(Event.verb == "pick-up")) == 1


def test_one_helper_wins_and_the_others_are_told_in_words(app, cast):
    one_winner(app, cast)


def test_the_race_catches_whoever_looks_and_then_sets(app, cast, monkeypatch):
    """Planted: look first, set afterwards."""
    together = threading.Barrier(HELPERS)

    def look_then_set(self, person):
        may = self.state == "asked"
        db.session.rollback()
        together.wait(20)
        if not may:
            raise Refused(self, "too late")
        values = {"state": "picked-up", "helper_id": person.id}
        db.session.execute(db.update(Pitstop).where(Pitstop.id == self.id).values(values))
        keep(Event(noun="pitstop", verb="pick-up", pitstop_id=self.id, by_id=person.id))

    monkeypatch.setattr(Pitstop, "pick_up", look_then_set)
    with pytest.raises(AssertionError, match="helpers think that they have it"):
        one_winner(app, cast)
