"""Issues (vraagstukken): questions from society or the organisation, with an outcome for somebody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hkplein.clock import now, today
from hkplein.db import FOR_COLLEAGUES, LAZY, LOOKS_ALONG, Model, change, db
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _
from hkplein.models.event import Event
from hkplein.models.issue_circle import circle, people_of
from hkplein.models.issue_ends import IssueEnds
from hkplein.models.issue_lead import IssueLead
from hkplein.models.issue_rules import STALE
from hkplein.models.person import Partner, Person
from hkplein.models.pit import Pit
from hkplein.models.search_entry import SearchEntry
from hkplein.models.update import Question, Update


class Issue(IssueLead, IssueEnds):
    """A question that one colleague moves as trekker, with a team across pits."""

    __tablename__ = "issue"
    __table_args__ = (
        CheckConstraint(
            "state IN ('idea', 'seeking', 'forming', 'running', 'paused',"
            " 'finished', 'handed-over', 'let-go', 'stopped')",
            name="state",
        ),
        CheckConstraint("state NOT IN ('forming', 'running', 'paused') OR trekker_id IS NOT NULL", name="trekker"),
        CheckConstraint("trekker_id IS NULL OR deputy_id IS NULL OR trekker_id <> deputy_id", name="deputy"),
        {"sqlite_autoincrement": True},
    )
    PLACE = "issues"

    title: Mapped[str] = mapped_column(String(200))
    question: Mapped[str] = mapped_column(default="")
    theme: Mapped[str] = mapped_column(String(80), default="", index=True)
    effect: Mapped[str] = mapped_column(default="")
    signs: Mapped[list[str]] = mapped_column(JSON, default=list)  # one to three signs of effect
    role: Mapped[str] = mapped_column(String(10), default="")
    state: Mapped[str] = mapped_column(String(12), default="idea", index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    pit_id: Mapped[int] = mapped_column(ForeignKey("pit.id"), index=True)
    trekker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    offered_lead_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # asked to become trekker
    offered_pit_id: Mapped[int | None] = mapped_column(ForeignKey("pit.id"))  # asked to take it over
    asked_at: Mapped[datetime | None]  # when either was asked last
    created_at: Mapped[datetime] = mapped_column(default=now)
    sought_at: Mapped[datetime | None]
    led_at: Mapped[datetime | None]  # when this trekker began, or said to go on
    started_at: Mapped[datetime | None]
    round_ends: Mapped[date | None]
    round_told: Mapped[date | None]  # the end date that has passed, and was spoken of
    updated_at: Mapped[datetime | None]  # the last state of play, starting or resuming
    reminded: Mapped[int] = mapped_column(default=0)  # how often the clock has asked something in this state
    reminded_at: Mapped[datetime | None]
    pause_reason: Mapped[str] = mapped_column(default="")
    look_again: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    effect_seen: Mapped[str] = mapped_column(String(8), default="")
    reason: Mapped[str] = mapped_column(default="")  # of the last reopening

    author: Mapped[Person] = relationship(foreign_keys=author_id, lazy=LAZY)
    trekker: Mapped[Person | None] = relationship(foreign_keys=trekker_id, lazy=LAZY)
    deputy: Mapped[Person | None] = relationship(foreign_keys=deputy_id, lazy=LAZY)
    offered_lead: Mapped[Person | None] = relationship(foreign_keys=offered_lead_id, lazy=LAZY)
    pit: Mapped[Pit] = relationship(foreign_keys=pit_id, lazy=LAZY)
    offered_pit: Mapped[Pit | None] = relationship(foreign_keys=offered_pit_id, lazy=LAZY)
    pits: Mapped[list[Pit]] = relationship(secondary="issue_pit", lazy=LAZY)
    partners: Mapped[list[Partner]] = relationship(secondary="issue_partner", lazy=LAZY)

    @property
    def opgave(self) -> bool:
        """It is shared with a partner outside: then it is called an opgave (shared task)."""
        return bool(self.partners)

    @property
    def stale(self) -> bool:
        """The state of play is older than six weeks."""
        return self.state == "running" and self.updated_at is not None and self.updated_at < now() - STALE

    @staticmethod
    def post(
        person: Person, *, pit_id: int, pits: Iterable[int] = (), partners: Iterable[int] = (), **text: str
    ) -> Issue:
        """A colleague puts a question, for a pit; the pits that it touches are told at once, not asked."""
        Issue.postable_by(person)
        issue = Issue(author_id=person.id, pit_id=pit_id, **text)
        db.session.add(issue)
        db.session.flush()
        issue.touch(pits, partners)
        Event.record(issue, "post", by=person, tell=circle(issue, "pit"))
        return issue

    @staticmethod
    def postable_by(person: Person) -> None:
        """Refuse everybody but colleagues."""
        if not person.colleague:
            raise Refused(None, FOR_COLLEAGUES if person.acts else LOOKS_ALONG)

    def touch(self, pits: Iterable[int], partners: Iterable[int]) -> frozenset[int]:
        """Set which pits it touches and which partners share it, and index it; the pits that are new."""
        known = set(db.session.scalars(select(IssuePit.pit_id).where(IssuePit.issue_id == self.id)))
        wanted = set(pits) - {self.pit_id}
        for model, column, ids in ((IssuePit, "pit_id", wanted), (IssuePartner, "partner_id", set(partners))):
            db.session.execute(delete(model).where(model.issue_id == self.id))
            if ids:
                db.session.execute(insert(model), [{"issue_id": self.id, column: id_} for id_ in sorted(ids)])
        db.session.expire(self, ["pits", "partners"])
        SearchEntry.put(self, self.title, self.question, self.effect, self.theme)
        return frozenset(wanted - known)

    def edit(self, person: Person, *, pits: Iterable[int] = (), partners: Iterable[int] = (), **text: str) -> None:
        """Change what it says; a pit that it touches only now is told."""
        if self.state != "idea" and not text["effect"]:
            raise Invalid(effect=_("Write down what residents will notice."))
        if self.state != "idea" and not text["role"]:
            raise Invalid(role=_("Choose our role."))
        change(self, "edit", person, **text)
        new = self.touch(pits, partners)
        Event.record(self, "edit", by=person, tell={**circle(self, "trekker", "author"), "pit": people_of(new)})

    def seek(self, person: Person, *, effect: str, role: str) -> None:
        """Look for a trekker: the effect is clear, and so is our role."""
        change(self, "seek", person, effect=effect, role=role, sought_at=now(), reminded=0)
        Event.record(self, "seek", by=person, tell=circle(self, "author", "pit"))

    def start(self, person: Person, *, round_ends: date, signs: list[str]) -> None:
        """Begin the first round: until when, and by what we see that it works."""
        self._round(person, "start", round_ends, signs, started_at=now(), updated_at=now())

    def renew(self, person: Person, *, round_ends: date, signs: list[str]) -> None:
        """Begin another round."""
        self._round(person, "renew", round_ends, signs)

    def _round(self, person: Person, verb: str, round_ends: date, signs: list[str], **values: datetime) -> None:
        if round_ends <= today():
            raise Invalid(round_ends=_("Choose a date that is still to come."))
        if not 1 <= len(signs) <= 3:
            raise Invalid(signs=_("Write down one to three signs, each on a line of its own."))
        change(self, verb, person, round_ends=round_ends, signs=signs, reminded=0, **values)
        Event.record(self, verb, by=person, tell=circle(self, "team", "author", "pit"))

    def update(self, person: Person, *, text: str) -> None:
        """Write the state of play, short and honest."""
        change(self, "update", person, updated_at=now(), reminded=0, reminded_at=None)
        db.session.add(Update(issue_id=self.id, by_id=person.id, text=text))
        Event.record(self, "update", by=person, tell=circle(self, "trekker", "team", "author"))

    def pause(self, person: Person, *, reason: str, look_again: date) -> None:
        """Let it rest until a day on which we look again."""
        if look_again <= today():
            raise Invalid(look_again=_("Choose a date that is still to come."))
        change(self, "pause", person, pause_reason=reason, look_again=look_again, reminded=0)
        Event.record(self, "pause", by=person, tell=circle(self, "trekker", "team", "hand", "author"), note=reason)

    def resume(self, person: Person) -> None:
        """Go on; silence counts from now."""
        change(self, "resume", person, look_again=None, pause_reason="", updated_at=now(), reminded=0)
        Event.record(self, "resume", by=person, tell=circle(self, "trekker", "team", "hand", "author"))

    def ask(self, person: Person, *, text: str) -> None:
        """Ask about it: the one thing that the board may do."""
        question = Question(issue_id=self.id, by_id=person.id, text=text)
        db.session.add(question)
        Event.record(self, "ask", by=person, tell=circle(self, "trekker", "author"), note=text)


class IssuePit(Model):
    """A pit that an issue touches."""

    __tablename__ = "issue_pit"
    __table_args__ = (UniqueConstraint("issue_id", "pit_id"), {"sqlite_autoincrement": True})

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"))
    pit_id: Mapped[int] = mapped_column(ForeignKey("pit.id"), index=True)


class IssuePartner(Model):
    """A partner outside with whom an issue is shared."""

    __tablename__ = "issue_partner"
    __table_args__ = (UniqueConstraint("issue_id", "partner_id"), {"sqlite_autoincrement": True})

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"))
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
