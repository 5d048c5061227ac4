"""What a request leaves behind: its number, a line in the log, and its place in the metrics. Never who, nor what."""

from __future__ import annotations

import logging
import re
import secrets
import time

from flask import Flask, Response, g, request

log = logging.getLogger(__name__)
NUMBER = re.compile(r"[0-9a-f-]{8,40}")  # of nginx, or a UUID: nobody's words fit into it
METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"}


def init_app(app: Flask) -> None:
    """Plug in the number, the line and, where somebody may read them, the metrics."""
    app.before_request(begin)
    app.after_request(end)
    if app.config["METRICS"]:
        from hkplein import metrics

        metrics.init_app(app)


def begin() -> None:
    """The request has a number, that of the proxy in front if it gave one."""
    given = request.headers.get("X-Request-ID", "").lower()
    g.began, g.number = time.perf_counter(), given if NUMBER.fullmatch(given) else secrets.token_hex(8)


def number() -> str:
    """The number of this request, by which whoever looks after the server finds it in the log."""
    return str(g.get("number", ""))


def seconds() -> float:
    """How long this request has taken."""
    return time.perf_counter() - float(g.get("began", time.perf_counter()))


def route() -> str:
    """The pattern of the address, without whatever is filled in; what has no pattern is nowhere."""
    return request.url_rule.rule if request.url_rule else "nowhere"


def method() -> str:
    """The method, if it is one: anything can be sent as such."""
    return request.method if request.method in METHODS else "other"


def end(response: Response) -> Response:
    """Tell the number to whoever asked, and write the line."""
    response.headers["X-Request-ID"] = number()
    if log.isEnabledFor(logging.INFO):
        about = {"request": number(), "method": method(), "endpoint": route(), "status": response.status_code}
        log.info("request", extra={**about, "ms": round(seconds() * 1000, 1)})
    return response
