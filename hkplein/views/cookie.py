"""What the signed cookie of a browser knows: its language, who it is, and when somebody was last here.

That last moment stands nowhere else, and only where whoever does nothing for a while signs in again.
"""

from __future__ import annotations

from flask import current_app, flash, session

from hkplein.clock import now
from hkplein.db import writing
from hkplein.i18n import ngettext
from hkplein.models import Person, SignIn

OFTEN = 300  # seconds after which the cookie is written anew: not with every page


def _idle() -> float:
    """Seconds since somebody was last here; very many when the cookie does not say."""
    seen: int = session.get("seen", 0)
    return now().timestamp() - seen


def idle_too_long() -> bool:
    """Whether nobody did anything in this browser for longer than may be; an old copy of a cookie says so as well."""
    hours: int = current_app.config["IDLE_HOURS"]
    return hours > 0 and _idle() > hours * 3600


def seen() -> None:
    """Somebody is here. Nothing in our pages asks by itself, so whoever asks is somebody."""
    if current_app.config["IDLE_HOURS"] and _idle() > OFTEN:
        session["seen"] = int(now().timestamp())


def person_of(token: str) -> Person | None:
    """Who is signed in in this browser."""
    return None if idle_too_long() else SignIn.person_of(token)


def end_if_idle() -> None:
    """Sign out a browser in which nobody did anything for too long, and say why; nothing of it is written down."""
    if "_user_id" in session and idle_too_long():
        with writing():
            SignIn.end(session["_user_id"])
        forget_all_but_language()
        flash(idle_rule())


def idle_rule() -> str:
    """After how long without doing anything one signs in again; nothing where one does not."""
    if not (hours := current_app.config["IDLE_HOURS"]):
        return ""
    return ngettext(
        "After an hour without doing anything you sign in again.",
        "After %(num)s hours without doing anything you sign in again.",
        hours,
    )


def forget_all_but_language() -> None:
    """What this browser knew goes; which language it speaks, and whether somebody chose that here, stays."""
    stays = {name: session[name] for name in ("language", "chosen") if name in session}
    session.clear()
    session.update(stays)
