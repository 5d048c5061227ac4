"""Help lines (hulplijnen): named helpers with a promised reaction time."""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hkplein.clock import today
from hkplein.db import LAZY, Conditions, Model, Verb, change, db, rule, table, within
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _, _l
from hkplein.models.event import Event
from hkplein.models.person import Person
from hkplein.models.pit import Pit
from hkplein.models.pitstop_table import HELD, LIVE
from hkplein.search import telling, words

# Who may read what is asked, unless the asker chooses otherwise: in short, and in a sentence.
USUALLY = {
    "line": (_l("confidential"), _l("Usually confidential.")),
    "pit": (_l("pit and line"), _l("Usually read by your pit and the line.")),
    "everyone": (_l("everyone"), _l("Usually read by everyone.")),
}
_STEWARD = _l("Only a steward can do this.")


class HelpLine(Model):
    """Where a pitstop is asked, e.g. the lean mechanic (lean-monteur)."""

    __tablename__ = "help_line"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'closed')", name="state"),
        CheckConstraint("promised_days >= 1", name="promised_days"),
        {"sqlite_autoincrement": True},
    )
    PLACE = "help-lines"
    STATES = {"active": _l("active"), "closed": _l("closed")}
    VERBS = table(
        Verb(
            "away",
            "active",
            None,
            "helped_by",
            _l("When and how much I help"),
            _l("That is written down."),
            icon="calendar-off",
        ),
        Verb(
            "edit",
            "active",
            None,
            "editable_by",
            _l("Edit"),
            _l("The help line is changed."),
            _l("%(who)s changed the help line “%(what)s”."),
            icon="edit",
        ),
        Verb(
            "add-helper",
            "active",
            None,
            "addable_by",
            _l("Add a helper"),
            _l("The line has one more helper."),
            _l("%(who)s made %(whom)s helper of “%(what)s”."),
            icon="user-plus",
        ),
        Verb(
            "remove-helper",
            "active",
            None,
            "removable_by",
            _l("Remove a helper"),
            _l("The helper has left the line. What they helped with is back in the queue."),
            _l("%(whom)s is no longer helper of “%(what)s”."),
            icon="user-minus",
        ),
        Verb(
            "close",
            "active",
            "closed",
            "closable_by",
            _l("Close this line"),
            _l("The help line is closed."),
            _l("%(who)s closed the help line “%(what)s”."),
            icon="archive",
        ),
        Verb(
            "reopen",
            "closed",
            "active",
            "reopenable_by",
            _l("Open this line again"),
            _l("The help line is open again."),
            _l("%(who)s opened the help line “%(what)s” again."),
            icon="refresh",
        ),
        Verb("start", "", "active", "startable_by", told=_l("%(who)s started the help line “%(what)s”."), clock=True),
    )

    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(default="")
    promised_days: Mapped[int] = mapped_column(default=2)  # working days
    staffed_by: Mapped[str] = mapped_column(default="")
    readers: Mapped[str] = mapped_column(String(8), default="pit")  # who may read, unless the asker chooses otherwise
    pit_id: Mapped[int | None] = mapped_column(ForeignKey("pit.id"))
    state: Mapped[str] = mapped_column(String(8), default="active")

    pit: Mapped[Pit | None] = relationship(lazy=LAZY)
    helpers: Mapped[list[HelpLineHelper]] = relationship(back_populates="line", lazy=LAZY)

    @property
    def usually(self) -> str:
        """Who may usually read what is asked, in a sentence."""
        return str(USUALLY[self.readers][1])

    # Rules

    @rule()
    def visible_to(self, person: Person) -> Conditions:
        """Everybody who works here, and the board."""
        yield person.role != "partner", ""

    @rule("away")
    def helped_by(self, person: Person) -> Conditions:
        """Its helpers, each for themselves."""
        yield within(self.id, person.line_ids), _l("Only its helpers can do this.")

    @rule("edit")
    def editable_by(self, person: Person) -> Conditions:
        """A steward."""
        yield person.steward, _STEWARD

    @rule("add-helper")
    def addable_by(self, person: Person) -> Conditions:
        """A steward."""
        yield person.steward, _STEWARD

    @rule("remove-helper")
    def removable_by(self, person: Person) -> Conditions:
        """A steward."""
        yield person.steward, _STEWARD

    @rule("close")
    def closable_by(self, person: Person) -> Conditions:
        """A steward."""
        yield person.steward, _STEWARD

    @rule("reopen")
    def reopenable_by(self, person: Person) -> Conditions:
        """A steward."""
        yield person.steward, _STEWARD

    @rule("start")
    def startable_by(self, person: Person) -> Conditions:
        """A steward."""
        yield person.steward, _STEWARD

    def why_not_open(self) -> str | None:
        """Why nobody can ask this line anything, in one sentence; None when everybody can."""
        return None if self.state == "active" else _("This help line is closed. Choose another one.")

    # Verbs

    @staticmethod
    def start(person: Person, name: str, purpose: str, promised_days: int, readers: str, staffed_by: str) -> HelpLine:
        """A new line; its helpers come next."""
        line = HelpLine(name=name, purpose=purpose, promised_days=promised_days, readers=readers, staffed_by=staffed_by)
        line.key = HelpLine.free_key(name)
        if not line.may("start", person):
            raise Refused(None, line.why_not("start", person))
        db.session.add(line)
        db.session.flush()
        Event.record(line, "start", by=person)
        return line

    @staticmethod
    def free_key(name: str) -> str:
        """A short name for files, which no other line has."""
        short = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:50] or "line"
        taken = set(db.session.scalars(select(HelpLine.key).where(HelpLine.key.startswith(short, autoescape=True))))
        return next(key for n in range(1, len(taken) + 2) if (key := short if n == 1 else f"{short}-{n}") not in taken)

    def edit(self, person: Person, name: str, purpose: str, promised_days: int, readers: str, staffed_by: str) -> None:
        """Change what the line promises; what was asked before keeps its promise."""
        values = {"name": name, "purpose": purpose, "promised_days": promised_days}
        change(self, "edit", person, **values, readers=readers, staffed_by=staffed_by)
        Event.record(self, "edit", by=person, tell={"helper": HelpLine.at_hand(self.id)})

    def add_helper(self, person: Person, person_id: int) -> None:
        """One more helper."""
        helper = db.session.get(Person, person_id)
        if helper is None or not helper.colleague:
            raise Invalid(person_id=_("Choose a colleague."))
        change(self, "add-helper", person, state="active")
        if helper.id in {row.person_id for row in HelpLine.rows(self.id)}:
            raise Invalid(person_id=_("%(name)s helps on this line already.", name=helper.name))
        db.session.add(HelpLineHelper(line_id=self.id, person_id=helper.id))
        Event.record(self, "add-helper", by=person, whom_id=helper.id, tell={"you": [helper.id]})

    def remove_helper(self, person: Person, person_id: int) -> None:
        """One helper fewer."""
        helper = db.session.scalar(select(HelpLineHelper).filter_by(line_id=self.id, person_id=person_id))
        if helper is None:
            raise Invalid(person_id=_("Choose one of the helpers."))
        change(self, "remove-helper", person, state="active")
        self.lose(helper, person)

    def lose(self, helper: HelpLineHelper, by: Person | None) -> None:
        """A helper goes; what they helped with, or referred, goes to the front of the queue."""
        from hkplein.models.pitstop import Pitstop

        whom = helper.person_id
        here = (Pitstop.line_id == self.id) & Pitstop.state.in_(HELD)
        for pitstop in db.session.scalars(select(Pitstop).where(here, Pitstop.hand_to_id == whom)):
            pitstop.hand_to_id = None
        theirs = select(Pitstop).where(Pitstop.helper_id == whom, here | (Pitstop.state == "referred"))
        for pitstop in db.session.scalars(theirs):
            verb = "leave" if pitstop.state == "referred" else "put-back"
            pitstop.free(verb, helper.person)
            pitstop.tell_the_line(verb, by=by, also=[whom])
        db.session.delete(helper)
        Event.record(self, "remove-helper", by=by, whom_id=whom, tell={"you": [whom]})

    def close(self, person: Person) -> None:
        """Nobody can ask it any more; not while somebody still waits."""
        from hkplein.models.pitstop import Pitstop

        if db.session.scalar(select(Pitstop.id).where(Pitstop.line_id == self.id, Pitstop.state.in_(LIVE)).limit(1)):
            raise Refused(self, _("There are still pitstops on this line. Help with them, or refer them, first."))
        change(self, "close", person)
        Event.record(self, "close", by=person, tell={"helper": HelpLine.at_hand(self.id)})

    def reopen(self, person: Person) -> None:
        """It can be asked again."""
        change(self, "reopen", person)
        Event.record(self, "reopen", by=person, tell={"helper": HelpLine.at_hand(self.id)})

    def away(self, person: Person, away_from: date | None, away_until: date | None, at_most: int | None) -> None:
        """A helper's own settings: when they are away, and with how many they help at a time. Nobody's news."""
        if away_from and away_until and away_until < away_from:
            raise Invalid(away_until=_("This is before the first day."))
        change(self, "away", person, state="active")
        row = next(row for row in HelpLine.rows(self.id) if row.person_id == person.id)
        row.away_from, row.away_until, row.at_most = away_from, away_until, at_most

    # Queries

    @staticmethod
    def rows(line_id: int) -> list[HelpLineHelper]:
        """The helpers of a line who work here, with their settings, by name."""
        query = select(HelpLineHelper).where(HelpLineHelper.line_id == line_id).join(HelpLineHelper.person)
        return list(db.session.scalars(query.where(Person.active).order_by(Person.name)))

    @staticmethod
    def at_hand(line_id: int, but_of: int | None = None) -> list[int]:
        """The ids of the helpers who are not away, and not of the pit `but_of`; when there are none, of all."""
        rows = [row for row in HelpLine.rows(line_id) if but_of is None or row.person.pit_id != but_of]
        return [row.person_id for row in rows if not row.is_away] or [row.person_id for row in rows]

    def fitting(self, text: str) -> list[str]:
        """The words of `text` that its name or purpose has too, in some form; of a "Privacylijn", "privacy" is one."""
        matter = {word.removesuffix("lijn") for word in words(self.name)}
        mine = set[str]().union(*telling(f"{' '.join(matter)} {self.purpose}").values())
        roots = tuple(word for word in matter if len(word) > 3)
        return [word for word, forms in telling(text).items() if forms & mine or word.startswith(roots)]


class HelpLineHelper(Model):
    """Somebody who helps on a line, with the dates on which they do not."""

    __tablename__ = "help_line_helper"
    __table_args__ = (UniqueConstraint("line_id", "person_id"), {"sqlite_autoincrement": True})

    line_id: Mapped[int] = mapped_column(ForeignKey("help_line.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    away_from: Mapped[date | None]
    away_until: Mapped[date | None]
    at_most: Mapped[int | None]  # pitstops at a time

    person: Mapped[Person] = relationship(lazy="joined")
    line: Mapped[HelpLine] = relationship(back_populates="helpers", lazy=LAZY)

    @property
    def is_away(self) -> bool:
        """Does not help today: on this line, or anywhere."""
        if not self.away_from or self.away_from > today():
            return self.person.is_away
        return self.away_until is None or self.away_until >= today() or self.person.is_away
