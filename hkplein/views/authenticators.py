"""The second step of signing in: a code. And, for whose account it is, setting that up and switching it off."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, session
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.exceptions import TooManyRequests
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from hkplein.clock import now
from hkplein.db import db
from hkplein.i18n import _, _l
from hkplein.models import Attempt, Authenticator, Municipality, Person, SecurityEvent
from hkplein.models.session import digest
from hkplein.views import Answer, Form, leave, me
from hkplein.views.account import SureForm, sure
from hkplein.views.requests import code_needed, public
from hkplein.views.sign_in import enter, own_path, throttle_keys

bp = Blueprint("authenticators", __name__)
HALF_WAY = timedelta(minutes=10)  # between the password and the code


class CodeForm(Form):
    code = StringField(
        _l("Code"),
        [InputRequired(_l("Fill in the code.")), Length(max=40)],
        description=_l("Six digits from your app, or one of the recovery codes that you wrote down."),
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"},
    )


@bp.route("/sign-in/code", methods=["GET", "POST"])
@public
def code() -> Answer:
    """The second step: the code of the app, or one that was written down."""
    form, person = CodeForm(), who_is_half_way()
    if person is None:
        return redirect("/sign-in", 303)
    if request.method == "GET" or not form.validate():
        return code_page(form), 200 if request.method == "GET" else 422
    keys = throttle_keys(person.email)
    if Attempt.too_many(keys):
        raise TooManyRequests
    if Authenticator.passes(person, str(form.code.data)):
        Attempt.forget(keys)
        return enter(person)
    Attempt.count_one(keys)
    SecurityEvent.record("sign-in-failed", by=None, whom=person)
    db.session.commit()  # the count stays, though the answer is a refusal
    form.code.errors = [_("This code is not right, or was used before.")]
    return code_page(form), 422


def code_page(form: CodeForm) -> str:
    """The page that asks the code."""
    return render_template("account/code.html", form=form, next=own_path())


def who_is_half_way() -> Person | None:
    """Who gave the right password in this browser, a moment ago; a new password since then ends that."""
    id_, password, then = session.get("half", (0, "", 0))
    person = db.session.get(Person, id_) if now().timestamp() - then < HALF_WAY.total_seconds() else None
    good = person and person.active and digest(str(person.password_hash)) == password
    return person if good else None


@bp.route("/account/authenticator", methods=["GET", "POST"])
def authenticator() -> Answer:
    """How it is now; with the password, a new secret to set up."""
    form, mine = SureForm(), Authenticator.of(me())
    if request.method == "GET":
        return page(form, mine)
    if mine and mine.since:
        return leave("/account/authenticator", _("You have an authenticator app already."))
    if not form.validate() or not sure(form):
        return page(form, None), 422
    Authenticator.begin(me())
    return leave("/account/authenticator")


@bp.post("/account/authenticator/confirm")
def confirm() -> Answer:
    """The first code of the app; from now on it is asked. The codes to write down are shown here, and never again."""
    form, mine = CodeForm(), Authenticator.of(me())
    if mine is None or mine.since:
        return leave("/account/authenticator")
    if form.validate() and (codes := mine.confirm(me(), str(form.code.data))):
        return render_template("account/recovery_codes.html", codes=codes)
    if not form.errors:
        form.code.errors = [_("This code is not right. Look whether the clock of your phone is.")]
    return page(form, mine), 422


@bp.post("/account/authenticator/off")
def off() -> Answer:
    """No code is asked any more; with the password."""
    form = SureForm()
    if not form.validate() or not sure(form):
        return page(form, Authenticator.of(me())), 422
    Authenticator.off(me(), by=me())
    return leave("/account/authenticator", _("No code is asked of you any more."))


def page(form: SureForm | CodeForm, mine: Authenticator | None) -> str:
    """The page: switched off, half set up, or on."""
    waits = mine is not None and mine.since is None
    if waits and isinstance(form, SureForm):
        form = CodeForm(formdata=None)
    return render_template(
        "account/authenticator.html",
        form=form,
        mine=mine,
        needed=code_needed(me()),
        picture=picture(mine) if mine and waits else "",
        secret=" ".join(mine.secret[at : at + 4] for at in range(0, 32, 4)) if mine and waits else "",
    )


def picture(mine: Authenticator) -> Markup:
    """What the app scans, drawn here: nobody else sees it."""
    import segno

    town = db.session.scalar(select(Municipality.name)) or ""
    drawn = segno.make(mine.uri(me(), f"HK-plein {town}".strip()), error="m")
    return Markup(drawn.svg_inline(scale=5, light="#fff"))  # noqa: S704 - of our own numbers and names, as squares
