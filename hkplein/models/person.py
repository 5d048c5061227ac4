"""Colleagues: who they are, what they want, what they can, and what they are part of."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    String,
    UniqueConstraint,
    and_,
    false,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hkplein.clock import now, today
from hkplein.db import LAZY, Model
from hkplein.i18n import _l
from hkplein.models.person_account import PersonAccount
from hkplein.models.person_facts import PersonFacts
from hkplein.models.person_rules import PersonRules
from hkplein.search import folded

if TYPE_CHECKING:
    from hkplein.models.pit import Pit
    from hkplein.models.skill import Skill

ROLES = {"colleague": _l("colleague"), "board": _l("board"), "partner": _l("partner")}
SHOWN_TO = {"everyone": _l("all colleagues"), "pit": _l("my own pit"), "me": _l("only me")}
LEVELS = {"can": _l("I can do this"), "teaches": _l("I teach others"), "learns": _l("I want to learn this")}


def _sought(context: Any) -> str:
    return folded(context.get_current_parameters()["name"])


class Person(PersonRules, PersonAccount, PersonFacts, Model):
    """Somebody with an account: a colleague, a member of the board, or somebody of a partner."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("role IN ('colleague', 'board', 'partner')", name="role"),
        CheckConstraint("role = 'colleague' OR NOT steward", name="steward"),
        {"sqlite_autoincrement": True},
    )
    PLACE = "people"

    name: Mapped[str] = mapped_column(String(200))
    sought: Mapped[str] = mapped_column(default=_sought)  # the name without capitals and accents, to search in
    email: Mapped[str] = mapped_column(String(320), unique=True)
    password_hash: Mapped[str | None]
    password_until: Mapped[datetime | None]  # of a one-time password, which must be changed at once
    role: Mapped[str] = mapped_column(String(12), default="colleague")
    steward: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    outdoors: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[str] = mapped_column(String(2), default="nl")
    created_at: Mapped[datetime] = mapped_column(default=now)
    erase_at: Mapped[datetime | None]  # when it will be erased, or was, because somebody asked for that
    erased: Mapped[bool] = mapped_column(default=False)
    pit_id: Mapped[int | None] = mapped_column(ForeignKey("pit.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"), index=True)

    about: Mapped[str] = mapped_column(default="")
    wants: Mapped[str] = mapped_column(default="")
    room: Mapped[int | None]  # hours a week
    near: Mapped[str] = mapped_column(String(200), default="")  # where they like to work, between commas
    about_shown_to: Mapped[str] = mapped_column(String(8), default="everyone")
    wants_shown_to: Mapped[str] = mapped_column(String(8), default="everyone")
    skills_shown_to: Mapped[str] = mapped_column(String(8), default="everyone")
    away_from: Mapped[date | None]
    away_until: Mapped[date | None]
    suggestions: Mapped[bool] = mapped_column(default=True)
    welcomed: Mapped[bool] = mapped_column(default=False)  # has put "how it works" away

    pit: Mapped[Pit | None] = relationship(foreign_keys=pit_id, lazy=LAZY)
    partner: Mapped[Partner | None] = relationship(lazy=LAZY)
    skills: Mapped[list[PersonSkill]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    # What Flask-Login asks of somebody who is signed in.
    is_authenticated: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False
    token = ""
    unread = 0

    @property
    def is_active(self) -> bool:
        return self.active

    def get_id(self) -> str:
        """The token of this sign-in, not the person: signing out elsewhere ends it."""
        return self.token

    @classmethod
    def called(cls, query: str) -> ColumnElement[bool]:
        """A condition: every word of `query` stands in the name, with or without accents."""
        words = folded(query).split()
        return and_(true(), *(cls.sought.contains(word) for word in words)) if words else false()

    @property
    def acts(self) -> bool:
        """May change things at all: everybody but the board."""
        return self.active and self.role != "board"

    @property
    def colleague(self) -> bool:
        """Works here."""
        return self.active and self.role == "colleague"

    @property
    def is_away(self) -> bool:
        """Is "even weg" today."""
        if not self.away_from or self.away_from > today():
            return False
        return self.away_until is None or self.away_until >= today()

    @property
    def initials(self) -> str:
        words = self.name.split()
        return (words[0][:1] + words[-1][:1]).upper() if len(words) > 1 else self.name[:2].upper()


class PersonSkill(Model):
    """What somebody can, teaches or wants to learn, as entered by that person."""

    __tablename__ = "person_skill"
    __table_args__ = (
        CheckConstraint("level IN ('can', 'teaches', 'learns')", name="level"),
        UniqueConstraint("person_id", "skill_id"),
        {"sqlite_autoincrement": True},
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"), index=True)
    level: Mapped[str] = mapped_column(String(8))

    skill: Mapped[Skill] = relationship(lazy="joined")


class Partner(Model):
    """An organisation outside with which issues are shared."""

    __tablename__ = "partner"

    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(60), default="")
