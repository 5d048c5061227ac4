"""Help lines (hulplijnen): who helps with what, how soon, and the queue of those who help."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import select
from wtforms import IntegerField, RadioField
from wtforms.validators import NumberRange, Optional

from hkplein.db import db
from hkplein.errors import Refused
from hkplein.i18n import _, _l
from hkplein.models import HelpLine, HelpLineHelper, Municipality, Person, Pitstop
from hkplein.models.pitstop_rules import FULL
from hkplein.models.pitstop_table import READERS
from hkplein.views import Answer, Form, find, for_the_town, leave, me, options, page, show, verbs
from hkplein.views.fields import count, day, line, one_of, paragraph, unless
from hkplein.views.pitstops import PEOPLE

bp = Blueprint("help_lines", __name__, url_prefix="/help-lines")
QUEUE = 50
NUMBER = _l("Fill in a number from 1 to 50.")


class LineForm(Form):
    name = line(_l("Name"), _l("Give the line a name."))
    purpose = paragraph(_l("What can people ask?"), _l("Say what people can ask this line."))
    promised_days = count(
        _l("Answers within how many working days?"), _l("Fill in a number of days from 1 to 20."), 20, default=2
    )
    readers = RadioField(
        _l("Who may usually read what is asked?"),
        choices=options(READERS),
        default="pit",
        description=_l("The asker can choose otherwise."),
    )
    staffed_by = line(_l("Who are its helpers, in a few words"))


class HelperForm(Form):
    person_id = one_of(_l("Colleague"), _l("Choose a colleague."))


class AwayForm(Form):
    away_from = day(_l("Away from"), needed=False)
    away_until = day(_l("Away until"), needed=False, description=_l("Leave it empty when you do not know yet."))
    at_most = IntegerField(
        _l("At most how many pitstops at a time?"),
        [Optional(), NumberRange(1, 50, NUMBER)],
        **unless(NUMBER),
    )


FORMS: dict[str, Any] = {
    "edit": LineForm,
    "add-helper": HelperForm,
    "remove-helper": HelperForm,
    "away": AwayForm,
}


@bp.get("")
def listed() -> str:
    """Every line, with what it is for, what it promises, and who helps."""
    for_the_town()
    lines = select(HelpLine).where(HelpLine.visible_to(me())).order_by(HelpLine.state, HelpLine.name)
    helpers: dict[int, list[HelpLineHelper]] = defaultdict(list)
    for row in db.session.scalars(select(HelpLineHelper).join(HelpLineHelper.person).order_by(Person.name)):
        if row.person.active and not row.is_away:
            helpers[row.line_id].append(row)
    return render_template("help_lines/list.html", lines=db.session.scalars(lines).all(), helpers=helpers, me=me())


@bp.route("/new", methods=["GET", "POST"])
def new() -> Answer:
    """Start a line; a steward does that."""
    if sentence := HelpLine().why_not("start", me()):
        raise Refused(None, sentence)
    form = LineForm()
    if request.method == "POST" and form.validate():
        line = HelpLine.start(me(), **form.data)
        return leave(line.url, _("The help line is there. Add its helpers."))
    return render_template("help_lines/new.html", form=form), 422 if request.method == "POST" else 200


@bp.get("/<id:id>")
def detail(id: int) -> str:
    """One line; for its helpers also the queue."""
    return draw(find(HelpLine, id, HelpLine.visible_to))


@page(HelpLine)
def draw(line: HelpLine, *, notice: str = "", said: str = "", forms: dict[str, Form] | None = None) -> str:
    """A help line as it is now: the page, or for htmx its part."""
    person, rows = me(), HelpLine.rows(line.id)
    queue = Pitstop.queue(line.id).where(Pitstop.visible_to(person)).options(*PEOPLE).limit(QUEUE)
    mine = next((row for row in rows if row.person_id == person.id), None)
    now = {"edit": line, "away": mine}
    can = [verb.name for verb in line.verbs_for(person)]
    asked = {name: form(formdata=None, obj=now.get(name)) for name, form in FORMS.items() if name in can} | (
        forms or {}
    )
    if "add-helper" in can:
        asked["add-helper"].person_id.choices = candidates(rows)
        asked["remove-helper"].person_id.choices = options({row.person_id: row.person.name for row in rows})
    context: dict[str, Any] = {
        "line": line,
        "rows": rows,
        "helps": mine is not None,
        "queue": db.session.scalars(queue).all() if mine else [],
        "full": FULL if line.id in person.full_line_ids else "",
        "town": db.session.scalar(select(Municipality)),
        "forms": defaultdict(lambda: None, asked),
    }
    return show("help_lines/page.html", "help_lines/_help_line.html", me=person, notice=notice, said=said, **context)


def candidates(rows: list[HelpLineHelper]) -> list[Any]:
    """The colleagues who are not yet among the helpers."""
    known = [row.person_id for row in rows]
    people = select(Person.id, Person.name).where(Person.active, Person.role == "colleague", Person.id.not_in(known))
    return options({row.id: row.name for row in db.session.execute(people.order_by(Person.name))})


verbs(bp, HelpLine, FORMS)
