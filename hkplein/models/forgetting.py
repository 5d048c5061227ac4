"""The one door to what is append-only: what happened is written once, and changed only to forget somebody's part."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import ForeignKey, delete, insert
from sqlalchemy.orm import Mapped, mapped_column

from hkplein.db import Model, db


class Forgetting(Model):
    """While a row is here, its own transaction may change and delete events; triggers refuse it to all others.

    The row points at nothing, so the database commits no transaction that leaves it: the door is never left open.
    """

    __tablename__ = "forgetting"

    nobody_id: Mapped[int] = mapped_column(ForeignKey("forgetting.id", deferrable=True, initially="DEFERRED"))


@contextmanager
def forgetting() -> Iterator[None]:
    """Inside the block, events may be changed and deleted: terms that are over, and people who are erased."""
    key = db.session.scalar(insert(Forgetting).values(nobody_id=0).returning(Forgetting.id))
    yield
    db.session.flush()
    db.session.execute(delete(Forgetting).where(Forgetting.id == key))
