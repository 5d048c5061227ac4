"""Swaps (ruilen): propose one, look at both sides, answer."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from wtforms import IntegerField, RadioField
from wtforms.validators import InputRequired, Optional

from hkplein.db import db
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _, _l
from hkplein.models import Event, Leg, Person, Swap, Task
from hkplein.models.event import named
from hkplein.models.swap_rules import ROUNDS
from hkplein.views import Answer, Form, asked_id, blame, find, leave, me, page, show, verbs
from hkplein.views.fields import in_a_line, listed, one_id, paragraph

bp = Blueprint("swaps", __name__, url_prefix="/swaps")
PAGE = 20
LIVE = 100  # proposals that wait, the longest waiting first; as one is answered the next moves up
WHOLE = (
    named(Swap.proposer),
    named(Swap.other),
    selectinload(Swap.legs).joinedload(Leg.task),
    selectinload(Swap.rounds).joinedload(Leg.task),
)
GIVE, GET = _l("Choose which task you give."), _l("Choose which task you get.")
# What happened, as the two of them read it back; the sentences of the table are for whoever was told.
HISTORY = {
    "propose": (_l("You proposed this"), _l("%(who)s proposed this")),
    "counter": (_l("You made another proposal"), _l("%(who)s made another proposal")),
    "accept": (_l("You agreed"), _l("%(who)s agreed")),
    "decline": (_l("You would rather not"), _l("%(who)s would rather not")),
    "withdraw": (_l("You withdrew this"), _l("%(who)s withdrew this")),
    "overtake": (_l("One of the tasks changed, so this ended"),) * 2,
    "expire": (_l("It was silent for ten working days, so this ended"),) * 2,
}


class CounterForm(Form):
    """Another proposal: which task goes each way, with a few words. The model says which tasks can."""

    mine = RadioField(
        _l("You give"),
        coerce=one_id,
        validate_choice=False,
        validators=[InputRequired(GIVE)],
        **listed(GIVE),
    )
    theirs = RadioField(
        _l("You get"),
        coerce=one_id,
        validate_choice=False,
        validators=[InputRequired(GET)],
        **listed(GET),
    )
    words = paragraph(
        _l("A few words with it"),
        most=500,
        description=_l("Only the two of you read this."),
    )


class NewForm(CounterForm):
    """Proposing: what you get is the task you came from."""

    theirs: Any = None  # wtforms: without this field


class AcceptForm(Form):
    """Agreeing: to the round that was on the page."""

    seen = IntegerField(validators=[Optional()])


FORMS: dict[str, Any] = {"accept": AcceptForm, "counter": CounterForm}


def choices(giver: Person, taker: Person) -> list[tuple[int, str]]:
    """The tasks that `giver` can give to `taker`, each in one line."""
    return [(task.id, in_a_line(task)) for task in db.session.scalars(Swap.choices(giver, taker))]


@bp.get("")
def mine() -> str:
    """My swaps: first those that wait for an answer, then what came of the others."""
    before = asked_id("before")
    over = Swap.of(me()).where(~Swap.live()).order_by(Swap.id.desc()).limit(PAGE + 1)
    waiting = Swap.of(me()).where(Swap.live()).order_by(Swap.moved_at, Swap.id).limit(LIVE)
    live = [] if before else db.session.scalars(waiting).all()
    past = db.session.scalars(over.where(Swap.id < before) if before else over).all()
    following = f"/swaps?before={past[PAGE - 1].id}" if len(past) > PAGE else None
    return render_template("swaps/list.html", live=live, past=past[:PAGE], following=following, me=me())


@bp.route("/new", methods=["GET", "POST"])
def new() -> Answer:
    """Propose to swap one of my tasks for the task that I came from."""
    theirs = find(Task, asked_id("task"), Task.visible_to(me()), joinedload(Task.holder))
    if not theirs.askable_by(me()):
        if swap := db.session.scalar(Swap.standing(me(), theirs)):
            return leave(swap.url, known(swap))
        raise Refused(theirs, theirs.worded(theirs.askable_by.why_not(me())))
    form = NewForm()
    if request.method == "POST" and form.validate():
        try:
            swap, fresh = Swap.propose(me(), form.mine.data, theirs, form.words.data or "")
        except Invalid as invalid:
            blame(form, invalid)
            db.session.rollback()
        else:
            return leave(swap.url, _("Your proposal is on its way.") if fresh else known(swap))
    form.mine.choices = choices(me(), theirs.holder)
    text = render_template("swaps/new.html", form=form, task=theirs)
    return (text, 422) if form.errors else text


def known(swap: Swap) -> str:
    """Why there is no new proposal."""
    if swap.turn_id == me().id:
        return _("This was proposed to you already. If you want it, agree to it here.")
    return _("This proposal was made already. The other has to answer first.")


@bp.get("/<id:id>")
def detail(id: int) -> str:
    """One swap, for the two whom it concerns."""
    return draw(find(Swap, id, Swap.visible_to(me())))


@page(Swap)
def draw(swap: Swap, *, notice: str = "", said: str = "", forms: dict[str, Any] | None = None) -> str:
    """A swap as it is now: the page, or for htmx its part."""
    swap = find(Swap, swap.id, Swap.visible_to(me()), *WHOLE)
    asked = defaultdict(lambda: None, {name: form(formdata=None) for name, form in FORMS.items()} | (forms or {}))
    other = swap.other if swap.proposer_id == me().id else swap.proposer
    if swap.may("counter", me()):
        offer(asked["counter"], swap, other)
    return show(
        "swaps/page.html",
        "swaps/_swap.html",
        swap=swap,
        other=other,
        me=me(),
        rounds=ROUNDS,
        history=history(swap),
        notice=notice,
        said=said,
        forms=asked,
    )


def offer(form: CounterForm, swap: Swap, other: Person) -> None:
    """Fill in what may be chosen, and what is on the table now."""
    form.mine.choices, form.theirs.choices = choices(me(), other), choices(other, me())
    on_the_table = {leg.giver_id: leg.task_id for leg in swap.legs}
    form.mine.data = form.mine.data or on_the_table.get(me().id)
    form.theirs.data = form.theirs.data or on_the_table.get(other.id)


def history(swap: Swap) -> list[dict[str, Any]]:
    """What happened, newest first, with the tasks of each round."""
    found = select(Event).where(Event.swap_id == swap.id).order_by(Event.id).options(named(Event.by))
    rows, round_ = [], 0
    for event in db.session.scalars(found):
        round_ += event.verb in ("propose", "counter")
        legs = [leg for leg in swap.rounds if leg.round == round_ and event.verb in ("propose", "counter")]
        sentence = HISTORY[event.verb][event.by_id != me().id] % {"who": event.by.name if event.by else ""}
        rows.append({"event": event, "sentence": sentence, "legs": legs})
    return rows[::-1]


verbs(bp, Swap, FORMS)
