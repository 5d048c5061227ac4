"""Colleagues: who they are, what they want, what they can, and what they are part of."""

from __future__ import annotations

import functools
from collections import defaultdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Integer,
    String,
    UniqueConstraint,
    and_,
    bindparam,
    false,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hkplein.clock import now, today
from hkplein.db import LAZY, Model, db
from hkplein.i18n import _l
from hkplein.models.person_account import PersonAccount
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


class Person(PersonRules, PersonAccount, Model):
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
    pit_id: Mapped[int | None] = mapped_column(ForeignKey("pit.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"), index=True)

    about: Mapped[str] = mapped_column(default="")
    wants: Mapped[str] = mapped_column(default="")
    room: Mapped[int | None]  # hours a week
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

    # What somebody is part of, asked of the database once and forgotten at every change.

    @property
    def facts(self) -> dict[str, frozenset[int]]:
        known = db.session.info.setdefault("facts", {})
        if self.id not in known:
            found = defaultdict(set)
            values = {"me": self.id, "partner": self.partner_id or 0, "day": today()}
            for kind, id_ in db.session.execute(_facts(), values):
                found[kind].add(id_)
            known[self.id] = {kind: frozenset(ids) for kind, ids in found.items()}
        return known[self.id]  # type: ignore[no-any-return]

    def fact(self, kind: str) -> frozenset[int]:
        """The ids of one kind, as `_facts` calls them."""
        return self.facts.get(kind, frozenset())

    @property
    def team_ids(self) -> frozenset[int]:
        """Issues of whose team this person is: as trekker, deputy or in a seat."""
        return self.fact("team")

    @property
    def lead_ids(self) -> frozenset[int]:
        """Issues that this person moves: as trekker or deputy."""
        return self.fact("lead")

    @property
    def trekker_ids(self) -> frozenset[int]:
        """Issues that have not ended and of which this person is trekker."""
        return self.fact("trekker")

    @property
    def stand_in_ids(self) -> frozenset[int]:
        """Issues that this person moves as deputy, because the trekker is away."""
        return self.fact("stand-in")

    @property
    def line_ids(self) -> frozenset[int]:
        """Help lines that this person helps on."""
        return self.fact("line")

    @property
    def full_line_ids(self) -> frozenset[int]:
        """Help lines on which this person helps with as many pitstops at a time as they wanted."""
        return self.fact("full-line")

    @property
    def helped_lesson_ids(self) -> frozenset[int]:
        """Lessons of which this person said that it helped."""
        return self.fact("helped-lesson")

    @property
    def hand_task_ids(self) -> frozenset[int]:
        """Tasks for which this person's hand is up."""
        return self.fact("hand")

    @property
    def place_ids(self) -> frozenset[int]:
        """Postings of several places of which this person holds one."""
        return self.fact("place")

    @property
    def partner_issue_ids(self) -> frozenset[int]:
        """Issues that this person's organisation is a partner in."""
        return self.fact("partner")


ME, DAY = bindparam("me", type_=Integer), bindparam("day", type_=Date)


@functools.cache
def _facts() -> Any:
    """What somebody is part of, by kind; made once, for it is asked with every request."""
    from hkplein.models import Founder, HelpLineHelper, Issue, IssuePartner, Seat, Task
    from hkplein.models.bid import Bid
    from hkplein.models.issue_table import MOVING
    from hkplein.models.lesson import LessonHelped

    def ids(kind: str, column: Any, *where: Any) -> Any:
        return select(literal(kind), column).where(*where)

    return union_all(
        ids("team", Issue.id, (Issue.trekker_id == ME) | (Issue.deputy_id == ME)),
        ids("lead", Issue.id, (Issue.trekker_id == ME) | (Issue.deputy_id == ME)),
        ids("trekker", Issue.id, Issue.trekker_id == ME, Issue.state.in_(MOVING)),
        ids("stand-in", Issue.id, Issue.deputy_id == ME, Issue.trekker_id.in_(_absent())),
        ids("team", Seat.issue_id, Seat.holder_id == ME, Seat.state == "filled"),
        ids("line", HelpLineHelper.line_id, HelpLineHelper.person_id == ME),
        ids(
            "full-line",
            HelpLineHelper.line_id,
            HelpLineHelper.person_id == ME,
            HelpLineHelper.at_most <= _helping(),
        ),
        ids("helped-lesson", LessonHelped.lesson_id, LessonHelped.person_id == ME),
        ids("hand", Bid.task_id, Bid.person_id == ME, Bid.task_id.is_not(None), Bid.state == "raised"),
        ids(
            "seat-hand",
            Bid.seat_id,
            Bid.person_id == ME,
            Bid.seat_id.is_not(None),
            Bid.state.in_(Bid.LIVE),
        ),
        ids(
            "place",
            Task.posting_id,
            Task.holder_id == ME,
            Task.posting_id.is_not(None),
            Task.state == "taken",
        ),
        ids("founder", Founder.pit_id, Founder.person_id == ME, Founder.agreed),
        ids("asked-founder", Founder.pit_id, Founder.person_id == ME, Founder.agreed.is_(None)),
        ids("partner", IssuePartner.issue_id, IssuePartner.partner_id == bindparam("partner", type_=Integer)),
    )


def _helping() -> Any:
    """With how many pitstops of a line (of HelpLineHelper) somebody helps now."""
    from hkplein.models import HelpLineHelper
    from hkplein.models.pitstop import Pitstop
    from hkplein.models.pitstop_table import HELD

    theirs = Pitstop.helper_id == ME, Pitstop.line_id == HelpLineHelper.line_id, Pitstop.state.in_(HELD)
    return select(func.count()).where(*theirs).correlate(HelpLineHelper).scalar_subquery()


def _absent() -> Any:
    """The ids of everybody who is "even weg" today, or has left."""
    back = Person.away_until < DAY
    return select(Person.id).where(~Person.active | ((Person.away_from <= DAY) & ~func.coalesce(back, false())))


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
