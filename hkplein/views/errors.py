"""What went wrong, in words: nobody ever sees a bare error page."""

from __future__ import annotations

import logging

from flask import Flask, render_template
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from hkplein.db import db
from hkplein.errors import Refused
from hkplein.i18n import _
from hkplein.views import alone, has_page, me, page_of

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Plug in the pages for 400, 404, 405, 409, 413, 500 and 503."""
    app.register_error_handler(Refused, refused)
    app.register_error_handler(CSRFError, stale)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(OperationalError, unavailable)
    app.register_error_handler(Exception, broken)


def refused(error: Refused) -> tuple[str, int]:
    """Say why not, and show the thing as it is now."""
    row, sentence = error.row, str(error.sentence)
    db.session.rollback()
    visible = getattr(type(row), "visible_to", None)
    if visible is not None:
        db.session.refresh(row)
        if not row.visible_to(me()):
            return explain(404, _("This page does not exist"), _("Or it is not meant for you."))
    if has_page(row):
        return page_of(row, notice=sentence), 409
    return explain(409, _("That is not possible"), sentence)


def stale(_error: CSRFError) -> tuple[str, int]:
    """The form was older than the sign-in."""
    db.session.rollback()
    return explain(
        400,
        _("This page was too old"),
        _("Nothing was changed. Go back, reload the page and do it once more."),
    )


def http(error: HTTPException) -> tuple[str, int] | HTTPException:
    """Everything that Flask itself refuses."""
    if error.code is None or error.code < 400:
        return error
    db.session.rollback()
    title, text = {
        404: (_("This page does not exist"), _("Or it is not meant for you.")),
        405: (_("That does not work here"), _("Nothing was changed.")),
        413: (_("That is too much at once"), _("Nothing was changed. Make it shorter and try again.")),
        429: (_("Too many attempts"), _("Wait fifteen minutes and try again.")),
    }.get(error.code, (_("Something is wrong with this request"), _("Nothing was changed.")))
    return explain(error.code, title, text)


def unavailable(error: OperationalError) -> tuple[str, int, dict[str, str]]:
    """The database is away, locked or full: it may work again in a moment."""
    log.error("database: %s", error.orig.__class__.__name__)
    db.session.rollback()
    answer = explain(
        503,
        _("We cannot save anything just now"),
        _("Nothing was changed. Wait half a minute and try again."),
    )
    return *answer, {"Retry-After": "30"}


def broken(error: Exception) -> tuple[str, int]:
    """Our mistake."""
    log.error("unexpected", exc_info=error)
    db.session.rollback()
    return explain(
        500, _("Something went wrong here"), _("That is our mistake. Nothing was changed. Try it once more.")
    )


def explain(code: int, title: str, text: str) -> tuple[str, int]:
    """A page, or for htmx a part, that says what happened."""
    return render_template(
        "errors/_error.html" if alone() else "errors/page.html", title=title, text=text, code=code
    ), code
