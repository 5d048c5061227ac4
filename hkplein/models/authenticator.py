"""The second step of signing in: a code from an app on one's phone, or one of the codes that were written down."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

import pyotp
from sqlalchemy import ForeignKey, String, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from hkplein.clock import now
from hkplein.db import Model, db
from hkplein.models.security_event import SecurityEvent
from hkplein.models.session import digest
from hkplein.passwords import spoken

if TYPE_CHECKING:
    from hkplein.models.person import Person


class Authenticator(Model):
    """The secret that somebody's app shares with this program (RFC 6238); each code works once."""

    __tablename__ = "authenticator"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    secret: Mapped[str] = mapped_column(String(64))
    since: Mapped[datetime | None]  # until a first code came, it does not count
    step: Mapped[int] = mapped_column(default=0)  # the half minute of the last code that was used

    HALF_MINUTE: ClassVar[int] = 30  # seconds that a code lives, and that a clock may be early or late

    @staticmethod
    def of(person: Person) -> Authenticator | None:
        """The one that `person` has, whether it counts already or not."""
        return db.session.scalar(select(Authenticator).filter_by(person_id=person.id))

    @staticmethod
    def asked_of(person: Person) -> bool:
        """Whether `person` gives a code as well."""
        counts = Authenticator.person_id == person.id, Authenticator.since.is_not(None)
        return db.session.scalar(select(Authenticator.id).where(*counts)) is not None

    @staticmethod
    def begin(person: Person) -> None:
        """A new secret, in the place of one that did not count yet."""
        mine = Authenticator.person_id == person.id, Authenticator.since.is_(None)
        db.session.execute(delete(Authenticator).where(*mine))
        db.session.add(Authenticator(person_id=person.id, secret=pyotp.random_base32()))
        db.session.flush()

    def uri(self, person: Person, issuer: str) -> str:
        """What the app reads from the picture."""
        return str(pyotp.TOTP(self.secret).provisioning_uri(name=person.email, issuer_name=issuer))

    def right(self, code: str) -> bool:
        """Whether this is a code of now, or of half a minute around it, that was not used before; then it is used."""
        this, app = int(now().timestamp()) // self.HALF_MINUTE, pyotp.TOTP(self.secret)
        near = [step for step in (this - 1, this, this + 1) if secrets.compare_digest(app.generate_otp(step), code)]
        if not near:
            return False
        used = update(Authenticator).where(Authenticator.id == self.id, Authenticator.step < near[-1])
        return db.session.scalar(used.values(step=near[-1]).returning(Authenticator.id)) is not None

    @staticmethod
    def passes(person: Person, code: str) -> bool:
        """Whether `code` lets `person` in: of the app, or one that was written down."""
        typed = "".join(code.split()).lower()
        if typed.isascii() and typed.isdigit():
            mine = Authenticator.of(person)
            return mine is not None and mine.since is not None and mine.right(typed)
        return RecoveryCode.use(person, typed)

    def confirm(self, person: Person, code: str) -> list[str]:
        """The first code came: from now on it counts. Returns the codes to write down; none when the code is wrong."""
        if self.since is not None or not self.right("".join(code.split())):
            return []
        self.since = now()
        SecurityEvent.record("authenticator-on", by=person)
        return RecoveryCode.make(person)

    @staticmethod
    def off(whose: Person, by: Person) -> None:
        """No code is asked of `whose` any more."""
        gone = delete(Authenticator).where(Authenticator.person_id == whose.id).returning(Authenticator.since)
        counted = db.session.scalars(gone).all()
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == whose.id))
        if any(counted):
            SecurityEvent.record("authenticator-off", by=by, whom=whose)


class RecoveryCode(Model):
    """A code for who lost the phone, as a digest; it is gone once it is used."""

    __tablename__ = "recovery_code"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)

    MANY: ClassVar[int] = 10

    @staticmethod
    def make(person: Person) -> list[str]:
        """New ones, in the place of all that there were; 59 bits each, with a throttle before them."""
        codes = [spoken(3) for _code in range(RecoveryCode.MANY)]
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
        rows = [{"person_id": person.id, "digest": RecoveryCode.key(person, code)} for code in codes]
        db.session.execute(insert(RecoveryCode), rows)
        return codes

    @staticmethod
    def key(person: Person, code: str) -> str:
        """What is stored of it."""
        return digest(f"recovery {person.id} {code}")

    @staticmethod
    def use(person: Person, code: str) -> bool:
        """Whether it is one of theirs; then it is gone."""
        used = delete(RecoveryCode).where(RecoveryCode.digest == RecoveryCode.key(person, code))
        if db.session.scalar(used.returning(RecoveryCode.id)) is None:
            return False
        SecurityEvent.record("recovery-code", by=person)
        return True
