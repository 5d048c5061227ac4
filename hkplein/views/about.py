"""What HK-plein is, what it keeps about people, and whom to tell of a weakness: open to everybody."""

from __future__ import annotations

from datetime import date, timedelta
from email.utils import parseaddr

from babel import dates
from flask import Blueprint, Response, render_template

from hkplein.clock import now
from hkplein.config import setting
from hkplein.db import db
from hkplein.i18n import _l, language
from hkplein.models import Municipality
from hkplein.views.requests import public

bp = Blueprint("about", __name__)
STATED = date(2026, 11, 26)  # when the accessibility statement was drawn up, or last looked at
FRESH = timedelta(days=180)  # that security.txt may be believed

# The words of HK-plein: in Dutch and in English, and what they mean.
WORDS = (
    ("het plein", "the square", _l("the place where tasks, swaps and open seats stand together")),
    ("pit", "pit", _l("a home team of five to fifteen people with one purpose; everybody has one, or is between pits")),
    ("bedoeling", "purpose", _l("one sentence that says what a pit is there for, for a resident")),
    ("klus", "task", _l("a bounded piece of work with hours, a place and a date")),
    ("minder leuk", "less fun", _l("an honest label that the poster gives a task")),
    ("ruil", "swap", _l("I do your task and you do mine")),
    ("wens", "wish", _l("what you would take for a task that you offer to swap, or for nothing in return")),
    ("ruilkring", "swap ring", _l("a swap with three or more people: everybody gives one task and gets another")),
    ("overdracht", "handover", _l("what is done, what is left, one tip, and the hours that are left")),
    ("vraagstuk", "issue", _l("a question from society or from the organisation, with an effect for somebody")),
    ("opgave", "shared task", _l("an issue that is shared with a partner outside")),
    ("effect", "outcome", _l("what residents notice when it works")),
    ("trekker", "trekker", _l("whoever volunteered to move an issue on, and forms its team")),
    ("vervanger", "deputy", _l("steps in for the trekker without asking")),
    ("plek", "seat", _l("a place in the team of an issue: what it asks, hours a week, until when")),
    ("hand", "hand", _l("you raise it when you want a task or a seat")),
    ("stand", "state of play", _l("the short, honest word of the trekker on how an issue is going")),
    ("pitstop", "pitstop", _l("a request for help, by a person, a pit or the team of an issue")),
    ("hulplijn", "help line", _l("named helpers with a promised time to react, such as the lean mechanic")),
    ("les", "lesson", _l("at most 120 words that others can use tomorrow")),
    ("vakkennis", "professional knowledge", _l("what somebody knows about a subject")),
    ("procesvaardigheid", "process skill", _l("how somebody helps people to work together")),
    ("ruimte", "room", _l("hours a week that you have decided yourself that you can give")),
)


@bp.get("/about")
@public
def about() -> str:
    """What it is, how it works, and its words."""
    return render_template("about/page.html", town=town(), words=WORDS)


@bp.get("/about/privacy")
@public
def privacy() -> str:
    """What is kept about people, who sees it, and what is deliberately absent."""
    return render_template("about/privacy.html", town=town())


@bp.get("/about/accessibility")
@public
def accessibility() -> str:
    """How far it is, what does not work yet, and whom to tell: as the Dutch government asks it."""
    stated = dates.format_date(STATED, "d MMMM y", locale=language())
    return render_template("about/accessibility.html", town=town(), stated=stated)


@bp.get("/about/weakness")
@public
def weakness() -> str:
    """What to do when one finds a weakness, and what to expect."""
    return render_template("about/weakness.html", contact=contact().removeprefix("mailto:"))


@bp.get("/.well-known/security.txt")
@public
def security_txt() -> Response:
    """Whom to tell of a weakness (RFC 9116)."""
    home = setting("HKPLEIN_URL").rstrip("/")
    lines = (
        f"Contact: {contact()}",
        f"Expires: {now() + FRESH:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: nl, en",
        f"Canonical: {home}/.well-known/security.txt",
        f"Policy: {home}/about/weakness",
    )
    return Response("\n".join((*lines, "")), mimetype="text/plain")


def town() -> Municipality | None:
    """The municipality, once it is loaded."""
    return db.session.scalars(db.select(Municipality)).first()


def contact() -> str:
    """Whom to tell of a weakness: mailto:… or https://…; unless it is set, the sender of mail."""
    return str(setting("HKPLEIN_SECURITY_CONTACT") or f"mailto:{parseaddr(setting('HKPLEIN_MAIL_FROM'))[1]}")
