"""What may be done with a profile and with an account, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from hkplein.clock import now
from hkplein.db import Conditions, Verb, before, both, change, db, differs, either, given, missing, rule, same, table
from hkplein.errors import Invalid
from hkplein.i18n import _, _l

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapped

    from hkplein.models.person import Person


class PersonRules:
    """The verbs of somebody's profile (their own) and of their account (the steward's), and who reads what.

    What somebody does with the own profile is recorded nowhere: it is nobody's news. What a steward does is.
    """

    VERBS = table(
        Verb("edit", "", None, "editable_by", _l("Edit my profile"), _l("Your profile is changed."), icon="edit"),
        Verb("away", "", None, "editable_by", _l("Away for a while"), _l("Everybody sees when you are away.")),
        Verb("back", "", None, "returns_by", _l("I am back"), _l("Welcome back."), gone=_l("You are not away.")),
        Verb("suggest", "", None, "editable_by", _l("Suggestions"), _l("That is changed.")),
        Verb("welcome", "", None, "welcomed_by", _l("Put this away")),
        Verb(
            "account",
            "",
            None,
            "managed_by",
            _l("Change this account"),
            _l("The account is changed."),
            _l("%(who)s changed your account."),
        ),
        Verb(
            "reset-password",
            "",
            None,
            "resettable_by",
            _l("New one-time password"),
            told=_l("%(who)s made a one-time password for you."),
        ),
        Verb(
            "disconnect",
            "",
            None,
            "managed_by",
            _l("Disconnect the work account"),
            _l("The work account is disconnected. At the next sign-on it is found by the e-mail address."),
            _l("%(who)s disconnected your work account from HK-plein."),
        ),
        Verb(
            "deactivate",
            "",
            None,
            "closable_by",
            _l("Close this account"),
            told=_l("%(who)s closed the account of %(whom)s."),
        ),
        Verb(
            "activate",
            "",
            None,
            "openable_by",
            _l("Open this account again"),
            _l("The account is open again. Whoever signs in with a password needs a new one-time password."),
            _l("%(who)s opened your account again."),
        ),
        Verb(
            "erase",
            "",
            None,
            "erasable_by",
            _l("Erase this account"),
            _l("That is written down. Until then it can be stopped."),
            _l("Your account will be erased in seven days. Until then you can stop it on the page “Account”."),
            icon="trash",
            for_all=True,
        ),
        Verb(
            "keep",
            "",
            None,
            "kept_by",
            _l("Keep this account"),
            _l("The account stays as it is."),
            _l("Your account stays: it will not be erased."),
            for_all=True,
        ),
        Verb("forget", "", None, "forgettable", clock=True),
    )

    if TYPE_CHECKING:
        id: Mapped[int]
        active: Mapped[bool]
        steward: Mapped[bool]
        erase_at: Mapped[datetime | None]
        erased: Mapped[bool]
        welcomed: Mapped[bool]
        pit_id: Mapped[int | None]
        away_from: Mapped[date | None]

    @rule()
    def visible_to(self, person: Person) -> Conditions:
        """Colleagues read each other's profile; everybody reads their own; of who was erased there is none."""
        yield either(same(self.id, person.id), person.colleague), ""
        yield same(self.erased, False), ""

    @rule()
    def shows(self, part: str, person: Person) -> Conditions:
        """Shows one part ("about", "wants" or "skills") of the profile to `person`."""
        shown_to = getattr(self, f"{part}_shown_to")
        chosen = either(same(shown_to, "everyone"), both(same(shown_to, "pit"), same(self.pit_id, person.pit_id or 0)))
        yield either(same(self.id, person.id), both(self.active, person.colleague, chosen)), ""

    @rule("edit")
    def editable_by(self, person: Person) -> Conditions:
        """It is your own."""
        yield same(self.id, person.id), _l("Only its owner changes a profile.")

    @rule("back")
    def returns_by(self, person: Person) -> Conditions:
        """You said that you are, or will be, away."""
        yield same(self.id, person.id), _l("Only its owner changes a profile.")
        yield given(self.away_from), _l("You are not away.")

    @rule("welcome")
    def welcomed_by(self, person: Person) -> Conditions:
        """You have not put it away yet."""
        yield same(self.id, person.id), _l("Only its owner changes a profile.")
        yield same(self.welcomed, False), _l("You have put this away already.")

    @rule("account")
    def managed_by(self, person: Person) -> Conditions:
        """Accounts are the steward's."""
        yield person.steward, _l("Only the administrator changes accounts.")

    @rule("reset-password")
    def resettable_by(self, person: Person) -> Conditions:
        """An open account of somebody else: your own password you change yourself."""
        yield person.steward, _l("Only the administrator changes accounts.")
        yield differs(self.id, person.id), _l("You change your own password on the page “Account”.")
        yield same(self.active, True), _l("This account is closed. Open it first.")

    @rule("deactivate")
    def closable_by(self, person: Person) -> Conditions:
        """An open account of somebody else: so there is always a steward left."""
        yield person.steward, _l("Only the administrator changes accounts.")
        yield differs(self.id, person.id), _l("You cannot close your own account. Ask another administrator.")
        yield same(self.active, True), _l("This account is closed already.")

    @rule("activate")
    def openable_by(self, person: Person) -> Conditions:
        """A closed account."""
        yield person.steward, _l("Only the administrator changes accounts.")
        yield same(self.active, False), _l("This account is open already.")

    @rule("erase")
    def erasable_by(self, person: Person) -> Conditions:
        """Your own account, unless you are a steward: so there is always one left; the steward's, when it is closed."""
        yield either(same(self.id, person.id), person.steward), _l("Only its owner erases an open account.")
        yield either(same(self.id, person.id), same(self.active, False)), _l("This account is open. Close it first.")
        yield (
            either(differs(self.id, person.id), same(self.steward, False)),
            _l("You are administrator. Ask another administrator to make you a colleague first."),
        )
        yield missing(self.erase_at), _l("This was asked already.")

    @rule("keep")
    def kept_by(self, person: Person) -> Conditions:
        """It was to be erased, and is not yet."""
        yield either(same(self.id, person.id), person.steward), _l("Only its owner or the administrator can do this.")
        yield both(given(self.erase_at), same(self.erased, False)), _l("Nobody asked to erase this account.")

    @rule("forget")
    def forgettable(self) -> Conditions:
        """Its days are over."""
        yield both(before(self.erase_at, now()), same(self.erased, False)), _l("It is not time for that.")

    # One's own profile.

    def edit(self, person: Person, *, skills: Mapping[int, str], **columns: Any) -> None:
        """Change the own profile; `skills` maps ids of skills to levels, and replaces what was there."""
        from hkplein.models import PersonSkill, Skill

        usable = Skill.id.in_(skills) & Skill.state.in_(Skill.USABLE)
        known = set(db.session.scalars(select(Skill.id).where(usable)))
        if known != set(skills):
            raise Invalid(skills=_("One of these skills is no longer in use. Choose it again."))
        change(self, "edit", person, **columns)
        db.session.execute(delete(PersonSkill).where(PersonSkill.person_id == self.id))
        if skills:
            rows = [{"person_id": self.id, "skill_id": id_, "level": level} for id_, level in skills.items()]
            db.session.execute(insert(PersonSkill), rows)

    def away(self, person: Person, *, away_from: date, away_until: date | None) -> None:
        """Be away for a while; nobody asks why."""
        if away_until and away_until < away_from:
            raise Invalid(away_until=_("This is before the first day."))
        change(self, "away", person, away_from=away_from, away_until=away_until)

    def back(self, person: Person) -> None:
        """Be there again."""
        change(self, "back", person, away_from=None, away_until=None)

    def suggest(self, person: Person, *, on: bool) -> None:
        """Switch on or off that work is suggested."""
        change(self, "suggest", person, suggestions=on)

    def welcome(self, person: Person) -> None:
        """Put "how it works" away."""
        change(self, "welcome", person, welcomed=True)
