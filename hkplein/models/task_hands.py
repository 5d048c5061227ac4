"""Hands: colleagues who want a task, and the author who chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, case, func, select, update

from hkplein.db import change, db
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _
from hkplein.models.event import Event, named
from hkplein.models.task_places import TaskPlaces
from hkplein.models.task_verbs import only_once

if TYPE_CHECKING:
    from hkplein.models.bid import Bid
    from hkplein.models.person import Person


class TaskHands(TaskPlaces):
    """Raising and lowering a hand, and choosing; everyone who raised a hand gets an answer."""

    __abstract__ = True

    if TYPE_CHECKING:
        hands: Any

    def raise_hand(self, person: Person, words: str = "") -> None:
        """Say that you want this; the author hears it."""
        from hkplein.models.bid import Bid

        change(self, "raise-hand", person, hands=type(self).hands + 1)
        earlier = (Bid.task_id == self.id, Bid.person_id == person.id, Bid.state == "accepted")
        db.session.execute(update(Bid).where(*earlier).values(state="left"))
        with only_once(self, _("Your hand is up already.")):
            db.session.add(Bid(task_id=self.id, person_id=person.id, by_id=person.id, words=words.strip()))
            db.session.flush()
        Event.record(self, "raise-hand", by=person, tell=self.answering(), note=words.strip())

    def lower_hand(self, person: Person) -> None:
        """Think better of it."""
        from hkplein.models.bid import Bid

        change(self, "lower-hand", person, hands=type(self).hands - 1)
        if not self.answer_hands("withdrawn", "", Bid.person_id == person.id):
            raise Refused(self, _("Your hand is not up."))
        Event.record(self, "lower-hand", by=person, tell=self.answering())

    def choose(self, person: Person, bid: int, reason: str = "") -> None:
        """Give one of the hands the task; when no place is left, the others hear it, with the reason."""
        from hkplein.models.bid import Bid

        chosen = db.session.scalar(self.hands_up().where(Bid.id == bid))
        if chosen is None:
            raise Invalid(bid=_("Choose one of the hands that are up."))
        if chosen.person_id == person.id:
            raise Invalid(bid=_("This is your own hand. Let a colleague choose."))
        if self.places == 1 and self.hands > 1 and not reason.strip():
            raise Invalid(reason=_("Write one sentence for those whom you do not choose."))
        model: Any = type(self)
        place = self.take("choose", person, chosen.person, hands=case((model.places == 1, 0), else_=model.hands - 1))
        if not self.answer_hands("accepted", "", Bid.id == bid):
            raise Refused(self, _("This hand was just lowered."))
        tell = {"hand": [chosen.person_id], "pit": self.touched(chosen.person)}
        Event.record(place, "choose", by=person, tell=tell, whom_id=chosen.person_id)
        if self.state == "taken" and (others := self.dismiss(reason.strip())):
            Event.record(self, "not-chosen", by=person, tell={"hand": others}, note=reason.strip())

    def hands_up(self) -> Select[Bid]:
        """The hands that are up, in random order."""
        from hkplein.models.bid import Bid

        up = select(Bid).where(Bid.task_id == self.id, Bid.state == "raised")
        return up.options(named(Bid.person)).order_by(func.random())

    def hand_of(self, person: Person) -> Select[Bid]:
        """The last hand that `person` raised for it."""
        from hkplein.models.bid import Bid

        theirs = select(Bid).where(Bid.task_id == self.id, Bid.person_id == person.id)
        return theirs.order_by(Bid.id.desc()).limit(1)
