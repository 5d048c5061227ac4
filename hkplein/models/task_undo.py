"""Undoing: what somebody took goes back to as it was, with its other places and with the hands that were up."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select, update

from hkplein.clock import now
from hkplein.db import change, db
from hkplein.errors import Refused
from hkplein.i18n import _
from hkplein.models.event import Event
from hkplein.models.person import Person
from hkplein.models.search_entry import SearchEntry
from hkplein.models.task_hands import TaskHands
from hkplein.models.task_places import COMMON
from hkplein.models.task_verbs import only_once

if TYPE_CHECKING:
    from hkplein.models.task import Task


class TaskUndo(TaskHands):
    """Undoing, within a day."""

    __abstract__ = True

    if TYPE_CHECKING:
        reason: Any
        taken_at: Any
        taken_from_id: Any
        taken_offer: Any

    @property
    def joined(self) -> bool:
        """A place that was given back to its posting, of which it is no task by itself any more."""
        return self.state == "withdrawn" and not self.reason and self.posting_id not in (None, self.id)

    def undo(self, person: Person) -> Task:
        """Put it back as it was: open, or with whoever offered it, still offered. The task that it is then."""
        model, posting_id, since = type(self), self.posting_id, self.taken_at
        with only_once(self, _("That colleague has another place of it by now. You can still give it back.")):
            change(
                self,
                "undo",
                person,
                state=case((model.taken_from_id.is_(None), "open"), else_="taken"),
                holder_id=model.taken_from_id,
                offered=model.taken_offer,
                taken_from_id=None,
                taken_offer=None,
                undo_until=None,
            )
        back: Any = self if self.state == "taken" else self._rejoin()
        tell = {**self.answering(), "holder": [self.holder_id], "pit": self.touched(person)}
        Event.record(back, "undo", by=person, tell=tell)
        if back.state == "open" and back.choice == "hands":
            back._raise_again(person, since, {back.id, self.id, posting_id})  # noqa: SLF001 - a task like this one
        self.overtake()
        return back  # type: ignore[no-any-return]

    def _rejoin(self) -> TaskUndo:
        """Become one posting again with an open place that says the same, if there is one; the task that is left."""
        model = type(self)
        says_the_same = (getattr(model, name).is_not_distinct_from(getattr(self, name)) for name in COMMON)
        rest: TaskUndo | None = db.session.scalar(self.other_places(model.state == "open", *says_the_same).limit(1))
        if rest is None:
            return self
        try:
            change(rest, "join", places=model.places + self.places)
        except Refused:  # the last of it was just taken
            return self
        change(self, "join", state="withdrawn", posting_id=rest.id, ended_at=now())
        SearchEntry.drop(self)
        if db.session.scalar(rest.other_places(model.state != "withdrawn").limit(1)) is None:
            change(rest, "join", posting_id=None)
        return rest

    def _raise_again(self, chosen: Person, since: datetime, tasks: set[int | None]) -> None:
        """The hand of who was chosen goes down; those that heard no since then, for any of `tasks`, are up again."""
        from hkplein.models.bid import Bid

        of = Bid.task_id.in_([id_ for id_ in tasks if id_ is not None])
        lowered = update(Bid).where(of, Bid.person_id == chosen.id, Bid.state == "accepted")
        db.session.execute(lowered.values(state="withdrawn", answered_at=now(), since=now()))
        newest = select(func.max(Bid.id)).where(of).group_by(Bid.person_id)
        there = select(Person.id).where(Person.active, Person.role != "board")
        heard_no = Bid.id.in_(newest), Bid.state == "declined", Bid.answered_at >= since, Bid.person_id.in_(there)
        up = {"task_id": self.id, "state": "raised", "reply": "", "answered_at": None, "since": now()}
        again = list(db.session.scalars(update(Bid).where(*heard_no).values(up).returning(Bid.person_id)))
        if again:
            change(self, "raise-again", hands=type(self).hands + len(again))
            Event.record(self, "raise-again", by=chosen, tell={"hand": again})
