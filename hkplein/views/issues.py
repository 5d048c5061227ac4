"""Issues (vraagstukken): the list, one issue, posting one, and everything that may be done with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set as AbstractSet
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from sqlalchemy import Select, case, literal, select, tuple_
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from hkplein.db import db
from hkplein.errors import Invalid
from hkplein.i18n import _
from hkplein.models import Event, Issue, Lesson, Person, Pit, Question, SearchEntry, Task, Update
from hkplein.models.issue_table import ALIVE, EFFECTS_SEEN, ENDED, MOVING, PRIVATE, ROLES
from hkplein.models.square import cards
from hkplein.models.team import Team
from hkplein.views import Answer, asked_id, blame, card, find, id_in, leave, me, page, show, trimmed, verbs
from hkplein.views.fields import colleagues
from hkplein.views.issue_forms import FORMS, AnswerForm, NewForm

bp = Blueprint("issues", __name__, url_prefix="/issues")
PER_PAGE = 25
HISTORY, TASKS = 50, 100
UNDER = ("open", "taken", "reported", "done")  # the states of the tasks that are shown
MANY = 3  # from so many on, somebody who becomes trekker of another is asked to think twice
ORDER = ("seeking", "forming", "running", "paused", "idea")  # what seeks a trekker first
RANK = case({state: place for place, state in enumerate(ORDER)}, value=Issue.state, else_=len(ORDER))


def named(*people: Any) -> tuple[ORMOption, ...]:
    """Load these people for their names: their skills stay where they are."""
    return tuple(joinedload(person).lazyload(Person.skills) for person in people)


WHOLE = (
    *named(Issue.author, Issue.trekker, Issue.deputy, Issue.offered_lead),
    joinedload(Issue.offered_pit),
    joinedload(Issue.pit),
    selectinload(Issue.pits),
    selectinload(Issue.partners),
)
SHORT = (*named(Issue.trekker), joinedload(Issue.pit), selectinload(Issue.partners))


@bp.get("")
def index() -> str:
    """The issues, those that seek a trekker first."""
    rows = list(db.session.execute(found().limit(PER_PAGE + 1)).unique())
    last = rows[PER_PAGE - 1] if len(rows) > PER_PAGE else None
    following = last and f"/issues?{urlencode(request.args.to_dict() | {'after': f'{last.rank}-{last.Issue.id}'})}"
    return render_template(
        "issues/list.html",
        issues=[row.Issue for row in rows[:PER_PAGE]],
        following=following,
        themes=[(theme, theme) for theme in themes()],
        pits=pits(),
        states=[(state, Issue.STATES[state]) for state in ORDER],
        asked=wanted(),
        me=me(),
    )


def wanted() -> dict[str, str]:
    """What the address asks for."""
    return {name: trimmed(value) for name, value in request.args.items()}


def found() -> Select[Any]:
    """What was asked for, in the order of the list, from the cursor on."""
    asked = wanted()
    query = select(Issue, RANK.label("rank")).where(Issue.visible_to(me())).order_by(RANK, Issue.id.desc())
    query = query.options(*SHORT)
    state = asked.get("state", "")
    query = query.where(Issue.state.in_({"ended": ENDED}.get(state, (state,) if state in ALIVE else ALIVE)))
    if theme := asked.get("theme"):
        query = query.where(Issue.theme == theme)
    if pit := asked_id("pit"):
        query = query.where(Issue.pit_id == pit)
    if words := asked.get("q"):
        query = query.where(SearchEntry.matches(Issue, words))
    rank, _dash, id_ = asked.get("after", "").partition("-")
    if rank.isdecimal() and len(rank) < 3 and (last := id_in(id_)):
        query = query.where(tuple_(RANK, -Issue.id) > tuple_(literal(int(rank)), literal(-last)))
    return query


def themes() -> list[str]:
    """The themes that there are."""
    query = select(Issue.theme).where(Issue.theme != "", Issue.visible_to(me())).distinct().order_by(Issue.theme)
    return list(db.session.scalars(query))


def pits() -> list[Any]:
    """The pits that have issues."""
    theirs = Pit.id.in_(select(Issue.pit_id).where(Issue.visible_to(me())))
    return list(db.session.execute(select(Pit.id, Pit.name).where(Pit.state == "active", theirs).order_by(Pit.name)))


@bp.route("/new", methods=["GET", "POST"])
def new() -> Answer:
    """Post an issue."""
    Issue.postable_by(me())
    form = NewForm(data={"pit_id": me().pit_id})
    if request.method == "POST" and form.validate():
        try:
            return leave(Issue.post(me(), **form.data).url, _("Your issue is posted. Now it can look for a trekker."))
        except Invalid as invalid:
            blame(form, invalid)
            db.session.rollback()
    return render_template("issues/new.html", form=form, themes=themes()), 422 if form.errors else 200


@bp.get("/<id:id>")
def detail(id: int) -> str:
    """One issue."""
    return draw(find(Issue, id, Issue.visible_to(me())))


@page(Issue)
def draw(issue: Issue, *, notice: str = "", said: str = "", forms: dict[str, Any] | None = None) -> str:
    """An issue as it is now: the page, or for htmx its part."""
    return show("issues/page.html", "issues/_issue.html", **whole(issue, notice=notice, said=said, forms=forms))


@card(Issue)
def draw_card(issue: Issue, *, notice: str = "", said: str = "", **_context: Any) -> str:
    """An issue as it is now, on the list."""
    found = find(Issue, issue.id, Issue.visible_to(me()), *SHORT)
    return render_template("issues/_card.html", issue=found, me=me(), notice=notice, said=said)


def whole(issue: Issue, *, forms: dict[str, Any] | None = None, answers: Any = None, **said: str) -> dict[str, Any]:
    """All that a page shows of an issue; `answers` are forms under questions, by the id of the question."""
    issue = find(Issue, issue.id, Issue.visible_to(me()), *WHOLE)
    can = {verb.name: verb for verb in issue.verbs_for(me())}
    asked = {name: form(formdata=None, data=current(issue)) for name, form in FORMS.items() if name in can}
    asked |= forms or {}
    if "hand-over" in asked:
        asked["hand-over"].to.choices = colleagues(Person.id.not_in({me().id, issue.trekker_id}))
    team = Team.of(issue, me())
    return {
        "issue": issue,
        "me": me(),
        "alive": ALIVE,
        "moving": MOVING,
        "roles": ROLES,
        "effects": EFFECTS_SEEN,
        "notice": "",
        "said": "",
        "can": can,
        "forms": defaultdict(lambda: None, asked),
        "in_team": issue.id in me().team_ids,
        "many": busy(issue, volunteering="lead" in can),
        "team": team,
        "fit": team.deputy_fit() if "deputise" in can else None,
        "updates": db.session.scalars(Update.of(issue.id)).all(),
        "questions": db.session.scalars(Question.of(issue.id)).all(),
        "answers": defaultdict(lambda: AnswerForm(formdata=None), answers or {}),
        "tasks": (under := tasks(issue)),
        "holders": names({task.holder_id for task in under}),
        "lessons": db.session.scalars(
            select(Lesson).where(Lesson.issue_id == issue.id, Lesson.state == "shared")
        ).all(),
        "history": history(issue),
        **said,
    }


def current(issue: Issue) -> dict[str, Any]:
    """What the forms about an issue begin with: how it is now."""
    now = {name: getattr(issue, name) for name in ("title", "question", "theme", "effect", "role", "signs")}
    return {**now, "pits": [pit.id for pit in issue.pits], "partners": [partner.id for partner in issue.partners]}


def busy(issue: Issue, *, volunteering: bool) -> bool:
    """Whether to ask somebody, in private, to think twice: already trekker of several others."""
    taking = volunteering or (issue.state == "forming" and issue.trekker_id == me().id)
    return taking and len(me().trekker_ids - {issue.id}) >= MANY


def tasks(issue: Issue) -> list[Any]:
    """The tasks under an issue, as cards: those that wait for somebody first."""
    order = case({state: place for place, state in enumerate(UNDER)}, value=Task.state)
    return cards(Task.issue_id == issue.id, Task.state.in_(UNDER), person=me(), limit=TASKS, order=order)


def names(ids: AbstractSet[int | None]) -> dict[int, str]:
    """What these people are called, by id."""
    return dict(db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids - {None}))).all())


def history(issue: Issue) -> list[Event]:
    """What happened, the newest first: what was nobody else's business is left out."""
    steps = (
        select(Event)
        .where(Event.issue_id == issue.id, Event.noun.in_(("issue", "seat")), Event.verb.not_in(PRIVATE))
        .options(*named(Event.by, Event.whom), joinedload(Event.seat))
        .order_by(Event.id.desc())
        .limit(HISTORY)
    )
    return list(db.session.scalars(steps))


verbs(bp, Issue, FORMS)
