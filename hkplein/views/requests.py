"""What happens around every request: who asks, in which language, in one transaction, once."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, abort, current_app, flash, g, redirect, request, session
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from hkplein.db import db, writing
from hkplein.engine import read_only
from hkplein.extensions import csrf, login
from hkplein.i18n import _, speak
from hkplein.models import Authenticator, Person, SecurityEvent, Submission
from hkplein.models.security_event import here
from hkplein.sign_on import by_password
from hkplein.views import alone, cookie, trimmed
from hkplein.views.memo import fill
from hkplein.views.traces import method, route

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

# Where somebody may come who first has to choose a password, or to set up the second step.
CHOOSING = {
    *("account.account", "account.password", "sign_in.sign_out", "sign_in.language", "assets.dist", "about.about"),
    *("authenticators.authenticator", "authenticators.confirm", "sign_on.again", "sign_on.begin", "sign_on.back"),
}


def init_app(app: Flask) -> None:
    """Plug in the walls, the language, the nonce, the transaction and the headers."""
    login.init_app(app)
    login.session_protection = None  # the sign-in is a row on the server
    login.user_loader(cookie.person_of)
    app.before_request(hear)
    csrf.init_app(app)
    app.before_request(begin)
    app.after_request(note_refusal)  # what is registered last is done first
    app.after_request(one_transaction)
    app.after_request(headers)
    app.after_request(forms)
    app.teardown_request(forget)


def forget(_error: BaseException | None) -> None:
    """The next request on this thread begins as if there had been none."""
    read_only.set(False)


def public(view: Any) -> Any:
    """Marks a view that needs no sign-in; everything else is closed."""
    view.public = True
    return view


def hear() -> None:
    """A GET only reads; the language is this browser's, so that whatever goes wrong is said in it."""
    read_only.set(request.method in {"GET", "HEAD", "OPTIONS"})
    here.set(request.remote_addr)
    if not getattr(asked(), "bare", False):
        speak(session.get("language"))


def asked() -> Any:
    """The view that this request is for, if there is one."""
    return current_app.view_functions.get(request.endpoint or "")


def begin() -> BaseResponse | None:
    """Everybody is signed in, unless the view is public; a form that was sent twice counts once."""
    view = asked()
    if getattr(view, "bare", False):
        return None
    cookie.end_if_idle()
    person = current_user._get_current_object()  # noqa: SLF001 - looked up once
    if person.is_authenticated:
        cookie.seen()
        speak(person.locale)
    if view is not None and not getattr(view, "public", False) and not person.is_authenticated:
        if request.method != "GET":
            flash(_("You are no longer signed in. Nothing was changed."))
        return Response(headers={"HX-Redirect": sign_in_url()}) if alone() else redirect(sign_in_url(), 302)
    if request.endpoint not in CHOOSING and person.is_authenticated and (first := comes_first(person)):
        return redirect(first, 302)
    return once() if request.method == "POST" else None


def comes_first(person: Person) -> str:
    """Where somebody goes before anything else: to choose a password, or to set up the second step; mostly nowhere."""
    if person.must_choose_password:
        return "/account"
    return "/account/authenticator" if code_needed(person) and not Authenticator.asked_of(person) else ""


def code_needed(person: Person) -> bool:
    """Whether `person` must give a code as well; of who can only sign on elsewhere it is asked there."""
    of = current_app.config["CODES"]
    return (of == "stewards" and person.steward) or (of == "all" and by_password(person.rights))


def sign_in_url() -> str:
    """Where to sign in, and come back from: to this page, or to the one on which somebody pressed a button."""
    here = page_before() if alone() or request.method != "GET" else request.full_path.rstrip("?")
    return "/sign-in" if here == "/" else f"/sign-in?{urlencode({'next': here}, safe='/')}"


def page_before() -> str:
    """The page that this came from; after a refusal its address may be a verb's, then the page of the thing."""
    before = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "")
    path = before.path if before.netloc == request.host else "/"
    pages = current_app.url_map.bind(request.host)
    while path not in ("", "/") and not pages.test(path, "GET"):
        path = path.rpartition("/")[0]
    return f"{path or '/'}?{before.query}" if before.query and path == before.path else path or "/"


def once() -> BaseResponse | None:
    """A form that was handled before shows the first result."""
    nonce = trimmed(request.form.get("nonce"))[:40]
    if not nonce:
        return None
    key = f"{nonce} {request.path}"[:120]
    g.submission = Submission.begin(key)
    return redirect(Submission.result_of(key) or "/", 303) if g.submission is None else None


@contextmanager
def aside(*, again: bool = True) -> Iterator[None]:
    """For slow work that must not hold the database, such as a hash: the transaction is let go meanwhile.

    After it a new one begins; with `again` the form still counts once.
    """
    db.session.rollback()
    read_only.set(True)
    yield
    db.session.rollback()
    read_only.set(False)
    g.pop("submission", None)
    if again and (first := once()):
        abort(first)


def not_sent() -> None:
    """Somebody only looks around with what stands in a form: it may still be sent."""
    db.session.rollback()
    g.pop("submission", None)


def nonce() -> str:
    """The number of this page's forms: one a request is enough, for it counts together with the path."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(12)
    return str(g.nonce)


def one_transaction(response: Response) -> Response:
    """A request is one transaction: an answer below 400 commits, anything else rolls back.

    What only read has nothing to commit; it ends with the request.
    """
    if read_only.get():
        return response
    if response.status_code < 400:
        db.session.commit()
    else:
        db.session.rollback()
    return response


def note_refusal(response: Response) -> Response:
    """Write down who knocked on a door to which no button of theirs leads; never what they sent, nor at which thing."""
    view, person = asked(), current_user._get_current_object()  # noqa: SLF001
    refused = response.status_code == 404 or (response.status_code == 409 and not person.acts)
    guarded = request.method == "POST" or request.blueprint == "steward"
    if view is None or not (refused and guarded) or not person.is_authenticated:
        return response
    with writing():
        SecurityEvent.record("refused", by=person, note=f"{method()} {route()}")
    return response


def forms(response: Response) -> Response:
    """Every form of the page gets its hidden fields."""
    return fill(response, nonce)


def headers(response: Response) -> Response:
    """Strict for browsers: nothing from elsewhere, nothing kept, nothing framed."""
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if current_app.config["SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    response.headers.setdefault("Cache-Control", "no-store")
    response.vary.add("HX-Request")
    return response
