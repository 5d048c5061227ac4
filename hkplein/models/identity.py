"""Who somebody is at the provider of single sign-on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from hkplein.db import Model, db
from hkplein.models.security_event import SecurityEvent
from hkplein.models.session import insert

if TYPE_CHECKING:
    from hkplein.models.person import Person


class Identity(Model):
    """By issuer and subject, the provider's own lasting number: an address may go to somebody else one day."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("person_id", "issuer"))

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))

    @staticmethod
    def person_of(issuer: str, subject: str) -> Person | None:
        """Whose open account it is, if it is known here."""
        from hkplein.models.person import Person

        known = select(Person).join(Identity, Identity.person_id == Person.id)
        return db.session.scalar(known.where(Identity.issuer == issuer, Identity.subject == subject, Person.active))

    @staticmethod
    def connect(issuer: str, subject: str, email: str) -> Person | None:
        """The first time: find somebody by `email`, if no other identity of this issuer is theirs already."""
        from hkplein.models.person import Person

        taken = select(Identity.id).where(Identity.person_id == Person.id, Identity.issuer == issuer)
        named = select(Person).where(Person.email == email, Person.active, ~taken.exists())
        if email and (found := db.session.scalar(named)):
            values = {"person_id": found.id, "issuer": issuer, "subject": subject}
            first = insert(Identity).values(values).on_conflict_do_nothing().returning(Identity.id)
            if db.session.scalar(first) is not None:
                SecurityEvent.record("identity", by=found)
        return Identity.person_of(issuer, subject)  # another browser may have been first, at the same instant

    @staticmethod
    def known(person: Person) -> bool:
        """Whether `person` has signed on like this."""
        return db.session.scalar(select(Identity.id).where(Identity.person_id == person.id).limit(1)) is not None

    @staticmethod
    def forget(whose: Person, by: Person) -> bool:
        """Connect anew at the next sign-on; whether there was one."""
        gone = delete(Identity).where(Identity.person_id == whose.id).returning(Identity.id)
        if there := bool(db.session.scalars(gone).all()):
            SecurityEvent.record("identity-off", by=by, whom=whose)
        return there
