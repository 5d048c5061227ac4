"""How a task is taken: by one atomic winner a place, or from a colleague who offers it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, case, insert, literal, select

from hkplein.clock import now
from hkplein.db import change, db
from hkplein.models.event import Event, named
from hkplein.models.person import Person
from hkplein.models.task_rules import ONE_PLACE
from hkplein.models.task_verbs import TaskVerbs, only_once

if TYPE_CHECKING:
    from hkplein.models.task import Task

UNDO = timedelta(hours=24)
# What a place has in common with the posting that it was split from.
COMMON = """title description author_id pit_id issue_id hours place due learns_id less_fun mandate choice created_at
posted_at asked asked_at author_left handover_done handover_left handover_tip hours_left""".split()


class TaskPlaces(TaskVerbs):
    """Claiming and taking over, and the splitting of a posting with several places."""

    __abstract__ = True

    if TYPE_CHECKING:
        places: Any

    def claim(self, person: Person) -> Task:
        """Take it on; one atomic winner a place. The task that the claimer then has."""
        mine = self.take("claim", person, person)
        Event.record(mine, "claim", by=person, tell={**self.answering(), "pit": self.touched(person)})
        return mine

    def take_over(self, person: Person) -> None:
        """Take it from a colleague who offers to give it away; until now, that colleague kept the duty."""
        giver = db.session.get_one(Person, self.holder_id)
        with only_once(self, ONE_PLACE):
            change(
                self,
                "take-over",
                person,
                **taken_by(person),
                asked="",
                offered=None,
                taken_from_id=type(self).holder_id,
                taken_offer=type(self).offered,
            )
        tell = {"holder": [giver.id], **self.answering(), "pit": self.touched(person, giver)}
        Event.record(self, "take-over", by=person, tell=tell, whom_id=giver.id)
        self.overtake()

    def take(self, verb: str, by: Person, taker: Person, **values: Any) -> Task:
        """Give `taker` one place: the task itself when it is the last, else a new task split from this posting."""
        model: Any = type(self)
        last = model.places == 1

        def if_last(name: str, value: Any) -> Any:
            column = getattr(model, name)
            return case((last, literal(value, column.type)), else_=column)

        taken = {"state": "taken", "taken_from_id": None, "taken_offer": None, **taken_by(taker)}
        with only_once(self, ONE_PLACE):
            change(
                self,
                verb,
                by,
                places=case((last, 1), else_=model.places - 1),
                posting_id=case((last, model.posting_id), else_=model.id),
                **{name: if_last(name, value) for name, value in taken.items()},
                **values,
            )
            return self if self.state == "taken" else self._split(taken)  # type: ignore[return-value]

    def _split(self, taken: dict[str, Any]) -> Task:
        from hkplein.models.search_entry import SearchEntry
        from hkplein.models.task import Task, TaskSkill

        place = Task(posting_id=self.id, **{name: getattr(self, name) for name in COMMON}, **taken)
        db.session.add(place)
        db.session.flush()
        asked = select(literal(place.id), TaskSkill.skill_id).where(TaskSkill.task_id == self.id)
        db.session.execute(insert(TaskSkill).from_select(["task_id", "skill_id"], asked))
        SearchEntry.put(place, place.title, place.description, place.place)
        return place

    def siblings(self) -> Select[Task]:
        """The places of the same posting, this one among them."""
        from hkplein.models.task import Task

        same_posting = select(Task).where(Task.posting_id == self.posting_id, Task.state != "withdrawn")
        return same_posting.options(named(Task.holder)).order_by(Task.id)


def taken_by(person: Person) -> dict[str, Any]:
    """What is true of a task from the moment that somebody takes it on."""
    return {"holder_id": person.id, "taken_at": now(), "undo_until": now() + UNDO}
