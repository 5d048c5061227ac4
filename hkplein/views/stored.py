"""What is stored about you: to read on a page, and to take along."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, render_template

from hkplein.i18n import _, day, moment
from hkplein.models.stored import ACCOUNT, counts_of, fields_of
from hkplein.views import me

bp = Blueprint("stored", __name__, url_prefix="/account")


@bp.get("/stored")
def stored() -> str:
    """What is stored about you: every field, what for and how long; of your account also what stands in it."""
    fields = [(field, said(field.values[0])) for field in fields_of(me(), ACCOUNT)]
    return render_template("account/stored.html", fields=fields, counts=counts_of(me()))


def said(value: Any) -> str:
    """What stands in a field, in words."""
    if value is None or value == "":
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return moment(value)
    return day(value) if isinstance(value, date) else str(value)
