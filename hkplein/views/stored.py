"""What is stored about you: to read on a page, and to take along."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from tempfile import SpooledTemporaryFile
from typing import Any

from flask import Blueprint, current_app, render_template, request, send_file

from hkplein import terms
from hkplein.clock import now, today
from hkplein.db import db
from hkplein.engine import read_only
from hkplein.i18n import Lazy, _, day, moment
from hkplein.models import SecurityEvent
from hkplein.models.stored import ACCOUNT, STORED, counts_of, fields_of, rows_of
from hkplein.views import Answer, me
from hkplein.views.account import SureForm, sure

bp = Blueprint("stored", __name__, url_prefix="/account")
SCHEMA = "hkplein-export-1"  # of the file for machines; what it looks like stands in docs/privacy.md
IN_MEMORY = 2**20  # bytes of an export; the rest lies in a nameless file until it is sent


@bp.get("/stored")
def stored() -> str:
    """What is stored about you: every field, what for and how long; of your account also what stands in it."""
    fields = [(field, said(field.values[0])) for field in fields_of(me(), ACCOUNT)]
    return render_template("account/stored.html", fields=fields, counts=counts_of(me()), terms=terms.TERMS)


def said(value: Any) -> str:
    """What stands in a field, in words."""
    if value is None or value in ("", []):
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return day(value) if isinstance(value, date) else str(value)


@bp.route("/export", methods=["GET", "POST"])
def export() -> Answer:
    """Take along all that is stored about you: a file to read, or one for machines. It may be asked again and again."""
    form = SureForm()
    if request.method == "GET":
        return render_template("account/export.html", form=form)
    if not form.validate() or not sure(form, again=False):
        return render_template("account/export.html", form=form), 422
    SecurityEvent.record("export", by=me())
    db.session.commit()
    read_only.set(True)  # whoever has much must not keep others from writing
    to_read = request.form.get("form") == "html"
    # Written in whole before it is sent, so that a slow visitor holds no connection to the database.
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed when it is sent
    for piece in page_of_all() if to_read else json_of_all():
        file.write(piece.encode())
    file.seek(0)
    name = f"hk-plein-{today():%Y-%m-%d}.{'html' if to_read else 'json'}"
    answer = send_file(
        file,
        "text/html; charset=utf-8" if to_read else "application/json",
        as_attachment=True,
        download_name=name,
        etag=False,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def json_of_all() -> Iterator[str]:
    """The file for machines, piece by piece: role by role, what each column is for, and the rows."""
    about = {"schema": SCHEMA, "made_at": now(), "person": me().id}
    yield _json(about)[:-1] + ', "stored": ['
    for number, it in enumerate(STORED):
        about = {"table": it.table, "whose": it.whose, "title": it.title, "kept": it.kept, "columns": it.purposes}
        yield (",\n" if number else "\n") + _json(about)[:-1] + ', "rows": ['
        for place, row in enumerate(rows_of(me(), it)):
            yield (",\n  " if place else "\n  ") + _json(row)
        yield "]}"
    yield "\n]}\n"


def _json(values: Any) -> str:
    return json.dumps(values, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> str:
    return str(value) if isinstance(value, Lazy) else str(value.isoformat())


def page_of_all() -> Iterator[str]:
    """The file to read, piece by piece; what is empty is left out."""
    roles = ((it, _filled(it)) for it in STORED)
    template = current_app.jinja_env.get_template("account/export_file.html")
    return template.generate(person=me(), roles=roles, made_at=now())


def _filled(it: Any) -> Iterator[dict[str, str]]:
    for row in rows_of(me(), it):
        yield {name: said(value) for name, value in row.items() if value not in (None, "", [])}
