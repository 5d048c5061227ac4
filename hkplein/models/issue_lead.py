"""Who moves an issue: becoming trekker or deputy, passing it on, being away, stepping down."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func

from hkplein.clock import now, today
from hkplein.db import change, db
from hkplein.errors import Invalid
from hkplein.i18n import _
from hkplein.models.event import Event
from hkplein.models.issue_circle import circle
from hkplein.models.issue_rules import IssueRules
from hkplein.models.person import Person

NOTHING_ASKED: dict[str, None] = {"offered_lead_id": None, "offered_pit_id": None}
LOOSE: dict[str, int | None] = {"trekker_id": None, **NOTHING_ASKED, "reminded": 0}  # nobody moves it


class IssueLead(IssueRules):
    """The verbs by which an issue gets, changes and loses its trekker and deputy."""

    __abstract__ = True

    def lead(self, person: Person) -> None:
        """Become trekker; one atomic winner, never appointed."""
        self._led_by("lead", person)
        Event.record(self, "lead", by=person, tell=circle(self, "trekker", "team", "author", "hand", "pit"))
        self._show_hands()

    def _led_by(self, verb: str, person: Person) -> None:
        mine = {"trekker_id": person.id, "deputy_id": func.nullif(type(self).deputy_id, person.id), "led_at": now()}
        change(self, verb, person, **mine, offered_lead_id=None, reason="", reminded=0)
        self._take_down_hands(person)

    def _show_hands(self) -> None:
        """Whoever begins to move it is told of the hands that wait for an answer."""
        from hkplein.models.bid import Bid

        for bid in db.session.scalars(Bid.of(self).where(Bid.state == "raised")).all():
            bid.remind()

    def _take_down_hands(self, person: Person) -> None:
        """Whoever moves it is in the team: of the two sides of a hand, nobody is both."""
        from hkplein.models.bid import Bid

        for bid in db.session.scalars(Bid.of(self).where(Bid.person_id == person.id)).all():
            bid.let_be(person)

    def stay(self, person: Person) -> None:
        """Answer the question of the clock: still trekker; silence counts from now."""
        change(self, "stay", person, led_at=now(), reminded=0)
        Event.record(self, "stay", by=person, tell=circle(self, "trekker"))

    def deputise(self, person: Person) -> None:
        """Become deputy: there is one, who steps in without asking."""
        change(self, "deputise", person, deputy_id=person.id)
        self._take_down_hands(person)
        Event.record(self, "deputise", by=person, tell=circle(self, "trekker", "team", "author"))

    def hand_over(self, person: Person, *, to: int) -> None:
        """Ask a colleague to take over the lead; until the answer, the trekker stays."""
        whom = db.session.get(Person, to)
        if whom is None or not whom.colleague:
            raise Invalid(to=_("Choose a colleague."))
        if to == self.trekker_id:
            raise Invalid(to=_("This colleague is trekker already."))
        change(self, "hand-over", person, offered_lead_id=to, asked_at=now())
        tell: dict[str, list[int | None]] = {"offered": [to], **circle(self, "trekker")}
        Event.record(self, "hand-over", by=person, tell=tell, whom_id=to)

    def accept_lead(self, person: Person) -> None:
        """Take over the lead."""
        former = self.trekker_id
        self._led_by("accept-lead", person)
        tell = {"you": [former], **circle(self, "trekker", "team", "author", "hand", "pit")}
        Event.record(self, "accept-lead", by=person, tell=tell, whom_id=former)
        self._show_hands()

    def decline_lead(self, person: Person) -> None:
        """Rather not; no reason is needed."""
        change(self, "decline-lead", person, offered_lead_id=None)
        Event.record(self, "decline-lead", by=person, tell=circle(self, "trekker"))

    def keep(self, person: Person) -> None:
        """Keep it after all: nobody has to answer any more."""
        tell = circle(self, "offered")
        change(self, "keep", person, **NOTHING_ASKED)
        Event.record(self, "keep", by=person, tell=tell)

    def away(self, person: Person, *, until: date | None = None) -> None:
        """Even weg: the deputy acts at once, and nobody asks why."""
        if until is not None and until < today():
            raise Invalid(until=_("Choose a date that is still to come."))
        change(self, "away", person, trekker_id=person.id)
        person.away(person, away_from=today(), away_until=until)
        Event.record(self, "away", by=person, tell=circle(self, "trekker", "team"))

    def back(self, person: Person) -> None:
        """Be there again."""
        change(self, "back", person, trekker_id=person.id)
        person.back(person)
        Event.record(self, "back", by=person, tell=circle(self, "trekker", "team"))

    def step_down(self, person: Person) -> None:
        """Stop as trekker: it seeks another, the deputy acts meanwhile, and what was done stays."""
        tell = circle(self, "trekker", "team", "offered", "author", "hand", "pit")
        change(self, "step-down", person, **LOOSE, sought_at=now())
        Event.record(self, "step-down", by=person, tell=tell)

    def step_back(self, person: Person) -> None:
        """Stop as deputy."""
        change(self, "step-back", person, deputy_id=None)
        Event.record(self, "step-back", by=person, tell=circle(self, "trekker", "team", "author", "pit"))
