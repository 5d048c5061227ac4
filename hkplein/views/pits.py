"""Pits: which there are, one with its people and its work, starting one and closing one."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import Blueprint, abort, render_template, request
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, selectinload
from wtforms.validators import Regexp

from hkplein.db import db
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _, _l
from hkplein.models import Event, Founder, Issue, Lesson, Person, Pit, Seat, Task
from hkplein.models.desk import NO_NEWS
from hkplein.models.issue_table import ALIVE
from hkplein.models.pit_rules import SPLIT_ABOVE
from hkplein.models.square import cards
from hkplein.views import Answer, Form, asked_id, blame, find, leave, me, page, show, trimmed, verbs
from hkplein.views.fields import choose_one, colleagues, line, one_of, paragraph, some_of
from hkplein.views.seats import SKILLS, with_skills

bp = Blueprint("pits", __name__, url_prefix="/pits")
PAGE = 60
SHOWN = 12  # tasks, issues and lessons on the page of a pit
WHOLE = (
    selectinload(Pit.members).lazyload(Person.skills),
    selectinload(Pit.founders).joinedload(Founder.person).lazyload(Person.skills),
    selectinload(Pit.core),
)


def name_line() -> Any:
    """The name of a pit."""
    return line(_l("Name of the pit"), _l("Give the pit a name."), most=120)


def purpose_line() -> Any:
    """The purpose: one sentence for a resident."""
    why = _l("Begin with “Dat”, and say in one sentence what a resident notices.")
    return line(
        _l("Purpose"),
        why,
        Regexp(r"(?i)(dat|that) \S", message=why),
        most=300,
        description=_l("One sentence for a resident that begins with “Dat …”."),
    )


class FoundForm(Form):
    name = name_line()
    purpose = purpose_line()
    domain = line(_l("Field of work"), most=60, description=_l("Such as “care” or “outdoor space”."))
    second = one_of(_l("With whom do you start it?"), description=_l("Type the first letters of a name to jump to it."))
    third = one_of(_l("And with whom else?"), description=_l("The pit starts when both have said yes."))


class NameForm(Form):
    name = name_line()


class EditForm(Form):
    purpose = purpose_line()
    agreements = paragraph(_l("What did you agree on?"), description=_l("How you decide, meet, and help each other."))
    domain = line(_l("Field of work"), most=60)
    knowledge = some_of(_l("Professional knowledge at the core of your work"))
    process_skills = some_of(_l("Process skills at the core of your work"))


class AskForm(Form):
    whom = one_of(_l("Whom do you ask?"))


class HomeForm(Form):
    pit = one_of(_l("To which pit?"), description=_l("That pit is told at once. Talk to them first."))


FORMS: dict[str, Any] = {"rename": NameForm, "edit": EditForm, "ask-founder": AskForm, "rehome": HomeForm}


def others(pit: Pit) -> list[Any]:
    """The pits that can take its work over."""
    found = select(Pit.id, Pit.name).where(Pit.state == "active", Pit.id != pit.id).order_by(Pit.name)
    return choose_one(dict(db.session.execute(found).all()))


def forms_of(pit: Pit, typed: dict[str, Any] | None) -> dict[str, Any]:
    """The forms under its buttons, with what is to choose from."""
    forms: dict[str, Any] = {}
    now = {field: [skill.id for skill in pit.core if skill.kind == kind] for kind, field in SKILLS.items()}
    for name, form_of in FORMS.items():
        if pit.may(name, me()):
            forms[name] = (typed or {}).get(name) or form_of(formdata=None, obj=pit, data=now)
    if "edit" in forms:
        with_skills(forms["edit"])
    if "ask-founder" in forms:
        forms["ask-founder"].whom.choices = colleagues(Person.id != me().id)
    if "rehome" in forms:
        forms["rehome"].pit.choices = others(pit)
    return defaultdict(lambda: None, forms)


@bp.get("")
def listed() -> str:
    """The pits by name, purpose first; the closed ones apart."""
    if me().role == "partner":
        abort(404)
    closed, after = request.args.get("closed") == "1", trimmed(request.args.get("after"))[:200]
    found = Pit.of_state(me(), ("closed",) if closed else ("starting", "active"))
    if after:
        found = found.where(or_(Pit.name > after, and_(Pit.name == after, Pit.id > asked_id("id"))))
    rows = db.session.execute(found.limit(PAGE + 1)).all()
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return render_template("pits/list.html", pits=rows[:PAGE], last=last, closed=closed, me=me())


@bp.route("/new", methods=["GET", "POST"])
def new() -> Answer:
    """Start a pit with two others."""
    if not me().colleague:
        raise Refused(None, _("A pit is started by colleagues."))
    form = FoundForm()
    form.second.choices = form.third.choices = colleagues(Person.id != me().id)
    if request.method == "POST" and form.validate():
        try:
            pit = Pit.found(me(), **form.data)
        except Invalid as invalid:
            blame(form, invalid)
            db.session.rollback()
        else:
            return leave(pit.url, _("Your pit is on its way. It starts when the other two have said yes."))
    return render_template("pits/new.html", form=form), 422 if request.method == "POST" else 200


@bp.get("/<id:id>")
def detail(id: int) -> str:
    """One pit."""
    return drawn(id)


@page(Pit)
def draw(pit: Pit, *, notice: str = "", said: str = "", forms: dict[str, Any] | None = None) -> str:
    """A pit as it is now, with its people and its work: the page, or for htmx its part."""
    return drawn(pit.id, notice=notice, said=said, forms=forms)


def drawn(id: int, *, notice: str = "", said: str = "", forms: dict[str, Any] | None = None) -> str:
    """The pit of that id, drawn."""
    pit = find(Pit, id, Pit.visible_to(me()), *WHOLE)
    return show(
        "pits/page.html",
        "pits/_pit.html",
        pit=pit,
        me=me(),
        forms=forms_of(pit, forms),
        members=[person for person in pit.members if person.active],
        many=SPLIT_ABOVE,
        left=pit.left(me()) if pit.may("close", me()) else None,
        notice=notice,
        said=said,
        **work_of(pit),
    )


def work_of(pit: Pit) -> dict[str, Any]:
    """What a pit does: its tasks and issues, the hours that its people give elsewhere, lessons and news."""
    ours = (Issue.pit_id == pit.id, Issue.state.in_((*ALIVE, "handed-over")))
    issues = select(Issue).where(*ours).order_by(Issue.state == "handed-over", Issue.id.desc())
    given = (
        select(Seat)
        .join(Person, Person.id == Seat.holder_id)
        .where(Person.pit_id == pit.id, Person.active, Seat.state == "filled")
        .options(joinedload(Seat.holder).lazyload(Person.skills))
        .order_by(Person.name, Seat.until, Seat.id)
    )
    shared = select(Lesson).where(Lesson.pit_id == pit.id, Lesson.state == "shared").order_by(Lesson.id.desc())
    public = (Event.pit_id == pit.id, Event.pitstop_id.is_(None), Event.verb.not_in(NO_NEWS))
    news = select(Event).where(*public).order_by(Event.id.desc())
    return {
        "tasks": cards(Task.pit_id == pit.id, Task.state == "open", person=me(), limit=SHOWN),
        "issues": db.session.scalars(issues.limit(SHOWN)).all(),
        "seats": db.session.scalars(given).all(),
        "lessons": db.session.scalars(shared.limit(SHOWN)).all(),
        "news": db.session.scalars(news.limit(SHOWN).options(*Event.whole())).all(),
        "founders": [founder for founder in pit.founders if pit.state == "starting"],
    }


verbs(bp, Pit, FORMS)
