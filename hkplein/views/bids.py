"""Bids (handen): answering a raised hand or an invitation."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import Blueprint, redirect, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from hkplein.db import db
from hkplein.i18n import _l
from hkplein.models import Bid, Task
from hkplein.models.similar import similar
from hkplein.views import Answer, Form, alone, find, me, page, show, verbs
from hkplein.views.fields import paragraph
from hkplein.views.seats import AROUND, around

bp = Blueprint("bids", __name__, url_prefix="/bids")
LATEST = 50


class NoForm(Form):
    """A no to whoever raised a hand."""

    reply = paragraph(
        _l("Why not, in one sentence"),
        _l("Say in a sentence why not; whoever raised a hand has a right to that."),
        most=500,
        description=_l("Be kind and be clear. Whoever raised the hand reads this, and so do trekker and deputy."),
    )


class RatherNotForm(Form):
    """A no to an invitation; nobody asks why."""

    reply = paragraph(_l("A few words with it"), most=500, description=_l("Only the trekker and the deputy read this."))


def declining(bid: Bid) -> type[Form]:
    """What is asked with a no."""
    return RatherNotForm if bid.state == "invited" else NoForm


def withdrawing(bid: Bid) -> type[Form] | None:
    """What is asked of whoever takes an invitation back: why, if its person had raised a hand."""
    return NoForm if bid.state == "invited" and bid.wanted else None


FORMS: dict[str, Any] = {"decline": declining, "withdraw": withdrawing}


@bp.app_template_global()
def bid_forms(bid: Bid, typed: dict[str, Any] | None = None) -> dict[str, Any]:
    """The forms under the buttons of a bid."""
    chosen = {name: form_of(bid) for name, form_of in FORMS.items()}
    return defaultdict(
        lambda: None, {name: form(formdata=None) for name, form in chosen.items() if form} | (typed or {})
    )


@bp.get("")
def mine() -> str:
    """What I raised my hand for and what I am invited to, the newest first."""
    own = select(Bid).outerjoin(Bid.task).where(Bid.person_id == me().id)
    seen = own.where(Bid.seat_id.is_not(None) | Task.visible_to(me())).options(contains_eager(Bid.task), Bid.whole())
    bids = db.session.scalars(seen.order_by(Bid.id.desc()).limit(LATEST)).all()
    return render_template("bids/list.html", bids=bids, me=me())


@bp.get("/<id:id>")
def detail(id: int) -> Answer:
    """One bid; a hand for a task lives on the page of the task."""
    task_id = db.session.scalar(select(Bid.task_id).where(Bid.id == id, Bid.person_id == me().id))
    if task_id is not None:
        return redirect(f"/tasks/{task_id}", 302)
    return draw(find(Bid, id, Bid.visible_to(me())))


@page(Bid)
def draw(bid: Bid, *, notice: str = "", said: str = "", forms: dict[str, Any] | None = None) -> str:
    """A bid as it is now: the page, or for htmx the part in which it stands."""
    if alone() and request.headers.get("HX-Target", "").startswith(AROUND):
        return around(bid.place.id, bid, notice=notice, said=said, forms=forms)
    person = me()
    bid = find(Bid, bid.id, Bid.visible_to(person), Bid.whole())
    mine = bid.person_id == person.id
    return show(
        "bids/page.html",
        "bids/_bid.html",
        bid=bid,
        me=person,
        similar=similar(bid.place, person) if mine and bid.turned_down else [],
        notice=notice,
        said=said,
        forms=bid_forms(bid, forms),
    )


verbs(bp, Bid, FORMS)
