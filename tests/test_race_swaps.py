"""Eight people say yes at the same instant to swaps of the same tasks: one whole is carried out, nothing by halves."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select, update

from hkplein.db import db
from hkplein.errors import Refused
from hkplein.models import Event, Leg, Person, Swap, Task
from tests.cast import make_task

NAMES = ("anna", "bram", "chris", "dina", "eva", "sara", "femke", "hugo", "noor")
ROUNDS = 4


def held(cast, name) -> Task:
    holder = getattr(cast, name)
    author = cast.bram if name == "anna" else cast.anna
    return make_task(cast, "taken", holder_id=holder.id, author_id=author.id, offered="swap", title=f"Van {name}")


def star(cast) -> list[Swap]:
    """Eight proposals for the one task of Anna, who agrees to all of them at once."""
    wanted = held(cast, "anna")
    mine = [held(cast, name) for name in NAMES[1:]]
    return [Swap.propose(getattr(cast, name), task.id, wanted)[0] for name, task in zip(NAMES[1:], mine, strict=True)]


def circle(cast) -> list[Swap]:
    """Eight tasks, and each of their holders proposes a swap to the next."""
    tasks = [held(cast, name) for name in NAMES[:8]]
    pairs = zip(NAMES[:8], tasks, tasks[1:] + tasks[:1], strict=True)
    return [Swap.propose(getattr(cast, name), mine.id, other)[0] for name, mine, other in pairs]


def at_once(app, deeds) -> tuple[list[str], list[Exception]]:
    """Do all of `deeds` at the same instant, each in a transaction of its own; returns what came of each."""
    start, came, wrong = threading.Barrier(len(deeds)), [""] * len(deeds), list[Exception]()

    def do(n, deed):
        with app.app_context():
            start.wait()
            try:
                deed()
                db.session.commit()
                came[n] = "done"
            except Refused:
                db.session.rollback()
                came[n] = "refused"
            except Exception as error:
                db.session.rollback()
                wrong.append(error)

    db.session.commit()
    threads = [threading.Thread(target=do, args=each) for each in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "somebody waits in a circle"
    db.session.expire_all()
    return came, wrong


def all_at_once(app, swaps) -> tuple[dict[int, str], list[Exception]]:
    """Everybody whose turn it is agrees at the same instant; returns what came of each, and every other error."""

    def agree(id_, person_id) -> Any:
        return lambda: db.session.get_one(Swap, id_).accept(db.session.get_one(Person, person_id))

    came, wrong = at_once(app, [agree(swap.id, swap.turn_id) for swap in swaps])
    return {swap.id: what for swap, what in zip(swaps, came, strict=True)}, wrong


def inconsistencies(swaps, came, before) -> list[str]:
    """What does not fit together: between what people were told, the swaps, the tasks and the events."""
    found = []
    now_held, expected = holders(), dict(before)
    moved: Counter[int] = Counter()
    for swap in swaps:
        state = db.session.scalar(select(Swap.state).where(Swap.id == swap.id))
        if (came.get(swap.id) == "done") != (state == "done"):
            found.append(f"swap {swap.id}: told {came.get(swap.id)}, is {state}")
        if state != "done":
            found += [f"swap {swap.id} is {state}"] if state != "overtaken" else []
            continue
        for leg in db.session.scalars(select(Leg).where(Leg.swap_id == swap.id)):
            expected[leg.task_id] = leg.taker_id
            moved[leg.task_id] += 1
    found += [f"task {id_} was handed over {n} times" for id_, n in moved.items() if n > 1]
    found += [f"task {id_}: {now_held[id_]}, not {who}" for id_, who in expected.items() if now_held[id_] != who]
    accepted: list[Any] = list(db.session.scalars(select(Event.swap_id).where(Event.verb == "accept")))
    done = [id_ for id_, what in came.items() if what == "done"]
    found += [] if sorted(accepted) == sorted(done) else [f"events of {accepted}, done {done}"]
    return found


def holders() -> dict[int, Any]:
    rows: Any = db.session.execute(select(Task.id, Task.holder_id)).all()
    return dict(rows)


def race(app, cast, arrange) -> tuple[list[Swap], dict[int, str], list[Exception], list[str]]:
    swaps = arrange(cast)
    before = holders()
    came, wrong = all_at_once(app, swaps)
    return swaps, came, wrong, inconsistencies(swaps, came, before)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_of_eight_swaps_for_one_task_exactly_one_is_carried_out(app, cast, round_):
    swaps, came, wrong, odd = race(app, cast, star)
    assert not wrong and not odd, (wrong, odd)
    assert Counter(came.values()) == {"done": 1, "refused": 7}
    overtaken = select(Event.swap_id).where(Event.verb == "overtake")
    assert len(set(db.session.scalars(overtaken))) == 7, "everybody else hears it"
    assert len(swaps) == 8


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_in_a_circle_of_swaps_nobody_waits_for_ever_and_each_task_has_one_holder(app, cast, round_):
    _swaps, came, wrong, odd = race(app, cast, circle)
    assert not wrong and not odd, (wrong, odd)
    assert 3 <= Counter(came.values())["done"] <= 4, "no swap is left that could have been carried out"


def test_the_race_sees_who_looks_first_and_sets_afterwards(app, cast, monkeypatch):
    """Planted: the holder is looked up, and the task is handed over later, without asking again."""
    looked = threading.Barrier(8)

    def look_then_set(self, person, seen=None):
        legs = db.session.scalars(select(Leg).where(Leg.swap_id == self.id).order_by(Leg.task_id)).all()
        free = all(
            db.session.scalar(select(Task.holder_id).where(Task.id == leg.task_id)) == leg.giver_id for leg in legs
        )
        db.session.rollback()
        looked.wait(30)
        if not free:
            raise Refused(self, "too late")
        for leg in legs:
            set_ = update(Task).where(Task.id == leg.task_id).values(holder_id=leg.taker_id)
            db.session.execute(set_, execution_options={"synchronize_session": False})
        db.session.execute(update(Swap).where(Swap.id == self.id).values(state="done"))
        Event.record(self, "accept", by=person)

    monkeypatch.setattr(Swap, "accept", look_then_set)
    _swaps, came, _wrong, odd = race(app, cast, star)
    assert Counter(came.values())["done"] > 1
    assert any("handed over" in line for line in odd), odd


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_who_reports_a_task_and_who_agrees_to_its_swap_never_both_have_it(app, cast, round_):
    ours, theirs = held(cast, "bram"), held(cast, "chris")
    swap, _ = Swap.propose(cast.bram, ours.id, theirs)
    ids = swap.id, ours.id, cast.bram.id, cast.chris.id

    def report():
        db.session.get_one(Task, ids[1]).report(db.session.get_one(Person, ids[2]))

    def agree():
        db.session.get_one(Swap, ids[0]).accept(db.session.get_one(Person, ids[3]))

    came, wrong = at_once(app, [report, agree])
    assert not wrong, wrong
    db.session.refresh(swap)
    db.session.refresh(ours)
    ends = {
        ("done", "refused"): ("overtaken", "reported", cast.bram.id),
        ("refused", "done"): ("done", "taken", cast.chris.id),
    }
    assert (swap.state, ours.state, ours.holder_id) == ends[came[0], came[1]]


def test_two_mirrored_proposals_at_the_same_instant_are_one_swap(app, cast):
    ours, theirs = held(cast, "bram"), held(cast, "chris")
    found = []

    def propose(person_id, mine, other) -> Any:
        def deed():
            person = db.session.get_one(Person, person_id)
            swap, new = Swap.propose(person, mine, db.session.get_one(Task, other))
            found.append((swap.id, new))

        return deed

    sides = [(cast.bram.id, ours.id, theirs.id), (cast.chris.id, theirs.id, ours.id)] * 4
    _came, wrong = at_once(app, [propose(*side) for side in sides])
    assert not wrong, wrong
    assert len({id_ for id_, _ in found}) == 1
    assert sorted(new for _, new in found) == [False] * 7 + [True]
