"""Wishes (wensen): say what you would take for a task that you offer to swap, or take one for nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from wtforms import SelectField

from hkplein.db import FOR_COLLEAGUES, LOOKS_ALONG, db
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _, _l, day, ngettext
from hkplein.models import Pit, Skill, Task, Wish
from hkplein.models.ring_rules import last_day
from hkplein.models.skill import KINDS as SKILL_KINDS
from hkplein.models.wish import KINDS, MOST, Wanted
from hkplein.views import Answer, Form, asked_id, blame, fields, find, leave, me, options, page, show, verbs
from hkplein.views.fields import CHOOSE, count, in_a_line, line, listed, one_id, one_word, some_of

bp = Blueprint("wishes", __name__, url_prefix="/wishes")
CHOICES = 100  # tasks that one may choose from; who wants another says what it must be like
HOURS = _l("Fill in a whole number of hours, or nothing.")
WHOLE = (joinedload(Wish.person), joinedload(Wish.task), selectinload(Wish.picks), selectinload(Wish.skills))


class WishForm(Form):
    """What somebody would take; the model says what of it cannot be."""

    kind = one_word(_l("What would you take?"), KINDS, default="tasks")
    tasks = some_of(_l("Tasks that colleagues offer to swap"), description=_l("At most twenty."))
    skills_knowledge = some_of(_l("It asks or teaches this professional knowledge"), validate_choice=True)
    skills_process = some_of(_l("It asks or teaches this process skill"), validate_choice=True)
    hours = count(_l("How many hours at most?"), HOURS, needed=False)
    place = line(_l("Where?"), most=120, description=_l("A word of the place, such as a village."))
    pit_id = SelectField(_l("Of which pit?"), coerce=one_id, **listed(CHOOSE))
    due_from = fields.day(_l("Ready by this date or later"), needed=False)
    due_until = fields.day(_l("Ready by this date or earlier"), needed=False)
    starred = SelectField(
        _l("Which would you like best?"),
        coerce=one_id,
        description=_l("When the computer can choose, it thinks of your star."),
        **listed(CHOOSE),
    )

    @property
    def wanted(self) -> Wanted:
        """What was filled in."""
        filled: dict[str, Any] = dict(self.data)
        skills = [id_ for kind in SKILL_KINDS for id_ in filled.pop(f"skills_{kind}") or ()]
        return Wanted(**{**filled, "tasks": tuple(filled["tasks"] or ()), "skills": tuple(skills)})


def wish_form(wish: Wish | None = None, **asked: Any) -> WishForm:
    """The form with what can be chosen, filled in as the wish stands."""
    known = standing(wish) if wish else {}
    form = WishForm(**asked, data=known)
    tasks = offered(known.get("tasks", ()))
    form.tasks.choices = list(tasks.items())
    form.starred.choices = options({"": _l("No star"), **tasks})
    form.pit_id.choices = options({"": _l("Any pit"), **pits()})
    for kind in SKILL_KINDS:
        form[f"skills_{kind}"].choices = skills_of(kind)
    if not tasks and not wish:
        form.kind.data = form.kind.data if form.is_submitted() else "filter"
    return form


def standing(wish: Wish) -> dict[str, Any]:
    """What a wish asks for, as the fields of its form."""
    same = {name: getattr(wish, name) for name in ("kind", "hours", "place", "pit_id", "due_from", "due_until")}
    skills = {f"skills_{kind}": [skill.id for skill in wish.skills if skill.kind == kind] for kind in SKILL_KINDS}
    return {**same, **skills, "tasks": [pick.task_id for pick in wish.picks], "starred": wish.starred_id}


def offered(chosen: Any) -> dict[int, str]:
    """The tasks that can be wished for, each in one line; those that were chosen before are always there."""
    found = Wish.choices(me()).limit(CHOICES)
    rows = {task.id: task for task in db.session.scalars(found)}
    if missing := [id_ for id_ in chosen if id_ not in rows]:
        more = Wish.choices(me()).where(Task.id.in_(missing))
        rows |= {task.id: task for task in db.session.scalars(more)}
    return {id_: in_a_line(task) for id_, task in rows.items()}


def pits() -> Mapping[int, str]:
    """The pits that I see, by name."""
    found = select(Pit.id, Pit.name).where(Pit.state == "active", Pit.visible_to(me())).order_by(Pit.name)
    return {row.id: row.name for row in db.session.execute(found)}


def skills_of(kind: str) -> list[tuple[int, str]]:
    """The skills of one kind that are in use."""
    found = db.session.scalars(select(Skill).where(Skill.kind == kind, Skill.state.in_(Skill.USABLE)))
    return sorted(((skill.id, skill.name) for skill in found), key=lambda pair: pair[1].casefold())


@bp.get("")
def mine() -> str:
    """My wishes, and the tasks that I offer to swap without one."""
    person = me()
    wishes = db.session.scalars(Wish.of(person).options(joinedload(Wish.task))).all()
    with_wish = [wish.task_id for wish in wishes if wish.task_id]
    without = select(Task).where(Task.wishable_by(person), Task.id.not_in(with_wish)).order_by(Task.due, Task.id)
    return render_template(
        "wishes/list.html",
        me=person,
        wishes=wishes,
        in_ring=set(db.session.scalars(Wish.in_rings(person))),
        free=next((wish for wish in wishes if wish.task_id is None), None),
        without=db.session.scalars(without.limit(50)).all(),
    )


@bp.route("/new", methods=["GET", "POST"])
def new() -> Answer:
    """Say what I would take for a task of mine, or, without one, for nothing."""
    person, id_ = me(), asked_id("task")
    if not person.colleague:
        raise Refused(None, FOR_COLLEAGUES if person.acts else LOOKS_ALONG)
    task = find(Task, id_, Task.visible_to(person)) if "task" in request.args else None
    if task is not None:
        if known := db.session.scalar(Wish.with_(person, task)):
            return leave(known.url)
        if not task.wishable_by(person):
            raise Refused(task, task.worded(task.wishable_by.why_not(person)))
    form = wish_form()
    if request.method == "POST" and form.validate():
        try:
            wish = Wish.make(person, task, form.wanted)
        except Invalid as invalid:
            blame(form, invalid)
            db.session.rollback()
        else:
            return leave(wish.url, _("Your wish stands. You hear it when there is a ring."))
    text = render_template("wishes/new.html", form=form, task=task, most=MOST)
    return (text, 422) if form.errors else text


@bp.get("/<id:id>")
def detail(id: int) -> str:
    """One wish, for whose it is."""
    return draw(find(Wish, id, Wish.visible_to))


@page(Wish)
def draw(wish: Wish, *, notice: str = "", said: str = "", forms: dict[str, Any] | None = None) -> str:
    """A wish as it is now: the page, or for htmx its part."""
    wish = find(Wish, wish.id, Wish.visible_to, *WHOLE)
    stands = wish.state == "standing"
    return show(
        "wishes/page.html",
        "wishes/_wish.html",
        wish=wish,
        me=me(),
        candidates=db.session.scalars(wish.candidates()).all() if stands else [],
        asked=conditions(wish),
        too_near=wish.task is not None and wish.task.due <= last_day(),
        ring=db.session.scalar(wish.ring()),
        notice=notice,
        said=said,
        forms=defaultdict(lambda: None, forms or {}),
    )


def conditions(wish: Wish) -> list[str]:
    """What a wish asks, in words; one line for each."""
    if wish.kind == "tasks":
        return []
    pit = db.session.scalar(select(Pit.name).where(Pit.id == wish.pit_id)) if wish.pit_id else None
    said = [
        (wish.skills, _("asks or teaches: %(skills)s", skills=", ".join(skill.name for skill in wish.skills))),
        (wish.hours, ngettext("at most one hour", "at most %(num)s hours", wish.hours or 0)),
        (wish.place, _("place: %(place)s", place=wish.place)),
        (pit, _("of %(pit)s", pit=pit)),
        (wish.due_from, _("ready by %(day)s or later", day=day(wish.due_from) if wish.due_from else "")),
        (wish.due_until, _("ready by %(day)s or earlier", day=day(wish.due_until) if wish.due_until else "")),
    ]
    return [sentence for there, sentence in said if there] or [_("every task that colleagues offer to swap")]


@bp.route("/<id:id>/change", methods=["GET", "POST"])
def change(id: int) -> Answer:
    """Ask for something else."""
    wish = find(Wish, id, Wish.visible_to, *WHOLE)
    if not wish.may("change", me()):
        raise Refused(wish, wish.why_not("change", me()))
    form = wish_form(wish)
    if request.method == "POST" and form.validate():
        try:
            wish.change(me(), form.wanted)
        except Invalid as invalid:
            blame(form, invalid)
            db.session.rollback()
        else:
            return leave(wish.url, Wish.VERBS["change"].said)
    text = render_template("wishes/new.html", form=form, task=wish.task, wish=wish, most=MOST)
    return (text, 422) if form.errors else text


verbs(bp, Wish, but=("change",))
