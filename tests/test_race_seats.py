"""Many yeses at the same instant: one person sits down, the others are told, and nothing is half done."""

from __future__ import annotations

from sqlalchemy import func, select

from hkplein.db import db
from hkplein.models import Bid, Event
from tests.cast import make_issue, make_seat
from tests.race import Deed, at_once, changers, look_then_set, seen
from tests.test_seats import make_bid

ROUNDS = 5


def everybody_at_once(app, cast):
    """Each of ten hands for one seat is accepted at the same instant; how many yeses were kept."""
    place = make_seat(cast, make_issue(cast))
    hands = [make_bid(place, p) for p in cast.people if p.name not in ("Dina", "Eva")]
    yes = (Deed(seen(hand, cast.dina, place), lambda hand, dina, _place: hand.accept(dina)) for hand in hands)
    came = at_once(app, list(yes))
    accepted = db.session.scalars(select(Bid).where(Bid.seat_id == place.id, Bid.state == "accepted")).all()
    fills = db.session.scalar(select(func.count()).where(Event.seat_id == place.id, Event.verb == "fill"))
    return place, came.count("done"), accepted, fills


def test_of_ten_yeses_at_the_same_instant_one_is_kept(app, cast):
    for _round in range(ROUNDS):
        place, done, accepted, fills = everybody_at_once(app, cast)
        assert (done, len(accepted), fills, place.state) == (1, 1, 1, "filled")
        assert place.holder_id == accepted[0].person_id


def test_leaving_and_ending_at_the_same_instant_never_wait_for_each_other(app, cast):
    """The holder leaves, the waiting list moves, the trekker ends the seat and somebody withdraws: no deadlock."""
    for _round in range(ROUNDS):
        place = make_seat(cast, make_issue(cast), "filled")
        mine, waits, hand = (
            make_bid(place, person, state)
            for person, state in ((cast.sara, "accepted"), (cast.chris, "waiting"), (cast.noor, "raised"))
        )

        deeds = [
            Deed(seen(mine, cast.sara), lambda row, me: row.leave(me)),
            Deed(seen(place, cast.dina), lambda row, me: row.end(me, reason="Klaar.")),
            Deed(seen(waits, cast.chris), lambda row, me: row.withdraw(me)),
            Deed(seen(hand, cast.eva), lambda row, me: row.wait(me)),
        ]
        at_once(app, deeds)
        live = ("raised", "invited", "waiting")
        assert place.state == "ended" and waits.state not in live and hand.state not in live


def test_the_race_sees_who_looks_first_and_sets_afterwards(app, cast, monkeypatch):
    for module in changers():
        monkeypatch.setattr(module, "change", look_then_set)
    _place, done, accepted, fills = everybody_at_once(app, cast)
    assert done > 1 and len(accepted) > 1 and fills > 1
