"""The files that the build made: named by their content, compressed beforehand, kept by browsers for a year."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, request
from markupsafe import Markup

from hkplein.config import ROOT

DIST = ROOT / "static" / "dist"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
bp = Blueprint("assets", __name__)


@cache
def manifest() -> dict[str, str]:
    """The built name of each asset."""
    file = DIST / "manifest.json"
    return json.loads(file.read_text()) if file.exists() else {}


@cache
def asset(name: str) -> str:
    """Where a browser finds an asset: `asset("app.css")`."""
    return f"/static/dist/{manifest().get(name, name)}"


@cache
def icon(name: str) -> Markup:
    """An icon, for people who see it; the words beside it say the same."""
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>').format(asset("icons.svg"), name)


@cache
def content(name: str, coding: str) -> bytes | None:
    """A built file as it is sent, or None."""
    path = DIST / f"{name}{coding}"
    return path.read_bytes() if path.parent == DIST and path.is_file() and Path(name).suffix in TYPES else None


@bp.get("/static/dist/<name>")
def dist(name: str) -> Response:
    """One built file, compressed as the browser likes it."""
    accepted = request.headers.get("Accept-Encoding", "")
    for coding, suffix in (("br", ".br"), ("gzip", ".gz"), ("", "")):
        if coding in accepted and (body := content(name, suffix)) is not None:
            response = Response(body, content_type=TYPES[Path(name).suffix])
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
            if coding:
                response.headers["Content-Encoding"] = coding
            response.vary.add("Accept-Encoding")
            return response
    return abort(404)


def init_app(app: Flask) -> None:
    """Serve static/dist, the only folder that is served."""
    view: Any = dist
    view.public = view.bare = True
    app.register_blueprint(bp)
    app.jinja_env.globals.update(asset=asset, draw_icon=icon)
