"""People: colleagues, and each one's profile in three parts that they show to whom they choose."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import joinedload, lazyload, selectinload
from wtforms import BooleanField, Field, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import NumberRange, Optional

from hkplein.clock import today
from hkplein.db import db
from hkplein.i18n import _, _l
from hkplein.models import Person, PersonSkill, Pit, Seat, Skill, Task
from hkplein.models.person import LEVELS, ROLES, SHOWN_TO
from hkplein.models.skill import KINDS
from hkplein.views import Answer, Form, accounts, asked_id, find, leave, me, options, page, show, verbs
from hkplein.views.fields import day, line, paragraph, unless

bp = Blueprint("people", __name__, url_prefix="/people")
PER_PAGE = 42
ROOM = _l("Fill in a number of hours from 0 to 40.")
WHOLE = (joinedload(Person.pit), joinedload(Person.partner), selectinload(Person.skills))


class SkillsField(Field):
    """Any number of selects named alike, each with "<id of the skill>:<level>" or nothing."""

    type = "SkillsField"

    def process_data(self, value: Any) -> None:
        self.data = {row.skill_id: row.level for row in value or ()}

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = {}
        for value in filter(None, valuelist):
            id_, _colon, level = value.partition(":")
            if not id_.isdecimal() or len(id_) > 9 or level not in LEVELS:
                raise ValueError(_("Choose for each skill what you see in the list."))
            self.data[int(id_)] = level


class EditForm(Form):
    about = paragraph(_l("In a few sentences"), most=2000)
    about_shown_to = RadioField(_l("Who may read this?"), choices=options(SHOWN_TO))
    wants = paragraph(
        _l("In a few sentences"),
        most=2000,
        description=_l("What would you like to do, to learn, or to do less?"),
    )
    room = IntegerField(
        _l("Room, in hours a week"),
        [Optional(), NumberRange(0, 40, ROOM)],
        **unless(ROOM),
        description=_l("Hours that you have decided yourself that you can give. Nobody checks them."),
    )
    near = line(
        _l("Where do you like to work?"),
        description=_l("Villages, buildings or “at home”, with commas between them. Work there is said to fit."),
    )
    wants_shown_to = RadioField(_l("Who may read this?"), choices=options(SHOWN_TO))
    skills = SkillsField(_l("What can I do?"))
    outdoors = BooleanField(_l("I mostly work outdoors"))
    skills_shown_to = RadioField(_l("Who may read this?"), choices=options(SHOWN_TO))


class AwayForm(Form):
    away_from = day(_l("First day away"), default=today)
    away_until = day(_l("Last day away"), needed=False, description=_l("Leave this open if you do not know yet."))


class SuggestForm(Form):
    on = BooleanField(_l("Show me work that fits me, with the reason why"))


class FilterForm(Form):
    q = StringField(_l("Name"))
    pit = SelectField(_l("Pit"), coerce=int, default=0)
    skill = SelectField(_l("Skill"), coerce=int, default=0)
    level = SelectField(_l("What they say about it"))


FORMS: dict[str, Any] = {
    "edit": EditForm,
    "away": AwayForm,
    "suggest": SuggestForm,
    **accounts.FORMS,
}


@bp.get("")
def index() -> str:
    """The colleagues, by name."""
    if not me().colleague:
        abort(404)
    form = filters()
    people = list(db.session.scalars(found(form).limit(PER_PAGE + 1)))
    more = None
    if len(people) > PER_PAGE:
        more = url_for("people.index", **{**request.args.to_dict(), "after": people[PER_PAGE - 1].id})
    return render_template("people/list.html", form=form, people=people[:PER_PAGE], more=more, kinds=KINDS)


def filters() -> FilterForm:
    """What was asked, with what there is to choose."""
    form = FilterForm(request.args)
    pits = db.session.execute(select(Pit.id, Pit.name).where(Pit.state != "closed").order_by(Pit.name))
    form.pit.choices = [(0, _("All pits")), *((row.id, row.name) for row in pits)]
    form.skill.choices = [
        (0, _("All skills")),
        *((skill.id, skill.name) for skill in db.session.scalars(Skill.usable())),
    ]
    form.level.choices = [("", _("Does not matter")), *LEVELS.items()]
    for field in form:
        if not field.validate(form):
            field.data = field.default or ""
    return form


def found(form: FilterForm) -> Select[Any]:
    """Open accounts of colleagues that fit; by name, for people are never ranked."""
    query = select(Person).where(Person.role == "colleague", Person.active).order_by(Person.name, Person.id)
    query = query.options(joinedload(Person.pit), lazyload(Person.skills))
    if form.q.data:
        query = query.where(Person.called(form.q.data))
    if form.pit.data:
        query = query.where(Person.pit_id == form.pit.data)
    if form.skill.data:
        has = select(PersonSkill.person_id).where(PersonSkill.skill_id == form.skill.data)
        if form.level.data:
            has = has.where(PersonSkill.level == form.level.data)
        query = query.where(Person.shows("skills", me()), Person.id.in_(has))
    if after := asked_id("after"):
        last = select(Person.name, Person.id).where(Person.id == after).scalar_subquery()
        query = query.where(tuple_(Person.name, Person.id) > last)
    return query


@bp.get("/<id:id>")
def detail(id: int) -> str:
    """One profile."""
    person = find(Person, id, Person.visible_to(me()))
    return draw(person, notice=accounts.shown_before(person) if "shown" in request.args else "")


@page(Person)
def draw(person: Person, *, notice: str = "", said: str = "", forms: dict[str, Any] | None = None) -> str:
    """A profile as it is now; what is not shown to this visitor is not given to the page at all."""
    if forms and "edit" in forms:
        return edit_page(forms["edit"])
    person = find(Person, person.id, Person.visible_to(me()), *WHOLE)
    blank = {name: form(formdata=None, **filled(name, person)) for name, form in FORMS.items() if name != "edit"}
    own = person.id == me().id
    return show(
        "people/page.html",
        "people/_person.html",
        person=person,
        me=me(),
        own=own,
        parts={part for part in ("about", "wants", "skills") if person.shows(part, me())},
        skills=by_kind(person),
        promised=promised(person) if own else None,
        shown_to=SHOWN_TO,
        kinds=KINDS,
        level_names=LEVELS,
        roles=ROLES,
        buttons=accounts.buttons(person) if me().steward else (),
        notice=notice,
        said=said,
        forms=defaultdict(lambda: None, blank | (forms or {})),
    )


def filled(verb: str, person: Person) -> dict[str, Any]:
    """What stands in the form of a verb before anything is typed."""
    return {"on": person.suggestions} if verb == "suggest" else {"obj": person}


def by_kind(person: Person) -> dict[str, dict[str, list[Skill]]]:
    """The skills of somebody: of two kinds that stay apart, and per kind by level."""
    found: dict[str, dict[str, list[Skill]]] = {kind: {level: [] for level in LEVELS} for kind in KINDS}
    for row in sorted(person.skills, key=lambda row: row.skill.name.casefold()):
        found[row.skill.kind][row.level].append(row.skill)
    return found


def promised(person: Person) -> dict[str, list[Any]]:
    """What somebody promised; for nobody but themself."""
    tasks = select(Task.id, Task.title, Task.hours, Task.due).where(Task.holder_id == person.id, Task.state == "taken")
    seats = select(Seat).where(Seat.holder_id == person.id, Seat.state == "filled").options(joinedload(Seat.issue))
    return {
        "tasks": list(db.session.execute(tasks.order_by(Task.due, Task.id))),
        "seats": list(db.session.scalars(seats.order_by(Seat.until, Seat.id))),
    }


@bp.get("/<id:id>/edit")
def edit_form(id: int) -> str:
    """The form of one's own profile."""
    person = find(Person, id, Person.editable_by(me()), *WHOLE)
    return edit_page(EditForm(obj=person))


def edit_page(form: EditForm) -> str:
    """The profile as a form: my own skills first, the other ones folded away by kind."""
    chosen = form.skills.data or {}
    skills = list(db.session.scalars(Skill.usable(chosen)))
    return render_template(
        "people/edit.html", form=form, person=me(), chosen=chosen, skills=skills, kinds=KINDS, levels=LEVELS
    )


@bp.post("/<id:id>/welcome")
def welcome(id: int) -> Answer:
    """Put "how it works" away, and go on with what you were doing."""
    find(Person, id, Person.visible_to(me())).welcome(me())
    return leave("/")


verbs(bp, Person, FORMS, but=("welcome", "account", "reset-password", "deactivate", "erase", "keep"))
