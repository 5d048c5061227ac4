"""Issues (vraagstukken): questions from society or the organisation, with an outcome for somebody."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hkplein.clock import now
from hkplein.db import LAZY, Model
from hkplein.i18n import _l
from hkplein.models.person import Partner, Person
from hkplein.models.pit import Pit

ROLES = {
    "do": _l("do it ourselves"),
    "law": _l("carry out the law"),
    "together": _l("work along"),
    "enable": _l("make possible"),
    "leave": _l("let go"),
}
EFFECTS_SEEN = {"yes": _l("yes"), "partly": _l("partly"), "no": _l("no"), "unknown": _l("we do not know")}


class Issue(Model):
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
    STATES = {
        "idea": _l("idea"),
        "seeking": _l("seeking a trekker"),
        "forming": _l("forming a team"),
        "running": _l("running"),
        "paused": _l("paused"),
        "finished": _l("finished"),
        "handed-over": _l("handed over to a pit"),
        "let-go": _l("let go"),
        "stopped": _l("stopped"),
    }

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
    created_at: Mapped[datetime] = mapped_column(default=now)
    sought_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    round_ends: Mapped[date | None]
    updated_at: Mapped[datetime | None]  # the last state of play
    reminded: Mapped[int] = mapped_column(default=0)  # how often a silent trekker was asked
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
