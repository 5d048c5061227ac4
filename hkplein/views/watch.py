"""For whatever watches over this server: does it live, is it ready, and how is it doing."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address

from flask import Blueprint, Response, abort, current_app, jsonify, request

from hkplein import schema
from hkplein.db import db
from hkplein.engine import AWAY
from hkplein.models import Tick
from hkplein.views.requests import public

bp = Blueprint("watch", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """The process lives: it answers, and asks nothing of anything else."""
    return jsonify(status="ok")


@bp.get("/readyz")
def readyz() -> tuple[Response, int]:
    """The whole works; if not, a sentence for each thing that does not."""
    try:
        wrong = list(missing())
    except AWAY:
        db.session.rollback()
        wrong = ["The database does not answer."]
    return jsonify(status="not ready" if wrong else "ready", why=wrong), 503 if wrong else 200


def missing() -> Iterator[str]:
    """What keeps the whole from working."""
    if schema.behind():
        yield "The tables are older than this program: run `hkplein db upgrade`."
        return
    age, late = Tick.age(), timedelta(minutes=current_app.config["TICK_LATE"])
    if age is None:
        yield "The clock has not been here yet."
    elif age > late:
        yield f"The clock was here {age // timedelta(minutes=1)} minutes ago: nothing happens that is due."


@bp.get("/metrics")
def metrics() -> Response:
    """Figures for Prometheus, for whom the administrator chose; for anybody else there is nothing here."""
    if not may_watch():
        abort(404)
    from hkplein.metrics import figures

    return Response(figures(), content_type="text/plain; version=0.0.4; charset=utf-8")


def may_watch() -> bool:
    """Whether whoever asks has the key, or comes from a network that may look."""
    allowed = current_app.config["METRICS"]
    if isinstance(allowed, str):
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
        return bool(allowed) and secrets.compare_digest(given, allowed.encode())
    if "X-Forwarded-For" in request.headers and not current_app.config["PROXIES"]:
        return False  # a proxy of which nobody told us: everybody would come from there
    return any(ip_address(request.remote_addr or "0.0.0.0") in network for network in allowed)  # noqa: S104


for view in (healthz, readyz, metrics):
    public(view).bare = True
