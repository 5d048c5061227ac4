"""Seats (plekken): describe one, look at one, raise a hand or invite, and the team around it."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from hkplein.clock import today
from hkplein.db import db
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _, _l
from hkplein.models import Bid, Issue, Person, Seat, Skill
from hkplein.models.bid_rules import UNANSWERED
from hkplein.models.similar import similar
from hkplein.models.suggestion import names, profile_for, why
from hkplein.models.team import Team, in_order
from hkplein.views import Answer, Form, alone, asked_id, blame, find, leave, me, options, page, show, verbs
from hkplein.views.fields import colleagues, count, day, line, one_of, paragraph, some_of

bp = Blueprint("seats", __name__, url_prefix="/seats")
SKILLS = {"knowledge": "knowledge", "process": "process_skills"}  # the field of each kind
AROUND = ("section#team", "article#seat-")  # what htmx changes when something is done to a hand
WHOLE = (joinedload(Seat.holder).lazyload(Person.skills), selectinload(Seat.skills))


class HandForm(Form):
    words = paragraph(
        _l("Why would you like this?"),
        most=500,
        description=_l("Only the trekker and the deputy read this."),
    )


class InviteForm(Form):
    whom = one_of(_l("Whom do you invite?"), description=_l("Type the first letters of a name to jump to it."))
    words = paragraph(
        _l("Why this colleague?"),
        most=500,
        description=_l("Whoever you invite reads this, and so do trekker and deputy."),
    )


class SeatForm(Form):
    title = line(_l("What is this seat called?"), _l("Give the seat a name, such as “Writer”."))
    asks = paragraph(_l("What do you ask of somebody here?"))
    hours = count(_l("Hours a week"), _l("Fill in a whole number of hours, from 1 to 36."), 36)
    until = day(_l("Until"))
    knowledge = some_of(_l("Professional knowledge that helps"))
    process_skills = some_of(_l("Process skills that help"))


class EndForm(Form):
    reason = paragraph(
        _l("Why does this seat end?"), _l("Say why in one sentence: those who raised a hand read it."), most=500
    )


FORMS: dict[str, Any] = {"raise-hand": HandForm, "invite": InviteForm, "edit": SeatForm, "end": EndForm}


def with_skills(form: Any) -> Any:
    """The form with the skills to choose from, each under its kind."""
    rows = db.session.scalars(select(Skill).where(Skill.state == "active")).all()
    for kind, field in SKILLS.items():
        ours = sorted((skill for skill in rows if skill.kind == kind), key=lambda skill: skill.name.lower())
        form[field].choices = options({skill.id: skill.name for skill in ours})
    return form


def with_colleagues(form: Any, seat: Seat) -> Any:
    """The form with the colleagues who can still be invited."""
    asked = select(Bid.person_id).where(Bid.seat_id == seat.id, Bid.state.in_(Bid.LIVE))
    leads = [id_ for id_ in seat.lead if id_]
    form.whom.choices = colleagues(Person.id.not_in(asked), Person.id.not_in(leads))
    return form


@bp.app_template_global()
def seat_forms(seat: Seat | None = None, typed: dict[str, Any] | None = None) -> dict[str, Any]:
    """The forms under the buttons of a seat; without the seat only what the team panel needs."""
    typed, person = typed or {}, me()
    forms: dict[str, Any] = defaultdict(lambda: None, {"raise-hand": HandForm(formdata=None), **typed})
    if seat is not None and seat.issue_id in person.lead_ids and seat.state != "ended":
        kept = {field: [s.id for s in seat.skills if s.kind == kind] for kind, field in SKILLS.items()}
        forms["edit"] = with_skills(typed.get("edit") or SeatForm(formdata=None, obj=seat, data=kept))
        forms["end"] = typed.get("end") or EndForm(formdata=None)
        forms["invite"] = with_colleagues(typed.get("invite") or InviteForm(formdata=None), seat)
    return forms


@bp.route("/new", methods=["GET", "POST"])
def new() -> Answer:
    """Describe a seat for the issue that is named in the address."""
    issue = find(Issue, asked_id("issue"), Issue.visible_to(me()))
    if sentence := Seat.why_not_new(issue, me()):
        raise Refused(issue, sentence)
    form = with_skills(SeatForm(data={"hours": 2, "until": issue.round_ends or today() + timedelta(days=90)}))
    if request.method == "POST" and form.validate():
        try:
            seat = Seat.describe(issue, me(), **form.data)
        except Invalid as invalid:
            blame(form, invalid)
            db.session.rollback()
        else:
            return leave(seat.url, _("The seat is on the square."))
    status = 422 if request.method == "POST" else 200
    return render_template("seats/new.html", form=form, issue=issue), status


@bp.get("/<id:id>")
def detail(id: int) -> str:
    """One seat."""
    return drawn(id, typed={})


@page(Seat)
def draw(seat: Seat, *, notice: str = "", said: str = "", forms: dict[str, Any] | None = None) -> str:
    """A seat as it is now: the page, or for htmx the part in which it stands."""
    return around(seat.id, seat, notice=notice, said=said, forms=forms)


def around(id: int, row: Seat | Bid, *, forms: dict[str, Any] | None = None, **said: str) -> str:
    """The seat of that id, after something was done to it or to a hand for it (`row`); the whole team, if there."""
    typed = {f"{row.noun}-{row.id}": forms}
    if not alone() or request.headers.get("HX-Target") != AROUND[0]:
        return drawn(id, typed=typed, **said)
    seat = find(Seat, id, Seat.visible_to(me()))
    return render_template("seats/_team.html", team=Team.of(seat.issue, me()), me=me(), at=id, typed=typed, **said)


def drawn(id: int, *, typed: dict[str, Any], notice: str = "", said: str = "") -> str:
    """The seat of that id with the hands that this visitor may read; `typed` are forms that came back, by their row."""
    person = me()
    seat = find(Seat, id, Seat.visible_to(person), *WHOLE)
    readable = select(Bid).where(Bid.seat_id == seat.id, Bid.visible_to(person)).options(Bid.whole())
    hands = db.session.scalars(readable.order_by(Bid.since, Bid.id)).all()
    mine = next((bid for bid in reversed(hands) if bid.person_id == person.id), None)
    others = in_order(bid for bid in hands if bid is not mine and bid.state in UNANSWERED)
    return show(
        "seats/page.html",
        "seats/_seat.html",
        seat=seat,
        me=person,
        mine=mine,
        hands=others.get(seat.id, []),
        similar=similar(seat, person) if mine and mine.turned_down else [],
        fit=why(seat, names(seat.skills), profile_for(person)) if seat.may("raise-hand", person) else None,
        notice=notice,
        said=said,
        forms=seat_forms(seat, typed.get(f"seat-{id}")),
        typed=typed,
    )


verbs(bp, Seat, FORMS)
