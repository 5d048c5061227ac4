"""The inbox: what I was told, why, and the way to it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy.orm import joinedload

from hkplein.db import db
from hkplein.i18n import ngettext
from hkplein.models import Event, Notification
from hkplein.views import Answer, alone, asked_id, find, leave, me, page, page_of, show

bp = Blueprint("notifications", __name__, url_prefix="/notifications")
PAGE = 25
INBOX = "/notifications"


@bp.get("")
def inbox() -> str:
    """What I was told, newest first; all of it, or what I have not read."""
    unread, before = "unread" in request.args, asked_id("before")
    rows = db.session.scalars(Notification.inbox(me(), unread=unread, before=before or None).limit(PAGE + 1)).all()
    following = None
    if len(rows) > PAGE:
        following = f"{INBOX}?{'unread=1&' if unread else ''}before={rows[PAGE - 1].id}"
    return render_template(
        "notifications/page.html", rows=rows[:PAGE], following=following, only_unread=unread, me=me()
    )


def mine(id: int) -> Notification:
    """One of my notifications, with all that its sentence needs."""
    whole = joinedload(Notification.event).options(*Event.whole())
    row: Notification = find(Notification, id, Notification.visible_to(me()), whole)
    return row


@bp.get("/<id:id>")
def detail(id: int) -> str:
    """One notification."""
    return draw(mine(id))


@page(Notification)
def draw(row: Notification, *, notice: str = "", **_context: Any) -> str:
    """One notification: its page, or for htmx its part."""
    row = mine(row.id)
    return show("notifications/one.html", "notifications/_notification.html", row=row, me=me(), notice=notice)


@bp.post("/<id:id>/read")
def read(id: int) -> Answer:
    """Mark one as read, and stay in the inbox."""
    row = mine(id)
    row.read(me())
    return page_of(row) if alone() else leave(INBOX)


@bp.post("/<id:id>/open")
def open_(id: int) -> Answer:
    """Go to where it happened; what was opened has been read."""
    row = mine(id)
    link = row.link(me()) or INBOX
    if row.unread_by(me()):
        row.read(me())
    return leave(link)


@bp.post("/read-all")
def read_all() -> Answer:
    """Mark everything as read."""
    count = Notification.read_all(me())
    return leave(INBOX, ngettext("One message marked as read.", "%(num)s messages marked as read.", count))
