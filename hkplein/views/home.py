"""Home ("Mijn werk"): what I promised, what waits for me, what fits, and the news of my pit."""

from __future__ import annotations

from flask import Blueprint, render_template

from hkplein.models import desk, square
from hkplein.views import me

bp = Blueprint("home", __name__)


@bp.get("/")
def home() -> str:
    """My work."""
    person = me()
    return render_template(
        "home/page.html",
        me=person,
        promised=desk.promised(person),
        waiting=desk.waiting(person),
        suggestions=square.suggestions(person) if person.suggestions else [],
        news=desk.news(person),
    )
