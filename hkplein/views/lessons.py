"""Lessons: what others can use tomorrow; look for one, write one, say that it helped."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from hkplein.db import db
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _, _l
from hkplein.models import Issue, Lesson, Pitstop, Task
from hkplein.search import telling
from hkplein.views import Answer, Form, asked_id, blame, find, leave, me, page, show, trimmed, verbs
from hkplein.views.fields import line, paragraph
from hkplein.views.requests import aside, not_sent

bp = Blueprint("lessons", __name__, url_prefix="/lessons")
PAGE = 30
WHOLE = (joinedload(Lesson.author), joinedload(Lesson.pit), joinedload(Lesson.issue))


class LessonForm(Form):
    title = line(_l("Name of the lesson"), _l("Give your lesson a name of a few words."))
    text = paragraph(
        _l("What can others use tomorrow?"),
        _l("Write down what you learned."),
        description=_l("At most 120 words."),
        render_kw={"rows": 6},
    )


FORMS: dict[str, Any] = {"edit": LessonForm}


@bp.get("")
def listed() -> str:
    """The shared lessons, newest first, or those with the words that were asked for."""
    query, after = trimmed(request.args.get("q"))[:200], asked_id("after")
    rows = db.session.execute(Lesson.listed(me(), query, after).options(*WHOLE).limit(PAGE + 1)).all()
    args = {"q": query} if query else {}
    last = rows[PAGE - 1][0].id if len(rows) > PAGE else None
    return render_template("lessons/list.html", rows=rows[:PAGE], query=query, args=args, last=last, me=me())


@bp.post("/like")
def like() -> str:
    """Lessons that look like the one that somebody is writing; sent as a POST, and nothing of it is written."""
    if sentence := Lesson().why_not("share", me()):
        raise Refused(None, sentence)
    with aside(again=False):
        return render_template("lessons/_like.html", **alike())


def alike() -> dict[str, Any]:
    """The lessons that look like what stands in the form, and whether there was anything to look for."""
    text = f"{trimmed(request.form.get('title'))} {trimmed(request.form.get('text'))}"[:4000]
    return {"lessons": Lesson.alike(me(), text), "looked": bool(telling(text))}


@bp.route("/new", methods=["GET", "POST"])
def new() -> Answer:
    """Write one; with ?task= or ?issue= it hangs on that. Without JavaScript, somebody may look first at what fits."""
    if looking := "look" in request.form:
        not_sent()
    if sentence := Lesson().why_not("share", me()):
        raise Refused(None, sentence)
    form, about = LessonForm(), {}
    for name, model in (("task", Task), ("issue", Issue)):
        if id_ := asked_id(name):
            about[f"{name}_id"] = find(model, id_, model.visible_to).id
    if request.method == "POST" and not looking and form.validate():
        try:
            lesson = Lesson.share(me(), form.title.data or "", form.text.data or "", **about)
        except Invalid as invalid:
            blame(form, invalid)
            db.session.rollback()
        else:
            return leave(lesson.url, _("Your lesson is shared."))
    found = alike() if request.method == "POST" else {}
    action = request.full_path.rstrip("?")
    return render_template("lessons/new.html", form=form, action=action, **found), 422 if form.errors else 200


@bp.get("/<id:id>")
def detail(id: int) -> str:
    """One lesson."""
    return draw(find(Lesson, id, Lesson.visible_to))


@page(Lesson)
def draw(lesson: Lesson, *, notice: str = "", said: str = "", forms: dict[str, Form] | None = None) -> str:
    """A lesson as it is now: the page, or for htmx its part."""
    lesson = find(Lesson, lesson.id, Lesson.visible_to, *WHOLE)
    pitstop = lesson.pitstop_id and db.session.scalar(
        select(Pitstop).where(Pitstop.id == lesson.pitstop_id, Pitstop.readable_by(me()))
    )
    context: dict[str, Any] = {
        "lesson": lesson,
        "pitstop": pitstop,
        "helped": db.session.scalar(select(Lesson.helped_pits()).where(Lesson.id == lesson.id)),
        "forms": defaultdict(lambda: None, {"edit": LessonForm(formdata=None, obj=lesson)} | (forms or {})),
    }
    return show("lessons/page.html", "lessons/_lesson.html", me=me(), notice=notice, said=said, **context)


verbs(bp, Lesson, FORMS)
