"""Mistakes about who is first."""

from __future__ import annotations

import threading
import time
from typing import Any

from flask import g

from hkplein.db import change, db
from hkplein.models import Swap, hand_over, ring, swap
from hkplein.models.person_facts import PersonFacts
from hkplein.views import requests
from tests import race
from tests.harness.mutants import awake, instead

_lock = threading.Lock()


def in_process(*args: Any, **values: Any) -> None:
    """To look first and set afterwards, behind a lock that the other process does not know."""
    if "mutant" not in g:
        db.session.rollback()
        _lock.acquire()
        g.mutant = True
    race.look_then_set(*args, **values)


def let_go(_error: BaseException | None) -> None:
    """The request is over, and so is its turn."""
    if g.pop("mutant", False):
        _lock.release()
    _forget(_error)


_forget = requests.forget


def in_two(task: Any, *args: Any) -> None:
    """A hand-over that is kept by itself, before the next one."""
    hand_over_whole(task, *args)
    db.session.commit()
    time.sleep(0.5)


hand_over_whole = hand_over.hand_over


def changed(*args: Any, **values: Any) -> None:
    """A change, the right way or one of the wrong ones."""
    if awake("look-then-set"):
        race.look_then_set(*args, **values)
    elif awake("in-process lock"):
        in_process(*args, **values)
    elif args[1] == "take-over" and awake("giver forgotten"):
        change(*args, **{**values, "taken_from_id": None, "taken_offer": None})
    else:
        change(*args, **values)


def plant() -> None:
    """Put them where the right ones are."""
    race.PAUSE = 0.1
    for module in race.changers():
        module.change = changed  # type: ignore[attr-defined]
    requests.forget = let_go
    promised = PersonFacts.promised_ids.fget  # type: ignore[attr-defined]
    nothing = instead("promise forgotten", promised, lambda _person: frozenset())
    PersonFacts.promised_ids = property(nothing)  # type: ignore[assignment, method-assign]
    Swap.accept = instead("look-then-set", Swap.accept, race.look_then_swap)  # type: ignore[method-assign]
    for module in (swap, ring):
        vars(module)["hand_over"] = instead("swap in two", hand_over_whole, in_two)
