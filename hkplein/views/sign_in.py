"""Signing in and out, and the language."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, current_app, redirect, render_template, request, session
from flask_login import current_user, login_user, logout_user
from werkzeug.exceptions import TooManyRequests
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired, Length

from hkplein.clock import now
from hkplein.db import db
from hkplein.i18n import LANGUAGES, _, _l
from hkplein.models import Attempt, Authenticator, Municipality, Person, SecurityEvent, SignIn
from hkplein.models.session import digest
from hkplein.passwords import MAXIMUM, check
from hkplein.sign_on import by_password, provider
from hkplein.views import Answer, Form, cookie, me
from hkplein.views.requests import aside, page_before, public

bp = Blueprint("sign_in", __name__)


class SignInForm(Form):
    email = EmailField(
        _l("E-mail address"),
        [InputRequired(_l("Fill in your e-mail address."))],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Fill in your password.")), Length(max=MAXIMUM)],
        render_kw={"autocomplete": "current-password"},
    )


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Answer:
    """Sign in with an e-mail address and a password; the hash is computed outside the write transaction."""
    form = SignInForm()
    if request.method == "GET" and current_user.is_authenticated:
        return redirect("/", 302)
    if request.method == "GET" or not form.validate():
        return sign_in_page(form), 200 if request.method == "GET" else 422
    email, keys = str(form.email.data).strip().lower(), throttle_keys(str(form.email.data))
    with aside(again=False):
        if Attempt.too_many(keys):
            raise TooManyRequests
        person = db.session.scalar(db.select(Person).where(Person.email == email))
        password_hash = person.password_hash if person and person.active and not person.password_expired else None
        db.session.rollback()
        right = check(password_hash, str(form.password.data))
    if right and person and not by_password(person.rights):
        form.password.errors = [_("This password is not used any more. Sign in with the button above.")]
        return sign_in_page(form), 422
    if not right or person is None:
        Attempt.count_one(keys)
        SecurityEvent.record("sign-in-failed", by=None, whom=person)
        db.session.commit()  # the count stays, though the answer is a refusal
        form.password.errors = [_("This e-mail address and password do not belong together.")]
        return sign_in_page(form), 422
    if Authenticator.asked_of(person):  # the count of failures goes on: who knows a password guesses no codes
        return half_way(person)
    Attempt.forget(keys)
    return enter(person)


def half_way(person: Person, to: str | None = None) -> Answer:
    """The password was right, or the sign-on; the code comes next."""
    session["half"] = [person.id, digest(str(person.password_hash)), now().timestamp()]
    return redirect(f"/sign-in/code?{urlencode({'next': own_path(to)}, safe='/')}", 303)


def throttle_keys(email: str) -> list[str]:
    """Attempts are counted per account and per address."""
    return [Attempt.account(email), digest(f"address {request.remote_addr}")]


def sign_in_page(form: Form, **more: Any) -> str:
    """The page for signing in; in the demo also as one of its people."""
    more.setdefault("next", own_path())
    town = db.session.scalar(db.select(Municipality))
    guides: list[dict[str, Any]] = []
    if current_app.config["DEMO"] and town:
        emails = [guide["email"] for guide in town.guides]
        people = {p.email: p for p in db.session.scalars(db.select(Person).where(Person.email.in_(emails)))}
        guides = [{**guide, "person": people[guide["email"]]} for guide in town.guides if guide["email"] in people]
    left, sso = "left" in session and session.pop("left"), provider()
    return render_template("account/sign_in.html", form=form, town=town, guides=guides, sso=sso, left=left, **more)


def enter(person: Person, to: str | None = None) -> Answer:
    """Begin a new sign-in for somebody; the one that this browser had ends."""
    if current_user.is_authenticated:
        SignIn.end(me().token)
    if session.get("chosen"):
        person.locale = session["language"]
    cookie.forget_all_but_language()
    person.token = SignIn.begin(person, current_app.config["SESSION_HOURS"])
    SecurityEvent.record("sign-in", by=person)
    login_user(person)
    session.permanent, session["language"] = True, person.locale
    cookie.seen()
    return redirect(own_path(to), 303)


def own_path(to: str | None = None) -> str:
    """Where to go next, as the request or `to` says: only to a path of our own."""
    target = request.values.get("next", "") if to is None else to
    parts = urlsplit(target)
    own = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return target if own and "\\" not in target and target.isprintable() else "/"


@bp.post("/sign-in/as/<id:id>")
@public
def sign_in_as(id: int) -> Answer:
    """In the demo, and nowhere else: look around as one of the people chosen for it."""
    town = db.session.scalar(db.select(Municipality))
    person = db.session.get(Person, id)
    chosen = {guide["email"] for guide in town.guides} if town else set()
    if not current_app.config["DEMO"] or person is None or person.email not in chosen:
        return render_template("errors/page.html", code=404, title=_("This page does not exist"), text=""), 404
    return enter(person)


@bp.post("/sign-out")
def sign_out() -> Answer:
    """Sign out here, at once."""
    SignIn.end(me().token)
    SecurityEvent.record("sign-out", by=me())
    logout_user()
    cookie.forget_all_but_language()
    session["left"] = True
    return redirect("/sign-in", 303)


@bp.post("/language")
@public
def language() -> Answer:
    """Speak Dutch or English from here on; kept with the person."""
    code = request.form.get("language", "nl")
    if code in LANGUAGES:
        session["language"], session["chosen"] = code, True
        if current_user.is_authenticated:
            me().locale = code
    return redirect(page_before(), 303)
