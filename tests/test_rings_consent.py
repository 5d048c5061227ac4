"""Swap rings among people: agreed to by everybody before one deadline; carried out as a whole or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from hkplein import rounds
from hkplein.clock import moved_to, now, today, working_days_after
from hkplein.db import db
from hkplein.errors import Invalid, Refused
from hkplein.models import Event, Notification, Person, RefusedLeg, Ring, RingLink, Swap, Task, Wish
from hkplein.models.stored import counts_of
from hkplein.models.wish import MOST, Wanted
from hkplein.ticker import tick
from tests.test_swaps import held, later

TRIO = ("bram", "chris", "dina")


def told(verb, noun="ring"):
    found = (
        select(Person.name, Notification.why)
        .join(Notification, Notification.person_id == Person.id)
        .join(Event, Event.id == Notification.event_id)
        .where(Event.verb == verb, Event.noun == noun)
    )
    return sorted(tuple(row) for row in db.session.execute(found))


def wish(cast, name, task, *wanted, **more):
    made = Wish.make(getattr(cast, name), task, Wanted(tasks=tuple(other.id for other in wanted), **more))
    db.session.commit()
    return made


def clear():
    found = rounds.nightly()
    db.session.expire_all()
    return found


def holders(cast):
    return {task.title: db.session.get_one(Person, task.holder_id).name for task in cast.tasks}


@pytest.fixture
def market(cast):
    """Each of three holds a task and offers it to swap: "bram", "chris" and "dina"."""
    cast.tasks = cast.b, cast.c, cast.d = [held(cast, name, title=name) for name in TRIO]
    return cast


@pytest.fixture
def ring(market):
    """Bram would take what Chris does, Chris what Dina does, Dina what Bram does."""
    market.wishes = [
        wish(market, name, mine, theirs)
        for name, mine, theirs in (
            ("bram", market.b, market.c),
            ("chris", market.c, market.d),
            ("dina", market.d, market.b),
        )
    ]
    assert clear() == 1
    return db.session.scalars(select(Ring).options(*Ring.whole())).one()


def agree(cast, ring, *names):
    for name in names:
        ring.agree(getattr(cast, name))
        db.session.commit()


# Found.


def test_a_ring_of_three_is_found_and_each_is_asked_at_once_with_one_deadline(market, ring):
    assert told("propose") == [("Bram", "ring"), ("Chris", "ring"), ("Dina", "ring")]
    assert (ring.state, ring.chain, ring.size, ring.helped, ring.most) == ("proposed", False, 3, 3, 3)
    assert ring.deadline > now() + timedelta(days=1) and ring.seed == rounds.seed_of(now().date())
    moves = {(link.person.name, link.gives.title, link.takes.title) for link in ring.links}
    assert moves == {("Bram", "bram", "chris"), ("Chris", "chris", "dina"), ("Dina", "dina", "bram")}
    assert clear() == 0, "the night has had its round"


def test_who_takes_without_giving_back_begins_a_chain_and_its_end_gets_relief(market):
    wish(market, "eva", None, market.b)
    wish(market, "bram", market.b, market.c)
    wish(market, "chris", market.c, market.d)
    assert clear() == 1
    ring = db.session.scalars(select(Ring).options(*Ring.whole())).one()
    assert ring.chain and ring.size == 2
    assert [(link.person.name, link.takes and link.takes.title) for link in ring.links] == [
        ("Eva", "bram"),
        ("Bram", "chris"),
        ("Chris", None),
    ]
    agree(market, ring, "chris", "bram", "eva")
    assert holders(market) == {"bram": "Eva", "chris": "Bram", "dina": "Dina"}
    assert {one.state for one in db.session.scalars(select(Wish))} == {"met"}


def test_nobody_is_in_one_ring_twice(market):
    """Of the chain from Eva over Bram and Chris to Bram's other task, the last arc is left out."""
    second = held(market, "bram", title="bram again")
    wish(market, "eva", None, market.b)
    wish(market, "bram", market.b, market.c)
    wish(market, "chris", market.c, second)
    wish(market, "bram", second, market.d)
    assert clear() == 1
    people = db.session.scalars(select(RingLink.person_id).order_by(RingLink.position)).all()
    assert people == [market.eva.id, market.bram.id, market.chris.id]


def test_each_hears_which_other_rings_there_were(market):
    extra = held(market, "eva", title="eva")
    wish(market, "bram", market.b, market.c, extra)
    wish(market, "chris", market.c, market.d)
    wish(market, "dina", market.d, market.b)
    wish(market, "eva", extra, market.b)
    assert clear() == 1
    links = {link.person.name: link for link in db.session.scalars(select(Ring).options(*Ring.whole())).one().links}
    assert {name: (link.others, link.more) for name, link in links.items()} == {
        "Bram": (1, 1),
        "Chris": (0, 0),
        "Dina": (0, 0),
    }


def test_a_candidate_that_is_gone_by_now_is_not_proposed(market, monkeypatch):
    """Between reading the wishes and proposing, Dina took hers back."""
    wish(market, "bram", market.b, market.c)
    wish(market, "chris", market.c, market.d)
    last = wish(market, "dina", market.d, market.b)
    found = rounds.Market.found

    def meanwhile(self, *asked):
        last.revoke(market.dina)
        db.session.commit()
        return found(self, *asked)

    monkeypatch.setattr(rounds.Market, "found", meanwhile)
    assert clear() == 0 and db.session.scalar(select(Ring)) is None


def test_who_waits_longest_goes_first(market):
    rival = held(market, "eva", title="eva")
    wish(market, "bram", market.b, market.c, rival)
    wish(market, "chris", market.c, market.b)
    old = wish(market, "eva", rival, market.b)
    db.session.execute(update(Wish).where(Wish.id == old.id).values(at=now() - timedelta(days=9)))
    db.session.commit()
    clear()
    assert {link.person_id for link in db.session.scalars(select(RingLink))} == {market.bram.id, market.eva.id}


# Agreed to.


def test_the_last_yes_carries_everything_out(market, ring):
    agree(market, ring, *TRIO)
    assert holders(market) == {"chris": "Bram", "dina": "Chris", "bram": "Dina"}
    assert ring.state == "done" and {one.state for one in market.wishes} == {"met"}
    assert told("carry-out") == [("Bram", "ring"), ("Chris", "ring"), ("Dina", "ring")]
    assert ("Anna", "author") in told("ring", "task")
    for task in market.tasks:
        assert (task.offered, task.undo_until, task.wish) == (None, None, "")


def test_a_yes_is_given_once_and_only_by_who_is_in_it(market, ring):
    agree(market, ring, "bram")
    for name in ("bram", "eva", "wim"):
        with pytest.raises(Refused):
            ring.agree(getattr(market, name))
        db.session.rollback()
    assert [person.name for person in market.people if ring.visible_to(person)] == ["Bram", "Chris", "Dina"]


def test_a_yes_locks_the_task_and_a_no_frees_it(market, ring):
    agree(market, ring, "bram")
    for verb in ("release", "report", "keep"):
        with pytest.raises(Refused) as refusal:
            getattr(market.b, verb)(market.bram)
        db.session.rollback()
        assert "swap ring" in str(refusal.value.sentence)
    theirs = held(market, "eva")
    with pytest.raises(Invalid) as invalid:
        Swap.propose(market.eva, theirs.id, market.b)
    db.session.rollback()
    assert "part of a swap ring" in invalid.value.problems["theirs"]
    ring.decline(market.bram)  # a yes can be taken back
    market.b.release(market.bram)
    assert market.b.state == "open"


def test_who_did_not_say_yes_may_do_with_the_task_as_always_and_the_ring_dissolves(market, ring):
    agree(market, ring, "bram")
    market.d.report(market.dina)
    db.session.commit()
    db.session.refresh(ring)
    assert ring.state == "dissolved"
    assert holders(market) == {"bram": "Bram", "chris": "Chris", "dina": "Dina"}
    assert [one.goes_first for one in market.wishes] == [True, False, False]
    assert [one.state for one in market.wishes] == ["standing", "standing", "over"]


@pytest.mark.parametrize("who", TRIO)
def test_a_no_needs_no_reason_is_shown_to_nobody_and_lowers_nothing(market, ring, who):
    agree(market, ring, *(name for name in TRIO if name != who))
    ring.decline(getattr(market, who))
    db.session.commit()
    assert ring.state == "dissolved" and holders(market) == {"bram": "Bram", "chris": "Chris", "dina": "Dina"}
    assert told("dissolve") == [("Bram", "ring"), ("Chris", "ring"), ("Dina", "ring")]
    by = db.session.scalars(select(Event.by_id).where(Event.noun == "ring", Event.verb != "agree")).all()
    assert set(by) == {None}, "nowhere stands who it was"
    firsts = {one.person_id: one.goes_first for one in market.wishes}
    assert firsts == {getattr(market, name).id: name != who for name in TRIO}
    assert {one.state for one in market.wishes} == {"standing"}


def test_after_a_no_the_same_ring_is_not_proposed_again_and_another_is_found_at_once(market, ring):
    extra = held(market, "eva", title="eva")
    wish(market, "eva", extra, market.b)
    market.wishes[0].change(market.bram, Wanted(tasks=(market.c.id, extra.id)))
    db.session.commit()
    ring.decline(market.bram)
    db.session.commit()
    assert [(leg.wish_id, leg.task_id) for leg in db.session.scalars(select(RefusedLeg))] == [
        (market.wishes[0].id, market.c.id)
    ]
    assert rounds.again() == 1
    db.session.expire_all()
    second = db.session.scalars(select(Ring).where(Ring.state == "proposed").options(*Ring.whole())).one()
    assert {link.person.name for link in second.links} == {"Bram", "Eva"}
    assert rounds.again() == 0


def test_the_end_of_a_chain_may_say_no_too(market):
    wish(market, "eva", None, market.b)
    last = wish(market, "bram", market.b, market.c)
    clear()
    ring = db.session.scalars(select(Ring)).one()
    ring.decline(market.bram)
    db.session.commit()
    assert rounds.again() == 0 and last.state == "standing"


def test_who_would_have_taken_it_does_not_learn_that_the_end_of_a_chain_said_no(market, visit):
    first = wish(market, "eva", None, market.b)
    last = wish(market, "bram", market.b, market.c)
    clear()
    db.session.scalars(select(Ring)).one().decline(market.bram)
    db.session.commit()
    assert market.b.url in visit(market.eva).get(first.url).text, "Eva would still take it"
    assert [(leg.wish_id, leg.for_id) for leg in db.session.scalars(select(RefusedLeg))] == [(last.id, first.id)]
    about = {it.table: rows for it, rows in counts_of(market.eva)}
    assert about["refused_leg"] == 0, "nor does it stand in what Eva can take along"
    assert rounds.nightly() == rounds.again() == 0


def test_a_yes_says_that_the_wish_still_stands(market, ring):
    made = market.wishes[0].kept_at
    with moved_to(later(made, 2)):
        agree(market, ring, "bram")
    with moved_to(later(made, 5)):
        tick()
    db.session.expire_all()
    assert (market.wishes[0].state, market.wishes[0].asked) == ("standing", False)
    assert market.wishes[1].state == "lapsed"


def test_what_is_due_before_all_have_answered_is_in_no_ring(market):
    near = working_days_after(today(), 2)
    wish(market, "bram", market.b, market.c)
    wish(market, "chris", market.c, market.b)
    for due, found in ((today() - timedelta(days=1), 0), (near, 0), (near + timedelta(days=1), 1)):
        db.session.execute(update(Task).where(Task.id == market.c.id).values(due=due))
        db.session.execute(update(type(market.town)).values(cleared_on=None))
        db.session.commit()
        assert clear() == found, due


def test_twenty_tasks_that_nobody_gives_in_a_wish_keep_no_other_out_of_a_ring(market):
    for _ in range(MOST):
        held(market, "eva", due=market.c.due - timedelta(days=1))
    wish(market, "bram", market.b, kind="filter")
    wish(market, "chris", market.c, market.b)
    assert clear() == 1


def test_a_round_asks_the_database_once_for_each_wish(market, statements):
    wish(market, "bram", market.b, market.c)
    with statements() as few:
        clear()
    more = ("sara", "femke", "hugo", "noor", "eva")
    for name in more:
        wish(market, name, held(market, name), market.b)
    db.session.execute(update(type(market.town)).values(cleared_on=None))
    db.session.commit()
    with statements() as many:
        assert clear() == 0
    assert len(many) <= len(few) + len(more), many


@pytest.mark.parametrize("values", [{"away_from": today()}, {"role": "board"}, {"role": "partner"}])
def test_who_cannot_answer_is_asked_nothing(market, values):
    wish(market, "bram", market.b, market.c)
    wish(market, "chris", market.c, market.b)
    db.session.execute(update(Person).where(Person.id == market.chris.id).values(values))
    db.session.commit()
    assert clear() == 0


def test_a_ring_with_a_wish_that_stands_no_more_dissolves_at_the_last_yes(market, ring):
    agree(market, ring, "bram", "chris")
    db.session.execute(update(Wish).where(Wish.id == market.wishes[1].id).values(state="revoked"))
    db.session.commit()
    agree(market, ring, "dina")
    assert ring.state == "dissolved" and holders(market) == {"bram": "Bram", "chris": "Chris", "dina": "Dina"}


def test_those_who_said_yes_win_the_tie_next_time(market, ring):
    agree(market, ring, "bram", "chris")
    ring.decline(market.dina)
    rival = held(market, "eva", title="eva")
    old = wish(market, "eva", rival, market.b)
    db.session.execute(update(Wish).where(Wish.id == old.id).values(at=now() - timedelta(days=99)))
    market.wishes[0].change(market.bram, Wanted(tasks=(market.c.id, rival.id)))
    market.wishes[1].change(market.chris, Wanted(tasks=(market.b.id,)))
    db.session.commit()
    assert rounds.again() == 1
    links = select(RingLink.person_id).where(RingLink.live)
    assert set(db.session.scalars(links)) == {market.bram.id, market.chris.id}


def test_silence_dissolves_and_asks_the_silent_whether_they_still_want_it(market, ring):
    agree(market, ring, "bram", "chris")
    with moved_to(ring.deadline - timedelta(minutes=1)):
        tick()
    db.session.refresh(ring)
    assert ring.state == "proposed"
    with moved_to(ring.deadline + timedelta(minutes=1)):
        tick()
    db.session.expire_all()
    assert ring.state == "dissolved"
    assert [(one.state, one.goes_first) for one in market.wishes] == [
        ("standing", True),
        ("standing", True),
        ("lapsed", False),
    ]
    assert told("lapse", "wish") == [("Dina", "you")]
    market.wishes[2].keep(market.dina)
    assert market.wishes[2].state == "standing"


def test_after_the_deadline_a_yes_is_too_late(market, ring):
    with moved_to(ring.deadline + timedelta(minutes=1)), pytest.raises(Refused) as refusal:
        ring.agree(market.bram)
    assert "deadline" in str(refusal.value.sentence)


def test_a_leg_that_changed_without_a_word_dissolves_the_whole(market, ring):
    agree(market, ring, "bram", "chris")
    db.session.execute(update(Task).where(Task.id == market.c.id).values(holder_id=market.noor.id))
    db.session.commit()
    agree(market, ring, "dina")
    assert ring.state == "dissolved" and holders(market) == {"bram": "Bram", "chris": "Noor", "dina": "Dina"}


def test_a_swap_that_is_carried_out_dissolves_the_ring_it_touches(market, ring):
    theirs = held(market, "eva", title="eva")
    swap, _fresh = Swap.propose(market.eva, theirs.id, market.b)
    swap.accept(market.bram)
    db.session.commit()
    db.session.refresh(ring)
    assert ring.state == "dissolved" and market.wishes[0].state == "over"


def test_an_account_that_closes_lets_go_of_its_ring(market, ring):
    agree(market, ring, "bram", "chris")
    market.bram.deactivate(market.gijs)
    db.session.commit()
    db.session.expire_all()
    assert ring.state == "dissolved" and market.b.state == "open"
    assert [(one.state, one.goes_first) for one in market.wishes] == [
        ("revoked", False),
        ("standing", True),
        ("standing", False),
    ]


def test_a_wish_is_asked_again_every_week_and_rests_after_as_long_a_silence(market):
    made = wish(market, "bram", market.b, market.c)
    for days, state, asked in (
        (4, "standing", False),
        (5, "standing", True),
        (9, "standing", True),
        (10, "lapsed", True),
    ):
        with moved_to(later(made.kept_at, days)):
            tick()
        db.session.refresh(made)
        assert (made.state, made.asked) == (state, asked), days
    assert told("ask", "wish") == [("Bram", "you")] and told("lapse", "wish") == [("Bram", "you")]
    made.keep(market.bram)
    assert (made.state, made.asked) == ("standing", False)


def test_what_came_to_nothing_is_forgotten_after_thirty_days(market, ring):
    ring.decline(market.bram)
    db.session.commit()
    with moved_to(now() + timedelta(days=1)):
        tick()
    assert db.session.scalar(select(Ring.id)) is not None
    with moved_to(now() + timedelta(days=31)):
        tick()
    db.session.expire_all()
    assert db.session.scalar(select(Ring.id)) is None and db.session.scalar(select(RefusedLeg.id)) is None
    assert db.session.scalar(select(Event.id).where(Event.noun == "ring")) is None
