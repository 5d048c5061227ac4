"""Pitstops: mine and those I may read, asking one, one pitstop, and everything that may be done with it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup
from sqlalchemy import false, func, select
from sqlalchemy.orm import joinedload, selectinload

from hkplein.db import db, either, same
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _
from hkplein.models import HelpLine, Issue, Lesson, Municipality, Person, Pitstop, Task
from hkplein.models.help_line import USUALLY
from hkplein.models.pitstop_rules import asks
from hkplein.models.pitstop_table import LIVE, READ_BY, WAITING
from hkplein.moment import calendar
from hkplein.search import telling
from hkplein.views import (
    Answer,
    Form,
    asked_id,
    blame,
    card,
    find,
    for_the_town,
    leave,
    me,
    options,
    page,
    show,
    trimmed,
    verbs,
)
from hkplein.views.pitstop_forms import FORMS, AskForm
from hkplein.views.requests import aside, not_sent

bp = Blueprint("pitstops", __name__, url_prefix="/pitstops")
PAGE = 30
LINES = select(HelpLine).where(HelpLine.state == "active").order_by(HelpLine.name)
PEOPLE = (joinedload(Pitstop.asker), joinedload(Pitstop.helper))
WHOLE = (
    *PEOPLE,
    joinedload(Pitstop.pit),
    joinedload(Pitstop.issue),
    joinedload(Pitstop.refer_to),
    joinedload(Pitstop.next_helper),
    selectinload(Pitstop.messages),
)


@bp.get("")
def listed() -> str:
    """Mine, with whose turn it is; what waits on the lines where I help; and what else I may read."""
    for_the_town()
    person, before = me(), asked_id("before")
    past = "past" in request.args
    live = Pitstop.state.in_(LIVE)
    mine = func.coalesce(either(asks(Pitstop, person), same(Pitstop.helper_id, person.id)), false())  # no NULL in ~
    readable = select(Pitstop).where(Pitstop.readable_by(person)).options(*PEOPLE).order_by(Pitstop.id.desc())
    own = [] if past or before else db.session.scalars(readable.where(mine, live).limit(PAGE)).all()
    others = readable.where(~live, mine) if past else readable.where(live, ~mine)
    others = others.where(Pitstop.id < before) if before else others
    rows = db.session.scalars(others.limit(PAGE + 1)).all()
    following = f"/pitstops?{'past=1&' if past else ''}before={rows[PAGE - 1].id}" if len(rows) > PAGE else None
    return render_template(
        "pitstops/list.html",
        own=own,
        rows=rows[:PAGE],
        following=following,
        past=past,
        queues=queues(person),
        me=person,
    )


def queues(person: Person) -> list[tuple[HelpLine, int]]:
    """The lines on which `person` helps, and how many pitstops wait there, as far as they may know."""
    waits = func.count(Pitstop.id)
    waiting = Pitstop.state.in_(WAITING) & Pitstop.visible_to(person)
    found = (
        select(HelpLine, waits)
        .outerjoin(Pitstop, (Pitstop.line_id == HelpLine.id) & waiting)
        .where(HelpLine.id.in_(person.line_ids))
        .group_by(HelpLine.id)
        .order_by(HelpLine.name)
    )
    return [(line, count) for line, count in db.session.execute(found)] if person.line_ids else []


@bp.route("/new", methods=["GET", "POST"])
def new() -> Answer:
    """Ask for help, in under a minute; without JavaScript, somebody may look first at what fits."""
    if looking := "look" in request.form:
        not_sent()
    if sentence := Pitstop().why_not("ask", me()):
        raise Refused(None, sentence)
    lines = db.session.scalars(LINES).all()
    form = AskForm(line_id=asked_id("line"), **occasion())
    said = Markup('<span>{}<br><span class="muted">{}</span></span>')
    form.line_id.choices = options({line.id: said.format(line.name, USUALLY[line.readers][0]) for line in lines})
    form.asking.choices = options(askers(me()))
    if request.method == "POST" and not looking and form.validate():
        line = next(line for line in lines if line.id == form.line_id.data)
        try:
            pitstop = Pitstop.ask(me(), line, **asked(form))
        except Invalid as invalid:
            blame(form, invalid)
            db.session.rollback()
        else:
            asked_now = _("Your pitstop is asked. %(line)s has it now.", line=line.name)
            return leave(pitstop.url, f"{asked_now} {READ_BY[pitstop.readers]}")
    found = fitting() if request.method == "POST" else {}
    town = db.session.scalar(select(Municipality))
    return render_template("pitstops/new.html", form=form, lines=lines, town=town, **found), 422 if form.errors else 200


@bp.post("/like")
def like() -> str:
    """The help lines and the lessons whose words fit a question that is being typed.

    It may be confidential, so it comes as a POST, which stands in no log, and nothing of it is written.
    """
    for_the_town()
    if sentence := Pitstop().why_not("ask", me()):
        raise Refused(None, sentence)
    with aside(again=False):
        return render_template("pitstops/_like.html", **fitting())


def fitting() -> dict[str, Any]:
    """What fits the question in the form: lines with their place on the list and the words that fit, and lessons."""
    text = trimmed(request.form.get("question"))[:4000]
    lines = enumerate(db.session.scalars(LINES), 1)
    found = [(place, line, words) for place, line in lines if (words := line.fitting(text))]
    return {"fitting": found, "lessons": Lesson.alike(me(), text), "told": bool(telling(text))}


def occasion() -> dict[str, str]:
    """Where somebody came from: ?issue= asks for its team, ?task= has its title as the topic."""
    issue_id, task_id = asked_id("issue"), asked_id("task")
    if issue_id in me().team_ids:
        return {"asking": f"issue-{issue_id}"}
    task = db.session.scalar(select(Task).where(Task.id == task_id, Task.visible_to(me()))) if task_id else None
    return {"topic": task.title[:120]} if task else {}


def askers(person: Person) -> dict[str, str]:
    """For whom `person` may ask: themselves, the whole pit, or the team of an issue."""
    choices = {"me": _("me")}
    if person.pit_id:
        choices["pit"] = _("my whole pit")
    issues = db.session.scalars(select(Issue).where(Issue.id.in_(person.team_ids)).order_by(Issue.title))
    teams = {f"issue-{issue.id}": _("the team of “%(title)s”", title=issue.title) for issue in issues}
    return choices | teams


def asked(form: AskForm) -> dict[str, Any]:
    """What was filled in, as Pitstop.ask wants it."""
    _kind, _dash, issue_id = str(form.asking.data).partition("issue-")
    values = {name: form[name].data or "" for name in ("question", "readers", "topic", "tried")}
    return {**values, "for_pit": form.asking.data == "pit", "issue_id": int(issue_id) if issue_id else None}


@bp.get("/<id:id>")
def detail(id: int) -> str:
    """One pitstop; for who may not read it, no more than that it waits."""
    return draw(find(Pitstop, id, Pitstop.visible_to))


@bp.get("/<id:id>/moment.ics")
def moment(id: int) -> Answer:
    """The planned moment, for the calendar of either."""
    pitstop = find(Pitstop, id, Pitstop.readable_by(me()) & Pitstop.planned_at.is_not(None))
    file = {"Content-Disposition": "attachment; filename=pitstop.ics"}
    return Response(calendar(pitstop, me()), mimetype="text/calendar", headers=file)


@page(Pitstop)
def draw(pitstop: Pitstop, *, notice: str = "", said: str = "", forms: dict[str, Form] | None = None) -> str:
    """A pitstop as it is now: the page, or for htmx its part."""
    pitstop = find(Pitstop, pitstop.id, Pitstop.visible_to, *WHOLE)
    can = [verb.name for verb in pitstop.verbs_for(me())]
    erasing = ("withdraw", "forget") if pitstop.readers == "line" else ()  # says first that the text goes
    blank = {name: form(formdata=None) for name, form in (FORMS | dict.fromkeys(erasing, Form)).items() if name in can}
    asked = defaultdict(lambda: None, blank | (forms or {}))
    if "refer" in can:
        lines = select(HelpLine.id, HelpLine.name).where(HelpLine.state == "active", HelpLine.id != pitstop.line_id)
        found = db.session.execute(lines.order_by(HelpLine.name))
        asked["refer"].line_id.choices = options({row.id: row.name for row in found})
        asked["hand-to"].helper_id.choices = options({other.id: other.name for other in pitstop.others()})
    context: dict[str, Any] = {"pitstop": pitstop, "me": me(), "notice": notice, "said": said, "forms": asked}
    context["erasing"] = erasing
    return show("pitstops/page.html", "pitstops/_pitstop.html", **context)


@card(Pitstop)
def draw_card(pitstop: Pitstop, *, notice: str = "", said: str = "", **_forms: Any) -> str:
    """A pitstop on the queue of a line, as it is now."""
    pitstop = find(Pitstop, pitstop.id, Pitstop.visible_to, *PEOPLE)
    return render_template("pitstops/_card.html", pitstop=pitstop, me=me(), notice=notice, said=said)


verbs(bp, Pitstop, FORMS)
