"""Home ("Mijn werk"): what I promised, what waits for me, what fits, and the news of my pit."""

from __future__ import annotations

from flask import Blueprint, render_template

from hkplein.models import desk
from hkplein.models.suggestion import suggestions
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
        suggestions=suggestions(person),
        news=desk.news(person),
    )
