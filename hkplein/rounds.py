"""The rounds in which swap rings are found: every night, and at once where a ring came to nothing.

Looking for rings takes seconds, so nothing of it happens inside a transaction that writes: the wishes are read, the
rings are found, and each is proposed on its own if its wishes are still there.
"""

from __future__ import annotations

import logging
from datetime import date
from typing import TYPE_CHECKING

from flask import current_app
from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from hkplein.clock import today
from hkplein.db import db, reading
from hkplein.models import Municipality, Ring, RingLink
from hkplein.models.ring_market import Found, Market, around, propose, whole_market

if TYPE_CHECKING:
    from hkplein.rings import Clearing, Graph

log = logging.getLogger(__name__)
SECONDS = 60.0  # of CPU, for one round


def swap_rings() -> int:
    """Find and propose the rings that are due; returns how many were proposed."""
    try:
        return nightly() + again()
    except Exception:
        db.session.rollback()
        log.exception("swap rings")
        return 0


def nightly() -> int:
    """The round of this night, if it has not been: of all wishes."""
    day = today()
    due = select(Municipality.id).where(or_(Municipality.cleared_on.is_(None), Municipality.cleared_on < day))
    with reading():
        ids = db.session.scalars(due).all()
        market = whole_market() if ids else None
    if market is None:
        return 0
    proposed = round_of(market)
    db.session.execute(update(Municipality).where(Municipality.id.in_(ids)).values(cleared_on=day))
    db.session.commit()
    return proposed


def again() -> int:
    """A round around the wishes of rings that came to nothing."""
    longest = max(lengths().values())
    with reading():
        ids = db.session.scalars(select(Ring.id).where(Ring.again)).all()
        links = select(RingLink.wish_id).where(RingLink.ring_id.in_(ids))
        market = around(db.session.scalars(links).all(), longest) if ids else None
    if market is None:
        return 0
    proposed = round_of(market)
    db.session.execute(update(Ring).where(Ring.id.in_(ids)).values(again=False))
    db.session.commit()
    return proposed


def round_of(market: Market) -> int:
    """Find the rings of a market and propose them; returns how many were."""
    if not market.arcs:
        return 0
    from hkplein.rings import clear

    seed = seed_of(today())
    days, stars = market.waiting, market.starred

    def find(graph: Graph) -> Clearing:
        return clear(graph, **lengths(), seconds=SECONDS, seed=seed, waiting=days, starred=stars)

    graph = market.graph()
    clearing = find(graph)
    most = int(clearing.bound + 1e-6)
    while twice := market.twice(clearing):  # rare: who holds two tasks would answer for both
        graph = graph.without(twice)
        clearing = find(graph)
    about = {"seed": seed, "helped": int(clearing.value), "most": most}
    return sum(proposed(chain, places, about) for chain, places in market.found(clearing, graph))


def proposed(chain: bool, places: Found, about: dict[str, int]) -> bool:
    """Propose one ring, in a transaction of its own; False when its wishes are no longer there."""
    try:
        ring = propose(chain, places, **about)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return False
    return ring is not None


def seed_of(day: date) -> int:
    """The seed of the draw of a day, as everybody may read it: 20261127."""
    return day.year * 10_000 + day.month * 100 + day.day


def lengths() -> dict[str, int]:
    """How long rings and chains may be."""
    return {name: current_app.config.get(name.upper(), 3) for name in ("rings", "chains")}
