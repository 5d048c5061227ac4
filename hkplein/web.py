"""The house: the list of everything that is plugged in."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import Signer
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from hkplein import sign_on, views
from hkplein.config import ROOT, from_environment
from hkplein.db import HIGHEST, db
from hkplein.extensions import htmx, migrate
from hkplein.views import assets, errors, requests, traces, words

DEFAULTS = {
    "DEMO": False,
    "SECURE": False,
    "PROXIES": 0,
    "SESSION_HOURS": 168,
    "IDLE_HOURS": 0,
    "CODES": "",
    "SSO_URL": "",
    "SSO_NAME": "",
    "SSO_EMAILS": "verified",
    "URL": "http://127.0.0.1:8000",
    "THREADS": 4,
    "TICK_LATE": 15,
    "METRICS": "",
}


Signer.default_digest_method = staticmethod(hashlib.sha256)  # of the token against forged forms; theirs is SHA-1


class Sessions(SecureCookieSessionInterface):
    """The cookie, signed with HMAC-SHA-256."""

    digest_method = staticmethod(hashlib.sha256)


class IdConverter(IntegerConverter):
    """An id in a URL; what no database could hold is no page."""

    def __init__(self, map: Any) -> None:
        super().__init__(map, min=1, max=HIGHEST)


def build(config: dict[str, Any] | None = None) -> Flask:
    """Build the app; `config` stands in for the environment."""
    app = Flask("hkplein", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(config if config and "SECRET_KEY" in config else {**from_environment(), **(config or {})})
    for name, default in DEFAULTS.items():
        app.config.setdefault(name, default)
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False  # how long a sign-in lasts, the server knows
    app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(hours=app.config["SESSION_HOURS"])  # and the cookie as long
    app.session_interface = Sessions()
    app.url_map.converters["id"] = IdConverter
    if app.config["PROXIES"]:
        count = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    htmx.init_app(app)
    traces.init_app(app)  # before everything else that happens to a request, and after
    words.init_app(app)
    assets.init_app(app)
    requests.init_app(app)
    errors.init_app(app)
    sign_on.init_app(app)
    for blueprint in views.blueprints():
        app.register_blueprint(blueprint)
    return app
