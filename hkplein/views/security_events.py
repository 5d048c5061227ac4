"""The security log, for stewards: who came in, got other rights, or was refused."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import Select, or_, select

from hkplein import terms
from hkplein.db import db
from hkplein.models import Person, SecurityEvent
from hkplein.models.event import named
from hkplein.models.security_event import GROUPS
from hkplein.views import asked_id, steward, trimmed

PER_PAGE = 50


@steward.bp.get("/steward/security")
def security() -> str:
    """The newest lines first; of one group of kinds, or about one person."""
    q, group = trimmed(request.args.get("q")), request.args.get("group", "")
    rows = list(db.session.scalars(found(q, group).limit(PER_PAGE + 1)))
    more = None
    if len(rows) > PER_PAGE:
        more = url_for("steward.security", q=q or None, group=group or None, before=rows[PER_PAGE - 1].id)
    return render_template(
        "steward/security.html", rows=rows[:PER_PAGE], more=more, q=q, group=group, groups=GROUPS, kept=terms.SECURITY
    )


def found(q: str, group: str) -> Select[Any]:
    """The lines that fit, with the names that their sentences need."""
    query = select(SecurityEvent).order_by(SecurityEvent.id.desc())
    query = query.options(named(SecurityEvent.by), named(SecurityEvent.whom))
    if group in GROUPS:
        query = query.where(SecurityEvent.kind.in_(GROUPS[group][1]))
    if q:
        people = select(Person.id).where(Person.called(q) | Person.email.icontains(q, autoescape=True))
        query = query.where(or_(SecurityEvent.by_id.in_(people), SecurityEvent.whom_id.in_(people)))
    if before := asked_id("before"):
        query = query.where(SecurityEvent.id < before)
    return query
