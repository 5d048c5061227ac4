"""How an issue ends: finished, let go, stopped or handed to a pit; always with what was learned, never for ever."""

from __future__ import annotations

from sqlalchemy import select

from hkplein.clock import now
from hkplein.db import change, db
from hkplein.errors import Invalid
from hkplein.i18n import _
from hkplein.models.event import Event
from hkplein.models.issue_circle import circle, people_of
from hkplein.models.issue_lead import LOOSE, NOTHING_ASKED
from hkplein.models.issue_rules import IssueRules
from hkplein.models.person import Person
from hkplein.models.pit import Pit


class IssueEnds(IssueRules):
    """The verbs by which an issue ends and begins again."""

    __abstract__ = True

    def finish(self, person: Person, *, effect_seen: str, lesson: str, lesson_text: str) -> None:
        """It is done: what was seen of the effect, and what did we learn?"""
        self._end("finish", person, effect_seen, lesson, lesson_text)

    def let_go(self, person: Person, *, effect_seen: str, lesson: str, lesson_text: str) -> None:
        """It is not ours to do."""
        self._end("let-go", person, effect_seen, lesson, lesson_text)

    def stop(self, person: Person, *, effect_seen: str, lesson: str, lesson_text: str) -> None:
        """Ending without result is a good ending when something was learned."""
        self._end("stop", person, effect_seen, lesson, lesson_text)

    def _end(self, verb: str, person: Person, effect_seen: str, title: str, text: str) -> None:
        tell = circle(self, "trekker", "team", "offered", "author", "pit")
        change(self, verb, person, effect_seen=effect_seen, ended_at=now(), **NOTHING_ASKED)
        self._learned(person, title, text)
        self._close_seats(person)
        Event.record(self, verb, by=person, tell=tell, note=title)

    def _learned(self, person: Person, title: str, text: str) -> None:
        from hkplein.models.lesson import Lesson, check_length

        check_length(text, "lesson_text")
        Lesson.share(person, title, text, issue_id=self.id)

    def _close_seats(self, person: Person) -> None:
        from hkplein.models.seat import Seat

        Seat.end_all(self, person)  # type: ignore[arg-type]

    def hand_to_pit(self, person: Person, *, pit: int, effect_seen: str, lesson: str, lesson_text: str) -> None:
        """Ask a pit to take it over; until the answer, the trekker stays. What was learned is shared at once."""
        asked = db.session.get(Pit, pit)
        if asked is None or asked.state != "active":
            raise Invalid(pit=_("Choose a pit."))
        change(self, "hand-to-pit", person, offered_pit_id=pit, asked_at=now(), effect_seen=effect_seen)
        self._learned(person, lesson, lesson_text)
        tell = {"offered": people_of([pit]), **circle(self, "trekker", "team")}
        Event.record(self, "hand-to-pit", by=person, tell=tell, note=lesson, pit_id=pit)

    def accept_pit(self, person: Person) -> None:
        """Take it over, for the whole pit; the pit that it came from stays with it as one that it touches."""
        tell, former = circle(self, "trekker", "team", "offered", "author", "pit"), self.pit_id
        change(self, "accept-pit", person, pit_id=type(self).offered_pit_id, ended_at=now(), **NOTHING_ASKED)
        self._touch_too(former)
        self._close_seats(person)
        Event.record(self, "accept-pit", by=person, tell=tell, pit_id=self.pit_id)

    def _touch_too(self, pit_id: int) -> None:
        from hkplein.models.issue import IssuePit

        known = db.session.scalar(select(IssuePit.id).where(IssuePit.issue_id == self.id, IssuePit.pit_id == pit_id))
        if known is None and pit_id != self.pit_id:
            db.session.add(IssuePit(issue_id=self.id, pit_id=pit_id))

    def decline_pit(self, person: Person) -> None:
        """It does not belong in this pit."""
        asked = self.offered_pit_id
        change(self, "decline-pit", person, offered_pit_id=None)
        Event.record(self, "decline-pit", by=person, tell=circle(self, "trekker"), pit_id=asked)

    def reopen(self, person: Person, *, reason: str) -> None:
        """Begin again: it seeks a trekker, and what was done stays."""
        tell = circle(self, "trekker", "author", "pit")
        again = {
            **LOOSE,
            "deputy_id": None,
            "ended_at": None,
            "effect_seen": "",
            "round_ends": None,
            "round_told": None,
        }
        change(self, "reopen", person, reason=reason, sought_at=now(), **again)
        Event.record(self, "reopen", by=person, tell=tell, note=reason)
