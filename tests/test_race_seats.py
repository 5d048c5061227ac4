"""Many yeses at the same instant: one person sits down, the others are told, and nothing is half done."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from hkplein.db import db
from hkplein.errors import Refused
from hkplein.models import Bid, Event, Person, Seat, bid, seat
from tests.cast import make_issue, make_seat
from tests.test_seats import make_bid

ROUNDS = 5


def at_once(app: Flask, acts: Sequence[Any]) -> list[Any]:
    """Do all of `acts`, each in a thread and a transaction of its own, from what was read before; who won."""
    barrier = threading.Barrier(len(acts))
    won: list[Any] = []
    wrong: list[str] = []

    def run(name: int, read: Any, act: Any) -> None:
        with app.app_context():
            rows = read()
            db.session.commit()  # what was read is kept, and may be stale by the time it is acted upon
            barrier.wait(10)
            try:
                act(*rows)
                db.session.commit()
                won.append(name)
            except Refused as refused:
                db.session.rollback()
                if len(str(refused.sentence)) < 10:
                    wrong.append("a refusal without words")
            except Exception as error:
                db.session.rollback()
                wrong.append(repr(error))

    threads = [threading.Thread(target=run, args=(name, *act)) for name, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not wrong, wrong[:3]
    return won


def everybody_at_once(app: Flask, cast: Any) -> Any:
    """Each of ten hands for one seat is accepted at the same instant; how many yeses were kept."""
    place = make_seat(cast, make_issue(cast))
    hands = [make_bid(place, p).id for p in cast.people if p.name not in ("Dina", "Eva")]
    lead = cast.dina.id

    def yes(id_: int) -> Any:
        return (lambda: (db.session.get(Bid, id_), db.session.get(Person, lead)), lambda hand, dina: hand.accept(dina))

    won = at_once(app, [yes(id_) for id_ in hands])
    db.session.expire_all()
    accepted = db.session.scalars(select(Bid).where(Bid.seat_id == place.id, Bid.state == "accepted")).all()
    fills = db.session.scalar(select(func.count()).where(Event.seat_id == place.id, Event.verb == "fill"))
    return place, won, accepted, fills


def test_of_ten_yeses_at_the_same_instant_one_is_kept(app: Flask, cast: Any) -> None:
    for _round in range(ROUNDS):
        place, won, accepted, fills = everybody_at_once(app, cast)
        assert (len(won), len(accepted), fills, place.state) == (1, 1, 1, "filled")
        assert place.holder_id == accepted[0].person_id


def test_leaving_and_ending_at_the_same_instant_never_wait_for_each_other(app, cast):
    """The holder leaves, the waiting list moves, the trekker ends the seat and somebody withdraws: no deadlock."""
    for _round in range(ROUNDS):
        place = make_seat(cast, make_issue(cast), "filled")
        mine, waits, hand = (
            make_bid(place, person, state)
            for person, state in ((cast.sara, "accepted"), (cast.chris, "waiting"), (cast.noor, "raised"))
        )

        def read(model: Any, id_: int, person: int) -> Any:
            return lambda: (db.session.get(model, id_), db.session.get(Person, person))

        at_once(
            app,
            [
                (read(Bid, mine.id, cast.sara.id), lambda row, me: row.leave(me)),
                (read(Seat, place.id, cast.dina.id), lambda row, me: row.end(me, reason="Klaar.")),
                (read(Bid, waits.id, cast.chris.id), lambda row, me: row.withdraw(me)),
                (read(Bid, hand.id, cast.eva.id), lambda row, me: row.wait(me)),
            ],
        )
        db.session.expire_all()
        live = ("raised", "invited", "waiting")
        assert place.state == "ended" and waits.state not in live and hand.state not in live


def test_the_race_sees_a_look_then_set(app, cast, monkeypatch):
    """Planted: the rule is asked of what was read, and the row is set all the same."""

    def planted(row, verb, *asked, **values):
        if not row.may(verb, *asked):
            raise Refused(row, row.why_not(verb, *asked))
        if end := row.VERBS[verb].end:
            values.setdefault("state", end)
        db.session.execute(update(type(row)).where(type(row).id == row.id).values(**values))

    monkeypatch.setattr(bid, "change", planted)
    monkeypatch.setattr(seat, "change", planted)
    with pytest.raises(AssertionError):
        test_of_ten_yeses_at_the_same_instant_one_is_kept(app, cast)
