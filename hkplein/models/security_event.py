"""The security log: who came in, who got which rights, and what was refused; apart from the history of the work."""

from __future__ import annotations

import ipaddress
from contextvars import ContextVar
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, insert, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hkplein.clock import now
from hkplein.db import LAZY, Model, db
from hkplein.i18n import _, _l

if TYPE_CHECKING:
    from hkplein.models.person import Person

# From where the request comes that is handled now; nothing for a command on the server and for the clock.
here: ContextVar[str | None] = ContextVar("here", default=None)
KEPT_BITS = {4: 24, 6: 48}  # of an address: the network, not the device

RIGHTS = {
    "colleague": _l("colleague"),
    "steward": _l("colleague and administrator"),
    "board": _l("board: reads and asks"),
    "partner": _l("somebody of a partner"),
}
# What is written down, in a sentence; together with what it is shown with.
GROUPS: dict[str, tuple[Any, dict[str, Any]]] = {
    "entering": (
        _l("Signing in"),
        {
            "sign-in": _l("%(who)s signed in."),
            "sign-in-failed": _l("Signing in failed for the account of %(whom)s."),
            "sign-out": _l("%(who)s signed out."),
            "sign-out-elsewhere": _l("%(who)s ended all other sign-ins."),
            "sign-out-there": _l("%(who)s ended another sign-in."),
            "recovery-code": _l("%(who)s used a recovery code."),
        },
    ),
    "secrets": (
        _l("Passwords and codes"),
        {
            "password": _l("%(who)s chose a new password."),
            "password-failed": _l("%(who)s gave a wrong password for something that asks it again."),
            "one-time-password": _l("%(who)s made a one-time password for %(whom)s."),
            "identity": _l("%(who)s signed in with a work account for the first time."),
            "identity-off": _l("%(who)s disconnected the work account of %(whom)s."),
            "authenticator-on": _l("%(who)s set up an authenticator app."),
            "authenticator-off": _l("%(who)s switched off the authenticator app of %(whom)s."),
        },
    ),
    "accounts": (
        _l("Accounts and rights"),
        {
            "open-account": _l("%(who)s opened an account for %(whom)s: %(note)s."),
            "role": _l("%(who)s gave %(whom)s other rights: %(note)s."),
            "address": _l("%(who)s changed the e-mail address of %(whom)s."),
            "close-account": _l("%(who)s closed the account of %(whom)s."),
            "reopen-account": _l("%(who)s opened the account of %(whom)s again."),
            "settings": _l("%(who)s changed the settings of the municipality."),
        },
    ),
    "data": (
        _l("Data taken along and erased"),
        {
            "export": _l("%(who)s took their data along."),
            "ask-erasure": _l("%(who)s asked that the account of %(whom)s be erased."),
            "keep-account": _l("%(who)s kept the account of %(whom)s after all."),
            "erased": _l("The account of %(whom)s was erased."),
        },
    ),
    "refused": (
        _l("Refused"),
        {
            "refused": _l("%(who)s knocked on a door that is not theirs: %(note)s."),
        },
    ),
}
KINDS = {kind: sentence for _label, kinds in GROUPS.values() for kind, sentence in kinds.items()}


class SecurityEvent(Model):
    """One line of the security log; lines only come, until their term is over."""

    __tablename__ = "security_event"
    __table_args__ = (
        *(
            Index(f"ix_security_event_{name}", name, sqlite_where=text(where), postgresql_where=text(where))
            for name, where in (("by_id", "by_id IS NOT NULL"), ("whom_id", "whom_id IS NOT NULL"))
        ),
        {"sqlite_autoincrement": True},
    )

    at: Mapped[datetime] = mapped_column(default=now, index=True)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    whom_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(default="")  # a role, or the pattern of an address; never what somebody typed
    network: Mapped[str] = mapped_column(String(50), default="")

    by: Mapped[Person | None] = relationship(foreign_keys=by_id, lazy=LAZY)
    whom: Mapped[Person | None] = relationship(foreign_keys=whom_id, lazy=LAZY)

    @staticmethod
    def record(kind: str, *, by: Person | None, whom: Person | None = None, note: str = "") -> None:
        """Write down what happened, in the transaction in which it happens."""
        if kind not in KINDS:
            raise KeyError(kind)
        db.session.flush()
        values = {"kind": kind, "by_id": by and by.id, "whom_id": whom and whom.id, "note": note}
        db.session.connection().execute(insert(SecurityEvent), {**values, "network": network(here.get())})

    def sentence(self) -> str:
        """What happened, in the language of whoever is reading."""
        who, whom = self.by and self.by.name, self.whom and self.whom.name
        names: dict[str, Any] = {"who": who or _("The server"), "whom": whom or _("nobody who is known here")}
        return str(KINDS[self.kind]) % {**names, "note": RIGHTS.get(self.note, self.note)}


def network(address: str | None) -> str:
    """The network that an address is of; nothing when it is none."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    return str(ipaddress.ip_network(f"{found}/{KEPT_BITS[found.version]}", strict=False))
