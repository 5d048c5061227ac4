"""Everything that is looked at, in the order in which it makes sense."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from hkplein.checks import database
from hkplein.checks.invariants import INVARIANTS, Invariant
from hkplein.db import db

MOST = 20  # ids that a line names


def findings() -> Iterator[str]:
    """What is wrong, a line each; nothing when all is well."""
    ours = list(database.tables_are_ours())
    yield from ours
    yield from database.whole()
    if ours:
        return
    yield from database.drift()
    yield from database.totals()
    for invariants in INVARIANTS.values():
        for invariant in invariants:
            yield from broken(invariant)


def broken(invariant: Invariant) -> Iterator[str]:
    """The rows that break it, if there are any, in one line."""
    model = invariant.model
    ids = db.session.scalars(select(model.id).where(invariant.broken).order_by(model.id)).all()
    if ids:
        more = f" and {len(ids) - MOST} more" if len(ids) > MOST else ""
        yield f"{model.__tablename__} {' '.join(map(str, ids[:MOST]))}{more}: {invariant.sentence}"
