"""Your account: the password, asked again for what matters, and where you are signed in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, render_template, session
from werkzeug.exceptions import TooManyRequests
from wtforms import PasswordField
from wtforms.validators import InputRequired

from hkplein.clock import now
from hkplein.db import db
from hkplein.i18n import _, _l
from hkplein.models import Attempt, SecurityEvent, SignIn
from hkplein.passwords import check, hashed, problem_with
from hkplein.sign_on import FRESH, provider
from hkplein.views import Answer, Form, cookie, leave, me
from hkplein.views.requests import aside, not_sent, page_before
from hkplein.views.sign_in import throttle_keys

bp = Blueprint("account", __name__, url_prefix="/account")
SHOWN = 50  # of where somebody is signed in


class SureForm(Form):
    """Asks the password once more, for what matters; whoever has none signs on once more, see `sure`."""

    current = PasswordField(
        _l("Your current password"),
        [InputRequired(_l("Fill in your current password."))],
        render_kw={"autocomplete": "current-password"},
    )

    def __init__(self, *args: Any, **about: Any) -> None:
        super().__init__(*args, **about)
        if me().password_hash is None:
            del self.current


class PasswordForm(SureForm):
    new = PasswordField(
        _l("New password"),
        [InputRequired(_l("Fill in a new password."))],
        description=_l("At least 8 characters; a sentence of 15 or more is best. Any characters will do."),
        render_kw={"autocomplete": "new-password"},
    )


@bp.get("")
def account() -> str:
    """Your account: language, password, and where you are signed in."""
    return account_page(PasswordForm())


def account_page(form: PasswordForm) -> str:
    """The page, with the form for a new password for whoever has one."""
    asked, places = form if "current" in form else None, list(db.session.scalars(SignIn.all_of(me()).limit(SHOWN + 1)))
    more, idle = len(places) > SHOWN, cookie.idle_rule()
    return render_template("account/page.html", form=asked, sso=provider(), places=places[:SHOWN], more=more, idle=idle)


@bp.post("/password")
def password() -> Answer:
    """A new password; it signs you out everywhere else."""
    form, person = PasswordForm(), me()
    if "current" not in form:
        return leave("/account", _("You have no password here."))
    new, known = str(form.new.data or ""), (person.email, person.name)
    if not form.validate():
        return account_page(form), 422
    with aside():
        sentence = problem_with(new, *known)
        fresh = "" if sentence else hashed(new)
    if sentence:
        form.new.errors = [sentence]
    if sentence or not sure(form):
        return account_page(form), 422
    person.choose_password(fresh)
    person.sign_out_everywhere(but=person.token)
    SecurityEvent.record("password", by=person)
    return leave("/account", _("Your password is changed. You are signed out everywhere else."))


def sure(form: Form, *, again: bool = True) -> bool:
    """Whether the password in `form` is that of who is asking, for what matters; guessing it is throttled as well.

    It says beside the field when it is not. With `again` the form counts once. Who has no password comes from a
    sign-on of this moment, or is sent to one.
    """
    if "current" not in form:
        if now().timestamp() - session.get("shown", 0) > FRESH:
            not_sent()
            abort(redirect(f"/sign-on/again?{urlencode({'next': page_before()}, safe='/')}", 303))
        return True
    current: Any = form._fields["current"]
    old, keys = me().password_hash, throttle_keys(me().email)
    with aside(again=again):
        if Attempt.too_many(keys):
            raise TooManyRequests
        db.session.rollback()
        right = check(old, str(current.data))
    if right:
        Attempt.forget(keys)
        return True
    db.session.rollback()  # nothing came of this form
    Attempt.count_one(keys)
    SecurityEvent.record("password-failed", by=me())
    db.session.commit()  # the count stays, though the answer is a refusal
    current.errors = [_("This is not your password.")]
    return False


@bp.post("/sign-ins/<id:id>/sign-out-there")
def sign_out_there(id: int) -> Answer:
    """End one sign-in of yours, in another browser."""
    if not SignIn.end_there(me(), id):
        abort(404)
    SecurityEvent.record("sign-out-there", by=me())
    return leave("/account", _("You are signed out there."))


@bp.post("/sign-out-elsewhere")
def sign_out_elsewhere() -> Answer:
    """End every sign-in but this one."""
    me().sign_out_everywhere(but=me().token)
    SecurityEvent.record("sign-out-elsewhere", by=me())
    return leave("/account", _("You are signed out everywhere else."))
