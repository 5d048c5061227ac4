"""The second step of signing in: a code from an app on one's phone, or one of the codes that were written down."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from hkplein.db import Model


class Authenticator(Model):
    """The secret that somebody's app shares with this program, from when it was tried; a code works once."""

    __tablename__ = "authenticator"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    secret: Mapped[str] = mapped_column(String(64))
    since: Mapped[datetime | None]  # until a first code came, it does not count
    step: Mapped[int] = mapped_column(default=0)  # the half minute of the last code that was used


class RecoveryCode(Model):
    """A code for who lost the phone, as a digest; it is gone once it is used."""

    __tablename__ = "recovery_code"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
