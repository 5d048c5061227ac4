"""Who was erased: so that a backup from before does not bring them back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from hkplein.clock import now
from hkplein.db import Model, db
from hkplein.models.person import Person
from hkplein.models.session import insert

# What erases somebody: each of these functions is called with the account, in the order in which they were added.
ERASING: list[Callable[[Person], None]] = []


class Erased(NamedTuple):
    """An account that was erased: its number and when it was opened, which together are no other account's."""

    person: int
    opened: datetime
    at: datetime


class Erasure(Model):
    """That an account was erased, and when; lines only come. Nothing in it says whose it was."""

    __tablename__ = "erasure"
    __table_args__ = (UniqueConstraint("person", "opened"), {"sqlite_autoincrement": True})

    person: Mapped[int]  # no foreign key: in a backup from before, the account may not be there
    opened: Mapped[datetime]
    at: Mapped[datetime] = mapped_column(default=now)

    @staticmethod
    def record(person: Person) -> bool:
        """Write down that this account is erased, in the transaction that does it; whether that was news."""
        return _news(Erased(person.id, person.created_at, now()))


def erasures() -> list[Erased]:
    """All that were erased, the first one first."""
    rows = db.session.execute(select(Erasure.person, Erasure.opened, Erasure.at).order_by(Erasure.id))
    return [Erased(*row) for row in rows]


def reapply(known: Iterable[Erased]) -> int:
    """Erase whoever of `known` this database, from before, still holds; returns how many that were."""
    again = 0
    for erased in known:
        if not _news(erased):
            continue
        whose = select(Person).where(Person.id == erased.person, Person.created_at == erased.opened)
        if (person := db.session.scalar(whose)) is not None:
            again += 1
            for erase in ERASING:
                erase(person)
    return again


def _news(erased: Erased) -> bool:
    """Write it down; whether that was news."""
    row = insert(Erasure).values(erased._asdict()).on_conflict_do_nothing().returning(Erasure.id)
    return db.session.scalar(row) is not None
