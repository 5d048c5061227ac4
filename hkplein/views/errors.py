"""What went wrong, in words: nobody ever sees a bare error page."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, InternalServerError

from hkplein.db import db
from hkplein.engine import AWAY
from hkplein.errors import Refused
from hkplein.extensions import login
from hkplein.i18n import _
from hkplein.views import alone, has_page, me, page_of
from hkplein.views.traces import number

log = logging.getLogger(__name__)
NOT_AGAIN = {"csrf_token", "nonce", "password", "current", "new"}  # what a form that is sent again asks anew


def init_app(app: Flask) -> None:
    """Plug in the pages for 400, 404, 405, 409, 413, 500 and 503."""
    app.register_error_handler(Refused, refused)
    app.register_error_handler(CSRFError, stale)
    app.register_error_handler(HTTPException, http)
    for kind in AWAY:
        app.register_error_handler(kind, unavailable)
    app.register_error_handler(InternalServerError, outside)
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


def unavailable(error: DBAPIError) -> tuple[str, int, dict[str, str]]:
    """The database is away, locked or full: it may work again in a moment."""
    log.error("database: %s", error.orig.__class__.__name__, extra={"request": number()})
    title = _("We cannot open or save anything just now")
    return *unasked(503, title, _("Nothing was changed. Wait half a minute and try again.")), {"Retry-After": "30"}


def broken(error: BaseException) -> tuple[str, int]:
    """Our mistake."""
    log.error("unexpected", exc_info=error, extra={"request": number()})
    title = _("Something went wrong here")
    return unasked(500, title, _("That is our mistake. Nothing was changed. Try it once more."))


def outside(error: InternalServerError) -> tuple[str, int] | tuple[str, int, dict[str, str]]:
    """What went wrong while something else was explained, or while it was saved."""
    original = error.original_exception
    return unavailable(original) if isinstance(original, AWAY) else broken(original or error)


def unasked(code: int, title: str, text: str) -> tuple[str, int]:
    """Explain without the database: the page is drawn for nobody, and holds what was typed, to be sent again."""
    db.session.rollback()
    login._update_request_context_with_user()  # noqa: SLF001 - who is asking would be asked of the database
    typed = request.form.items(multi=True) if g.get("csrf_valid") else ()
    return explain(code, title, text, again=[pair for pair in typed if pair[0] not in NOT_AGAIN])


def explain(code: int, title: str, text: str, **more: Any) -> tuple[str, int]:
    """A page, or for htmx a part, that says what happened."""
    page = "errors/_error.html" if alone() else "errors/page.html"
    more["number"] = number() if code != 404 else ""
    return render_template(page, title=title, text=text, code=code, **more), code
