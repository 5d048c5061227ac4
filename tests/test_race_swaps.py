"""Eight people say yes at the same instant to swaps of the same tasks: one whole is carried out, nothing by halves."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from hkplein.db import db
from hkplein.models import Event, Leg, Person, Swap, Task
from tests.cast import make_task
from tests.race import Deed, at_once, look_then_swap, seen

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


def agree(swap) -> Deed:
    """Whoever's turn it is agrees."""
    who = db.session.get_one(Person, swap.turn_id)
    return Deed(seen(swap, who), lambda swap, person: swap.accept(person))


def inconsistencies(swaps, came, before) -> list[str]:
    """What does not fit together: between what people were told, the swaps, the tasks and the events."""
    found = []
    now_held, expected = holders(), dict(before)
    moved: Counter[int] = Counter()
    for swap in swaps:
        state = db.session.scalar(select(Swap.state).where(Swap.id == swap.id))
        if (came[swap.id] == "done") != (state == "done"):
            found.append(f"swap {swap.id}: told {came[swap.id]}, is {state}")
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


def race(app, cast, arrange) -> tuple[dict[int, str], list[str]]:
    """Everybody agrees at the same instant; what came of each swap, and what does not fit together."""
    swaps = arrange(cast)
    before = holders()
    came = dict(zip((swap.id for swap in swaps), at_once(app, [agree(swap) for swap in swaps]), strict=True))
    return came, inconsistencies(swaps, came, before)


def done(came) -> int:
    return list(came.values()).count("done")


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_of_eight_swaps_for_one_task_exactly_one_is_carried_out(app, cast, round_):
    came, odd = race(app, cast, star)
    assert not odd, odd
    assert done(came) == 1
    overtaken = select(Event.swap_id).where(Event.verb == "overtake")
    assert len(set(db.session.scalars(overtaken))) == 7, "everybody else hears it"


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_in_a_circle_of_swaps_nobody_waits_for_ever_and_each_task_has_one_holder(app, cast, round_):
    came, odd = race(app, cast, circle)
    assert not odd, odd
    assert 3 <= done(came) <= 4, "no swap is left that could have been carried out"


def test_the_race_sees_who_looks_first_and_sets_afterwards(app, cast, monkeypatch):
    monkeypatch.setattr("tests.race.PAUSE", 0.3)
    monkeypatch.setattr(Swap, "accept", look_then_swap)
    came, odd = race(app, cast, star)
    assert done(came) > 1
    assert any("handed over" in line for line in odd), odd


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_who_reports_a_task_and_who_agrees_to_its_swap_never_both_have_it(app, cast, round_):
    ours, theirs = held(cast, "bram"), held(cast, "chris")
    swap, _ = Swap.propose(cast.bram, ours.id, theirs)
    report = Deed(seen(ours, cast.bram), lambda task, bram: task.report(bram))
    came = at_once(app, [report, agree(swap)])
    ends = {
        (True, False): ("overtaken", "reported", cast.bram.id),
        (False, True): ("done", "taken", cast.chris.id),
    }
    assert (swap.state, ours.state, ours.holder_id) == ends[came[0] == "done", came[1] == "done"]


def test_two_mirrored_proposals_at_the_same_instant_are_one_swap(app, cast):
    ours, theirs = held(cast, "bram"), held(cast, "chris")
    found = []

    def propose(person, mine, other) -> None:
        swap, new = Swap.propose(person, mine.id, other)
        found.append((swap.id, new))

    sides = [(cast.bram, ours, theirs), (cast.chris, theirs, ours)] * 4
    assert at_once(app, [Deed(seen(*side), propose) for side in sides]) == ["done"] * 8
    assert len({id_ for id_, _ in found}) == 1
    assert sorted(new for _, new in found) == [False] * 7 + [True]
