"""Tasks (klussen): one task, everything that may be done with it, and posting a new one."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import Blueprint, redirect, render_template, request
from sqlalchemy import Select
from sqlalchemy.orm import joinedload, selectinload

from hkplein.db import LOOKS_ALONG, db
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _
from hkplein.models import Issue, Pit, Ring, Task, Wish
from hkplein.models.event import named
from hkplein.models.suggestion import profile_for, why
from hkplein.views import Answer, Form, asked_id, blame, done, find, leave, me, page, show, trimmed, verbs
from hkplein.views.task_forms import FORMS, forms_for, task_form

bp = Blueprint("tasks", __name__, url_prefix="/tasks")
WHOLE = (
    named(Task.author),
    named(Task.holder),
    joinedload(Task.pit).load_only(Pit.name, raiseload=True),
    joinedload(Task.issue).load_only(Issue.title, raiseload=True),
    joinedload(Task.learns),
)


@bp.get("/<id:id>")
def detail(id: int) -> Answer:
    """One task; a place that was given back lives on with its posting."""
    task = find(Task, id, Task.visible_to, *WHOLE)
    return redirect(f"/tasks/{task.posting_id}", 302) if task.joined else paint(task)


@page(Task)
def draw(task: Task, *, notice: str = "", said: str = "", forms: dict[str, Form] | None = None) -> str:
    """A task as it is now: the page, or for htmx its part."""
    return paint(find(Task, task.id, Task.visible_to, *WHOLE), notice=notice, said=said, typed=forms or {})


def paint(task: Task, *, notice: str = "", said: str = "", typed: dict[str, Form] | None = None) -> str:
    """A task, with what belongs to it and to whoever is looking."""
    person = me()
    hands = many(task.hands_up()) if task.may("choose", person) else []
    mine = db.session.scalar(task.hand_of(person)) if task.choice == "hands" and task.author_id != person.id else None
    turned_down = mine is not None and mine.state == "declined" and task.holder_id != person.id
    skills = task.asked_skills()
    waits = (task.state == "open" or task.offered) and person.id not in (task.author_id, task.holder_id)
    context: dict[str, Any] = {
        "task": task,
        "me": person,
        "notice": notice,
        "said": said,
        "forms": defaultdict(lambda: None, forms_for(task, person, hands, typed or {})),
        "hands": hands,
        "editable": task.may("edit", person),
        "mine": mine,
        "turned_down": turned_down,
        "places": many(task.siblings()) if task.posting_id else [],
        **swapping(task),
        "similar": many(task.similar(person)) if turned_down else alike(task, notice),
        "skills": skills.values(),
        "fit": why(task, skills, profile_for(person)) if waits else None,
        "history": task.history(),
    }
    return show("tasks/page.html", "tasks/_task.html", **context)


def swapping(task: Task) -> dict[str, Any]:
    """The ring that would move a task that is offered to swap, and the wish that its holder has with it."""
    if task.offered != "swap":
        return {"ring": None, "wish": None}
    wish = db.session.scalar(Wish.with_(me(), task)) if task.holder_id == me().id else None
    return {"ring": db.session.scalar(Ring.moving(task)), "wish": wish}


def alike(task: Task, notice: str) -> list[Any]:
    """Three tasks that are alike, for who was told (`notice`) that somebody else was ahead."""
    beaten = bool(notice) and me().acts and task.state != "draft" and not task.may("claim", me())
    return many(task.similar(me())) if beaten else []


def many(query: Select[Any]) -> list[Any]:
    """All rows of a query."""
    return list(db.session.scalars(query))


@bp.route("/new", methods=["GET", "POST"])
def new() -> Answer:
    """Write a task down, and put it on the square at once or keep it as a draft."""
    person = me()
    if not person.acts:
        raise Refused(None, LOOKS_ALONG)
    if request.method == "GET":
        issue, title = asked_id("issue"), trimmed(request.args.get("title"))[:200]
        return form_page(task_form(person, formdata=None, issue=issue, title=title))
    form = task_form(person)
    if not form.validate():
        return form_page(form), 422
    try:
        task = Task.draft(person, **form.data)
    except Invalid as invalid:
        blame(form, invalid)
        return form_page(form), 422
    if request.form.get("then") == "draft":
        return leave(task.url, _("Your draft is kept. Only you see it."))
    task.post(person)
    return leave(task.url, Task.VERBS["post"].said)


def form_page(form: Form, task: Task | None = None) -> str:
    """The page to post a task, or to change one."""
    return render_template("tasks/new.html", form=form, task=task)


@bp.route("/<id:id>/edit", methods=["GET", "POST"])
def edit(id: int) -> Answer:
    """Change what a task says."""
    person = me()
    task = find(Task, id, Task.visible_to, joinedload(Task.issue), selectinload(Task.skills))
    if not task.may("edit", person):
        raise Refused(task, task.why_not("edit", person))
    if request.method == "GET":
        return form_page(task_form(person, task, formdata=None), task)
    form = task_form(person, task)
    if not form.validate():
        return form_page(form, task), 422
    try:
        task.edit(person, **form.data)
    except Invalid as invalid:
        blame(form, invalid)
        return form_page(form, task), 422
    return done(task, task.VERBS["edit"].said)


verbs(bp, Task, FORMS, but=("edit",))
