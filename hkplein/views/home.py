"""Home ("Mijn werk"): what I promised, what waits for me, what fits, and the news of my pit."""

from __future__ import annotations

from flask import Blueprint, render_template

bp = Blueprint("home", __name__)


@bp.get("/")
def home() -> str:
    """My work."""
    return render_template("home/page.html")
