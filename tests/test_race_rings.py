"""Answers to swap rings at the same instant as whatever else touches their tasks and wishes."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from hkplein.clock import moved_to
from hkplein.db import db
from hkplein.models import Event, Person, Ring, RingLink, Swap, Task, Wish
from hkplein.models.ring_market import propose, whole_market
from hkplein.models.wish import Wanted
from hkplein.rings import clear
from tests.race import Deed, at_once, seen
from tests.test_rings_consent import TRIO, agree, market, ring  # noqa: F401 - fixtures
from tests.test_swaps import held

ROUNDS = 4


def answers(cast, ring, verb, *names):  # noqa: F811
    return [Deed(seen(ring, getattr(cast, name)), lambda ring, who: getattr(ring, verb)(who)) for name in names]


def whole(cast):
    """Either everything changed hands or nothing did, and what people were told agrees with it."""
    state = db.session.scalars(select(Ring.state)).one()
    holders = [db.session.get_one(Task, task.id).holder_id for task in cast.tasks]
    before = [getattr(cast, name).id for name in TRIO]
    done = [before[2], before[0], before[1]]
    verbs = Counter(db.session.scalars(select(Event.verb).where(Event.noun == "ring", Event.verb != "agree")))
    assert verbs == {"propose": 1, {"done": "carry-out", "dissolved": "dissolve"}.get(state): 1}
    assert not db.session.scalars(select(RingLink.id).where(RingLink.live)).all()
    return state, holders == done, holders == before


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_all_say_yes_at_once(app, market, ring, round_):  # noqa: F811
    assert at_once(app, answers(market, ring, "agree", *TRIO)) == ["done"] * 3
    assert whole(market) == ("done", True, False)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_the_last_yes_against_a_no_against_an_account_that_closes(app, market, ring, round_):  # noqa: F811
    """Nobody waits in a circle, and whoever is first decides for all."""
    agree(market, ring, "bram", "dina")
    deeds = [
        *answers(market, ring, "agree", "chris"),
        *answers(market, ring, "decline", "dina"),
        Deed(seen(market.bram, market.gijs), lambda bram, by: bram.deactivate(by)),
    ]
    came = at_once(app, deeds)
    state, done, _before = whole(market)
    assert state == ("done" if came[0] == "done" else "dissolved")
    if state == "done" and came[2] != "done":
        assert done and db.session.get_one(Person, market.bram.id).active
    assert state == "done" or came[2] == "done" or came[1] == "done"


@pytest.mark.parametrize("round_", range(ROUNDS))
@pytest.mark.parametrize("verb", ["revoke", "report", "swap"])
def test_the_last_yes_against_who_takes_something_away(app, market, ring, verb, round_):  # noqa: F811
    agree(market, ring, "bram", "chris")
    wish = db.session.scalars(select(Wish).where(Wish.person_id == market.bram.id)).one()
    against = {
        "revoke": Deed(seen(wish, market.bram), lambda wish, bram: wish.revoke(bram)),
        "report": Deed(seen(market.d, market.dina), lambda task, dina: task.report(dina)),
    }
    if verb == "swap":
        extra = held(market, "eva")
        swap, _fresh = Swap.propose(market.eva, extra.id, market.d)
        against["swap"] = Deed(seen(swap, market.dina), lambda swap, dina: swap.accept(dina))
    came = at_once(app, [*answers(market, ring, "agree", "dina"), against[verb]])
    state, done, _before = whole(market)
    assert sorted(one == "done" for one in came) == [False, True], came
    assert (state, done) == (("done", True) if came[0] == "done" else ("dissolved", False))


def late(ring):  # noqa: F811
    with moved_to(ring.deadline + timedelta(minutes=1)):
        ring.expire()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_the_last_yes_against_the_clock(app, market, ring, round_):  # noqa: F811
    agree(market, ring, "bram", "chris")
    came = at_once(app, [*answers(market, ring, "agree", "dina"), Deed(seen(ring), late), Deed(seen(ring), late)])
    state, done, before = whole(market)
    assert came.count("done") == 1 and (done, before) == ((True, False) if came[0] == "done" else (False, True))
    assert state == ("done" if came[0] == "done" else "dissolved")
    lapsed = select(Event.id).where(Event.noun == "wish", Event.verb == "lapse")
    assert len(db.session.scalars(lapsed).all()) == (came[0] != "done"), "who was in time is not asked again"


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_several_say_no_at_once_and_each_hears_the_same(app, market, ring, round_):  # noqa: F811
    came = at_once(app, answers(market, ring, "decline", *TRIO))
    assert came.count("done") == 1 and whole(market) == ("dissolved", False, True)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_ring_is_not_proposed_with_a_wish_that_is_revoked_meanwhile(app, market, round_):  # noqa: F811
    made = [
        Wish.make(getattr(market, name), mine, Wanted(tasks=(theirs.id,)))
        for name, mine, theirs in (("bram", market.b, market.c), ("chris", market.c, market.d))
    ]
    made.append(Wish.make(market.eva, None, Wanted(tasks=(market.b.id,))))
    db.session.commit()
    found = whole_market()
    graph = found.graph()
    ((chain, places),) = found.found(clear(graph, rings=3, chains=3, seconds=5, seed=1), graph)
    free = made[2]
    deeds = [
        Deed(list, lambda: propose(chain, places, seed=1, helped=2, most=2)),
        Deed(seen(free, market.eva), lambda wish, eva: wish.revoke(eva)),
    ]
    assert at_once(app, deeds) == ["done", "done"]
    assert db.session.get_one(Wish, free.id).state == "revoked"
    assert not db.session.scalars(select(RingLink.id).where(RingLink.live)).all()
