"""Skills: two kinds that stay apart, proposed by anybody, tended by the steward."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from wtforms import SelectField
from wtforms.validators import InputRequired

from hkplein.db import LOOKS_ALONG, db
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _, _l
from hkplein.models import Skill
from hkplein.models.skill import KINDS
from hkplein.views import Answer, Form, blame, done, find, for_the_town, me, page, show, trimmed, verbs
from hkplein.views.fields import line, one_word, paragraph

bp = Blueprint("skills", __name__, url_prefix="/skills")


class NameForm(Form):
    name_nl = line(_l("Name in Dutch"), _l("Fill in a name."))
    name_en = line(_l("Name in English"))
    description = paragraph(_l("What does somebody do who can do this?"), most=500)


class ProposeForm(NameForm):
    kind = one_word(
        _l("Which kind is it?"),
        KINDS,
        _l("Choose one of the two kinds."),
        description=_l("Professional knowledge is about a subject; a process skill is about how people work together."),
    )


class MergeForm(Form):
    into_id = SelectField(
        _l("Into which skill?"),
        [InputRequired(_l("Choose another skill of the same kind that is in use."))],
        coerce=int,
        description=_l("Everybody and everything that names this skill names the other one from then on."),
    )

    def __init__(self, *args: Any, **about: Any) -> None:
        """The form, with the skills of the same kind that are in use."""
        skill: Skill = about.pop("obj", None) or db.session.get_one(Skill, (request.view_args or {})["id"])
        super().__init__(*args, **about)
        others = db.session.scalars(Skill.usable().where(Skill.state == "active", Skill.kind == skill.kind))
        self.into_id.choices = [(other.id, other.name) for other in others if other.id != skill.id]


FORMS: dict[str, Any] = {"rename": NameForm, "merge": MergeForm}


@bp.get("")
def index() -> str:
    """The whole list, of two kinds apart; a merged one is found by its old name."""
    for_the_town()
    q = trimmed(request.args.get("q"))
    query = Skill.usable()
    if q:
        found = Skill.name_nl.icontains(q, autoescape=True) | Skill.name_en.icontains(q, autoescape=True)
        query = select(Skill).where(found).order_by(Skill.kind, Skill.name_nl).options(joinedload(Skill.merged_into))
    skills = defaultdict(list)
    for skill in db.session.scalars(query):
        skills[skill.kind].append(skill)
    return render_template("skills/list.html", q=q, skills=skills, kinds=KINDS, me=me())


@bp.route("/new", methods=["GET", "POST"])
def new() -> Answer:
    """Propose a skill."""
    for_the_town()
    if not me().acts:
        raise Refused(None, LOOKS_ALONG)
    form = ProposeForm()
    if request.method == "POST" and form.validate():
        try:
            return done(
                Skill.propose(me(), **form.data), _("Thank you. You can use it at once; the administrator looks at it.")
            )
        except Invalid as invalid:
            blame(form, invalid)
    return render_template("skills/new.html", form=form), 200 if request.method == "GET" else 422


@bp.get("/<id:id>")
def detail(id: int) -> str:
    """One skill."""
    return draw(find(Skill, id, Skill.visible_to(me())))


@page(Skill)
def draw(skill: Skill, *, notice: str = "", said: str = "", forms: dict[str, Any] | None = None) -> str:
    """A skill as it is now: the page, or for htmx its part."""
    skill = find(Skill, skill.id, Skill.visible_to(me()), joinedload(Skill.merged_into))
    asked: dict[str, Any] = defaultdict(lambda: None)
    if me().steward:
        asked.update({name: form(formdata=None, obj=skill) for name, form in FORMS.items()})
    asked.update(forms or {})
    context = {"skill": skill, "me": me(), "kinds": KINDS, "notice": notice, "said": said, "forms": asked}
    return show("skills/page.html", "skills/_skill.html", **context)


verbs(bp, Skill, FORMS)
