"""What the verbs of a pitstop have in common: whose turn it is, who is told, and what is forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from hkplein.clock import now, today, working_days_after
from hkplein.db import Model, change, db
from hkplein.models.event import Event
from hkplein.models.help_line import HelpLine
from hkplein.models.issue import Issue
from hkplein.models.issue_circle import circle, people_of
from hkplein.models.message import Message
from hkplein.models.person import Person
from hkplein.models.pitstop_rules import PitstopRules

UNPLANNED: dict[str, Any] = {"planned_at": None, "planned_place": ""}


class PitstopSteps(PitstopRules, Model):
    """The steps of which the verbs in Pitstop are made."""

    __abstract__ = True

    if TYPE_CHECKING:
        planned_at: Any

    def to_helper(self, verb: str, *asked: Any, **values: Any) -> None:
        """Do `verb`; after it, it is the helper's turn."""
        change(self, verb, *asked, **{"turn": "helper", "waits_since": now(), **values})

    def to_asker(self, verb: str, *asked: Any, **values: Any) -> None:
        """Do `verb`; after it, it is the asker's turn."""
        change(self, verb, *asked, turn="asker", waits_since=now(), **values)

    def free(self, verb: str, *asked: Any, **values: Any) -> None:
        """Do `verb`; after it, the line has it at the front of its queue, and what the helper arranged is off."""
        nobody = dict.fromkeys(("helper_id", "picked_up_at", "refer_to_id", "hand_to_id"))
        self.call_off()
        self.to_helper(verb, *asked, state="asked", front=True, **UNPLANNED, **nobody, **values)

    def call_off(self) -> None:
        """A moment that is still to come will not be: both hear it, and take it out of their calendars."""
        if self.planned_at and self.planned_at > now():
            self.tell_both("call-off", None)

    def fresh_clock(self, line: HelpLine) -> dict[str, Any]:
        """The promise of `line`, from now on."""
        due = working_days_after(today(), line.promised_days)
        return {"asked_at": now(), "due": due, "reminded": 0, "remind_on": None}

    def say(self, person: Person, text: str) -> None:
        """Add a turn to the thread."""
        db.session.add(Message(pitstop_id=self.id, by_id=person.id, text=text))
        db.session.flush()

    def asking(self) -> dict[str, list[int | None]]:
        """Whose question it is, by the reason for telling them: the asker, a team, a whole pit."""
        team = circle(db.session.get_one(Issue, self.issue_id), "trekker", "team") if self.issue_id else {}
        pit = people_of([self.pit_id]) if self.for_pit and self.readers != "line" else []
        return {"asker": [self.asker_id], **team, "pit": pit}

    def tell_both(self, verb: str, by: Person | None) -> None:
        """Tell those who ask and the helper."""
        Event.record(self, verb, by=by, tell={**self.asking(), "helper": [self.helper_id]})

    def tell_the_line(self, verb: str, *, by: Person | None, also: Iterable[int | None] = ()) -> None:
        """Tell those who ask, the helper and whoever of the line may pick it up."""
        helpers = [*also, self.helper_id, *HelpLine.at_hand(self.line_id, self.pit_id)]
        Event.record(self, verb, by=by, tell={**self.asking(), "helper": helpers})

    def wipe(self) -> None:
        """Keep that it was, and nothing of what was said."""
        nothing = dict.fromkeys(("question", "tried", "topic", "planned_place"), "")
        db.session.execute(update(type(self)).where(type(self).id == self.id).values(**nothing))
        db.session.execute(update(Message).where(Message.pitstop_id == self.id).values(text=""))
