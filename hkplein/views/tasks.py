"""Tasks (klussen): the square, one task, and everything that may be done with it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import Blueprint
from sqlalchemy.orm import joinedload, selectinload

from hkplein.models import Task
from hkplein.views import find, me, page, show, verbs

bp = Blueprint("tasks", __name__, url_prefix="/tasks")
WHOLE = (
    joinedload(Task.author),
    joinedload(Task.holder),
    joinedload(Task.pit),
    joinedload(Task.issue),
    joinedload(Task.learns),
    selectinload(Task.skills),
)
FORMS: dict[str, Any] = {}


@bp.get("/<id:id>")
def detail(id: int) -> str:
    """One task."""
    return draw(find(Task, id, Task.visible_to(me())))


@page(Task)
def draw(task: Task, *, notice: str = "", said: str = "", forms: dict[str, Any] | None = None) -> str:
    """A task as it is now: the page, or for htmx its part."""
    task = find(Task, task.id, Task.visible_to(me()), *WHOLE)
    asked = defaultdict(lambda: None, {name: form(formdata=None) for name, form in FORMS.items()} | (forms or {}))
    return show("tasks/page.html", "tasks/_task.html", task=task, me=me(), notice=notice, said=said, forms=asked)


verbs(bp, Task, FORMS)
