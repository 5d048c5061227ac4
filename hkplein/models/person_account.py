"""Accounts, as the steward keeps them: opened, changed, closed, and given a one-time password."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy.exc import IntegrityError

from hkplein import terms
from hkplein.clock import now
from hkplein.db import change, db
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _
from hkplein.models.person_leaving import let_go, others_answer
from hkplein.models.security_event import SecurityEvent
from hkplein.search import folded

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapped

    from hkplein.models.person import Person


class PersonAccount:
    """What a steward does to an account."""

    ONE_TIME: ClassVar[timedelta] = terms.ONE_TIME.after

    if TYPE_CHECKING:
        id: Mapped[int]
        role: Mapped[str]
        active: Mapped[bool]
        steward: Mapped[bool]
        partner_id: Mapped[int | None]
        password_hash: Mapped[str | None]
        password_until: Mapped[datetime | None]

    @property
    def rights(self) -> str:
        """What somebody may, in one word: the role, or that it is a steward."""
        return "steward" if self.steward else self.role

    @property
    def must_choose_password(self) -> bool:
        """Signed in with a one-time password: an own one comes first."""
        return self.password_until is not None

    @property
    def password_expired(self) -> bool:
        """The one-time password was not used in time."""
        return self.password_until is not None and self.password_until <= now()

    @staticmethod
    def open_account(steward: Person, *, password_hash: str | None, **columns: Any) -> Person:
        """A new account, with a one-time password or none; the steward's."""
        from hkplein.models import Person

        columns, pit_id = _settled(columns)
        until = now() + PersonAccount.ONE_TIME if password_hash else None
        person = Person(**columns, password_hash=password_hash, password_until=until)
        _unless_taken(lambda: db.session.add(person))
        _record(person, "account", steward)
        SecurityEvent.record("open-account", by=steward, whom=person, note=person.rights)
        _settle_in(person, pit_id)
        return person

    def account(self, steward: Person, **columns: Any) -> None:
        """Change name, e-mail address, pit or role."""
        person: Any = self
        columns, pit_id = _settled(columns)
        if self.id == steward.id and not columns["steward"]:
            raise Invalid(role=_("You cannot stop being administrator by yourself. Ask another one."))
        if (self.role, self.partner_id) != (columns["role"], columns["partner_id"]):
            let_go(person, steward)
        rights, email = person.rights, person.email
        _unless_taken(lambda: change(person, "account", steward, **columns))
        if person.rights != rights:
            SecurityEvent.record("role", by=steward, whom=person, note=person.rights)
        if person.email != email:
            SecurityEvent.record("address", by=steward, whom=person)
        others_answer(person, steward)
        _record(person, "account", steward)
        _settle_in(person, pit_id)

    def reset_password(self, steward: Person, *, password_hash: str) -> None:
        """A one-time password, and no code is asked; whoever was signed in is not any more."""
        from hkplein.models import Authenticator

        until = now() + self.ONE_TIME
        change(self, "reset-password", steward, password_hash=password_hash, password_until=until)
        self.sign_out_everywhere()
        _record(self, "reset-password", steward)
        SecurityEvent.record("one-time-password", by=steward, whom=self)  # type: ignore[arg-type]
        Authenticator.off(self, by=steward)  # type: ignore[arg-type]

    def disconnect(self, steward: Person) -> None:
        """Forget who this is at the provider of single sign-on, and end what was begun with it."""
        from hkplein.models import Identity

        person: Any = self
        if sentence := person.why_not("disconnect", steward):
            raise Refused(person, sentence)
        if not Identity.forget(person, by=steward):
            raise Refused(person, _("No work account is connected."))
        self.sign_out_everywhere()
        _record(self, "disconnect", steward)

    def deactivate(self, steward: Person) -> Counter[str]:
        """Close the account: sign out everywhere, and hand back what was promised; how much of each kind that was."""
        person: Any = self
        if sentence := person.why_not("deactivate", steward):
            raise Refused(person, sentence)
        done = let_go(person, steward)
        change(person, "deactivate", steward, active=False, steward=False, password_hash=None)
        others_answer(person, steward)
        self.sign_out_everywhere()
        _record(person, "deactivate", steward)
        SecurityEvent.record("close-account", by=steward, whom=person)
        return done

    def activate(self, steward: Person) -> None:
        """Open the account again; without a pit, and without a password until the steward makes one."""
        change(self, "activate", steward, active=True, password_until=None)
        others_answer(self, steward)  # type: ignore[arg-type]
        _record(self, "activate", steward)
        SecurityEvent.record("reopen-account", by=steward, whom=self)  # type: ignore[arg-type]

    def erase(self, person: Person) -> None:
        """Ask that the account be erased, in some days; whose it is hears that, in case somebody else asked."""
        change(self, "erase", person, erase_at=now() + terms.COOLING.after)
        self._tell_owner("erase")
        SecurityEvent.record("ask-erasure", by=person, whom=self)  # type: ignore[arg-type]

    def keep(self, person: Person) -> None:
        """Not after all."""
        change(self, "keep", person, erase_at=None)
        self._tell_owner("keep")
        SecurityEvent.record("keep-account", by=person, whom=self)  # type: ignore[arg-type]

    def _tell_owner(self, verb: str) -> None:
        if self.active:
            _record(self, verb, None)

    def choose_password(self, password_hash: str | None) -> None:
        """An own password; None for who signs in elsewhere."""
        self.password_hash, self.password_until = password_hash, None

    def sign_out_everywhere(self, but: str = "") -> None:
        """End every sign-in but the one with this token."""
        from hkplein.models import SignIn

        SignIn.end_all(self, but)  # type: ignore[arg-type]


def _settled(columns: dict[str, Any]) -> tuple[dict[str, Any], int | None]:
    """What belongs to the chosen role, and the pit: only colleagues have one, only partners an organisation."""
    role = columns["role"]
    colleague = role in {"colleague", "steward"}
    if role == "partner" and not columns.get("partner_id"):
        raise Invalid(partner_id=_("Choose for which organisation."))
    settled = {
        "name": columns["name"],
        "sought": folded(columns["name"]),
        "email": columns["email"].lower(),
        "role": "colleague" if colleague else role,
        "steward": role == "steward",
        "partner_id": columns["partner_id"] if role == "partner" else None,
    }
    return settled, columns.get("pit_id") if colleague else None


def _settle_in(person: Person, pit_id: int | None) -> None:
    """Come to the chosen pit, or go between pits; the pits hear it as ever."""
    from hkplein.models import Pit

    if pit_id == person.pit_id:
        return
    if pit_id is not None:
        db.session.get_one(Pit, pit_id).join(person)
    elif person.pit_id is not None:
        db.session.get_one(Pit, person.pit_id).leave(person)


def _unless_taken(act: Callable[[], Any]) -> None:
    """Do it, unless somebody has this e-mail address already; the database decides."""
    try:
        with db.session.begin_nested():
            act()
            db.session.flush()
    except IntegrityError:
        raise Invalid(email=_("Somebody has an account with this e-mail address already.")) from None


def _record(person: Any, verb: str, by: Person | None) -> None:
    from hkplein.models import Event

    Event.record(person, verb, by=by, whom_id=person.id, tell={"you": [person.id]})
