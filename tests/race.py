"""Many people at the same instant; and the fault that a race must see: to look first, and set afterwards."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy import select, update

from hkplein.db import change, db
from hkplein.errors import Refused
from hkplein.i18n import speaking
from hkplein.models import Event, Leg, Person, Swap, Task
from tests.cast import keep

CROWD = 20
PAUSE = 0.0  # seconds that the planted fault waits between looking and setting


class Deed(NamedTuple):
    """What somebody looks at, and then does with what they saw."""

    look: Callable[[], Sequence[Any]]
    act: Callable[..., Any]


def crowd(cast: Any, count: int = CROWD, **values: Any) -> list[Person]:
    """So many more colleagues."""
    values = {"pit_id": cast.groen.id, "locale": "en", **values}
    return [keep(Person(name=f"Collega {n}", email=f"collega{n}@voorbeeld.nl", **values)) for n in range(count)]


def seen(*rows: Any) -> Callable[[], Sequence[Any]]:
    """Looks at these rows."""
    asked = [(type(row), row.id) for row in rows]
    return lambda: [db.session.get_one(*row) for row in asked]


def at_once(app: Flask, deeds: Sequence[Deed]) -> list[str]:
    """Everybody looks; then everybody acts at the same instant, each in a transaction of their own.

    Returns what came of each: "done", or the sentence of the refusal. Nothing else may happen, and nobody waits in a
    circle.
    """
    looked, came, wrong = threading.Barrier(len(deeds)), [""] * len(deeds), list[Exception]()

    def do(number: int, deed: Deed) -> None:
        with app.app_context(), speaking("en"):
            try:
                rows = deed.look()
                db.session.commit()  # what was seen is kept, and may be stale by the time it is acted upon
                looked.wait(30)
                deed.act(*rows)
                db.session.commit()
                came[number] = "done"
            except Refused as refused:
                came[number] = str(refused.sentence)
                db.session.rollback()
            except Exception as error:
                wrong.append(error)
                db.session.rollback()

    db.session.commit()
    threads = [threading.Thread(target=do, args=each) for each in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    db.session.expire_all()
    assert not wrong, wrong[:3]
    assert all(len(sentence) >= len("done") for sentence in came), f"no answer, or a refusal without words: {came}"
    return came


def all_at_once(app: Flask, row: Any, verb: str, people: Sequence[Person]) -> Counter[str]:
    """Everybody does `verb` to one row; how often came what of it."""
    deeds = [Deed(seen(row, person), lambda row, person: getattr(row, verb)(person)) for person in people]
    return Counter(at_once(app, deeds))


def changers() -> list[ModuleType]:
    """The modules of the models in which `change` stands, where the fault can be planted."""
    models = [module for name, module in sys.modules.items() if name.startswith("hkplein.models")]
    return [module for module in models if getattr(module, "change", None) is change]


def pause() -> None:
    """Let go of the database, so that the others can look as well before anybody sets."""
    db.session.rollback()
    time.sleep(PAUSE)


def look_then_set(row: Any, verb: str, *asked: Any, **values: Any) -> None:
    """Planted for `change`: the rule is asked of what was seen, and the UPDATE asks nothing."""
    if not row.may(verb, *asked):
        raise Refused(row, row.why_not(verb, *asked))
    if PAUSE:
        pause()
    if end := row.VERBS[verb].end:
        values.setdefault("state", end)
    unasked = update(type(row)).where(type(row).id == row.id).values(**values).returning(type(row))
    db.session.scalar(unasked, execution_options={"synchronize_session": False, "populate_existing": True})


def look_then_swap(swap: Any, person: Person, seen: int | None = None) -> None:
    """Planted for `Swap.accept`: who holds the tasks is looked up, and later they are handed over unasked."""
    legs = db.session.scalars(select(Leg).where(Leg.swap_id == swap.id).order_by(Leg.task_id)).all()
    held = {leg: db.session.scalar(select(Task.holder_id).where(Task.id == leg.task_id)) for leg in legs}
    if any(leg.giver_id != holder for leg, holder in held.items()):
        raise Refused(swap, "Somebody else does this task now.")
    pause()
    for leg in legs:
        unasked = update(Task).where(Task.id == leg.task_id).values(holder_id=leg.taker_id)
        db.session.execute(unasked, execution_options={"synchronize_session": False})
    db.session.execute(update(Swap).where(Swap.id == swap.id).values(state="done"))
    Event.record(swap, "accept", by=person)
