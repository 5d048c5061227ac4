"""The questions on an issue, and answering them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template

from hkplein.models import Issue, Question
from hkplein.views import Answer, alone, find, me, page, verbs
from hkplein.views.issue_forms import AnswerForm
from hkplein.views.issues import whole

bp = Blueprint("questions", __name__, url_prefix="/questions")


@bp.get("/<id:id>")
def detail(id: int) -> Answer:
    """A question stands on the page of its issue."""
    question = find(Question, id, Question.visible_to(me()))
    return redirect(f"/issues/{question.issue_id}#question-{question.id}")


@page(Question)
def draw(question: Question, *, notice: str = "", said: str = "", forms: dict[str, Any] | None = None) -> str:
    """A question as it is now: on the page of its issue, or for htmx by itself."""
    answers = {question.id: forms["answer"]} if forms else {}
    if alone():
        question = find(Question, question.id, Question.visible_to(me()), *Question.whole())
        form = answers.get(question.id) or AnswerForm(formdata=None)
        return render_template("issues/_question.html", question=question, me=me(), form=form, notice=notice, said=said)
    issue = find(Issue, question.issue_id, Issue.visible_to(me()))
    return render_template("issues/page.html", **whole(issue, answers=answers, notice=notice, said=said))


verbs(bp, Question, {"answer": AnswerForm})
