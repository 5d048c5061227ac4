"""The municipality that this installation serves."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, String, select
from sqlalchemy.orm import Mapped, mapped_column

from hkplein.db import Model, db
from hkplein.models.person import Person


class Municipality(Model):
    """One row: its name, whom to ask about this site, its villages, its confidants, and what coaches ask."""

    __tablename__ = "municipality"

    name: Mapped[str] = mapped_column(String(200))
    invented: Mapped[bool] = mapped_column(default=False)
    contact: Mapped[str] = mapped_column(String(320), default="")  # for questions about this site: mail or telephone
    villages: Mapped[list[str]] = mapped_column(JSON, default=list)
    confidants: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=list
    )  # name, phone, mail: harassment, integrity
    coach_questions: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    guides: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # the demo's "look around as …"
    cleared_on: Mapped[date | None]  # the day whose night last found swap rings

    @staticmethod
    def forget_guides() -> None:
        """Whoever has no account at the address that stands there is no guide any more."""
        for town in db.session.scalars(select(Municipality)):
            emails = [guide["email"] for guide in town.guides]
            known = set(db.session.scalars(select(Person.email).where(Person.email.in_(emails))))
            town.guides = [guide for guide in town.guides if guide["email"] in known]
