"""Single sign-on: to the provider and back, and the words for when that does not work."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, session
from flask_login import current_user

from hkplein.clock import now
from hkplein.db import db
from hkplein.i18n import _, language
from hkplein.models import Authenticator, Identity, SecurityEvent
from hkplein.sign_on import Away, Declined, Provider, by_password, provider
from hkplein.views import Answer, me
from hkplein.views.errors import explain
from hkplein.views.requests import aside, public
from hkplein.views.sign_in import SignInForm, enter, half_way, own_path, sign_in_page

bp = Blueprint("sign_on", __name__)
AGAIN = "60"  # seconds after which to try it once more


def there() -> Provider:
    """The provider; where there is none, these pages do not exist."""
    return provider() or abort(404)


@bp.get("/sign-on")
@public
def begin() -> Answer:
    """To the provider; with `again` to show there once more who one is."""
    again = "again" in request.args and current_user.is_authenticated
    if current_user.is_authenticated and not again:
        return redirect(own_path(), 302)
    session["sign-on"] = [own_path(), again]
    db.session.rollback()  # whoever waits for the provider holds no connection
    return there().ask(language(), again=again)


@bp.get("/sign-on/back")
@public
def back() -> Answer:
    """Back from the provider: come in, or have shown once more who one is."""
    found = there()
    to, again = session.pop("sign-on", ["/", False])
    with aside(again=False):
        claims = found.hear()
    person = Identity.person_of(claims.issuer, claims.subject)
    if again:
        if not claims.fresh or person is None or not current_user.is_authenticated or person.id != me().id:
            raise Declined
        session["shown"] = now().timestamp()
        return redirect(own_path(to), 303)
    person = person or Identity.connect(claims.issuer, claims.subject, claims.email)
    if person is None:
        SecurityEvent.record("sign-in-failed", by=None)
        db.session.commit()  # that stays, though the answer is a refusal
        return stranger(claims.email, to), 403
    if person.must_choose_password or not by_password(person.rights):
        person.choose_password(None)
    return half_way(person, to) if Authenticator.asked_of(person) else enter(person, to)


def stranger(email: str, to: str) -> str:
    """Whom nobody here knows is told what helps."""
    who = _("We do not know %(email)s here.", email=email) if email else _("We do not know this account here.")
    more = _("Ask an administrator of HK-plein whether there is an account for you, with this e-mail address.")
    return sign_in_page(SignInForm(formdata=None), notice=f"{who} {more}", next=own_path(to))


@bp.get("/sign-on/again")
def again() -> str:
    """Why we ask it, before one goes there."""
    there()
    return again_page(next=own_path())


def again_page(next: str = "/account", notice: str = "") -> str:
    """The page that asks it."""
    return render_template("account/sign_on_again.html", next=next, notice=notice)


@bp.get("/sign-on/out")
@public
def out() -> Answer:
    """To where one signs out at the provider, for a computer that others use too."""
    url = there().farewell()
    return (
        redirect(url, 302) if url else sign_in_page(SignInForm(formdata=None), notice=_("That is not possible there."))
    )


@bp.errorhandler(Away)
def away(_error: Away) -> tuple[str, int, dict[str, str]]:
    """The provider does not answer; whoever is signed in can go on."""
    title = _("Signing in with your work account does not work just now")
    text = _("Whoever is signed in can go on. Administrators and partners can sign in with a password.")
    return *explain(503, title, f"{_('Wait a minute and try again.')} {text}"), {"Retry-After": AGAIN}


@bp.errorhandler(Declined)
def declined(_error: Declined) -> tuple[str, int]:
    """It was broken off there, or is no answer to what this browser asked."""
    notice = _("That did not work. Nothing was changed. Try it once more.")
    if current_user.is_authenticated:
        return again_page(notice=notice), 400
    return sign_in_page(SignInForm(formdata=None), notice=notice), 400
