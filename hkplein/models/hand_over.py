"""Handing a task from one colleague to another, as a swap or a swap ring does it."""

from __future__ import annotations

from sqlalchemy import select

from hkplein.db import HIGHEST, change, db
from hkplein.models.event import Event
from hkplein.models.person import Person
from hkplein.models.swap_rules import TWO_PLACES
from hkplein.models.task import Task
from hkplein.models.task_places import taken_by
from hkplein.models.task_verbs import only_once


def hand_over(task: Task, verb: str, giver: Person, taker: Person) -> None:
    """Give `task` to `taker`, if `giver` still has it; raises Refused otherwise."""
    with only_once(task, TWO_PLACES):
        change(
            task,
            verb,
            giver,
            taker,
            **taken_by(taker) | {"undo_until": None},
            asked="",
            offered=None,
            wish="",
            taken_from_id=None,
            taken_offer=None,
        )


def tell(task: Task, verb: str, giver: Person, taker: Person) -> None:
    """The author hears who does it now; so do the pits that it touches. The two know it already."""
    told = {**task.answering(), "pit": task.touched(giver, taker)}
    others = {why: sorted(set(ids) - {giver.id, taker.id}) for why, ids in told.items()}
    Event.record(task, verb, by=giver, whom_id=taker.id, tell=others)


def overtake(*tasks: Task) -> None:
    """These tasks changed hands, were reported or released: what was proposed or wished about them stands no more."""
    from hkplein.models.swap import Swap

    Swap.overtake(*tasks)
    end_wishes(*tasks)


def end_wishes(*tasks: Task) -> None:
    """Who held these tasks no longer offers them to swap: no ring goes on with them, and their wishes are over."""
    from hkplein.models.ring import Ring
    from hkplein.models.wish import Wish

    Ring.overtake(*tasks)
    Wish.end(*tasks)


def locked(*ids: int | None) -> list[Task | None]:
    """The tasks as they are now, or None, until this transaction ends; locked in the order of their ids.

    Whatever touches tasks and swaps or rings locks the tasks first: nobody waits in a circle. SQLite has one writer at
    a time and needs no lock.
    """
    wanted = [id_ for id_ in ids if id_ and 0 < id_ <= HIGHEST]
    rows = select(Task).where(Task.id.in_(wanted)).order_by(Task.id).with_for_update(key_share=True)
    found = {task.id: task for task in db.session.scalars(rows.execution_options(populate_existing=True))}
    return [found.get(id_ or 0) for id_ in ids]
