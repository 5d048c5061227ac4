"""What time does to issues, so that none dies in silence. Each transition makes its own rule untrue: twice is once."""

from __future__ import annotations

from sqlalchemy import Select, select

from hkplein.clock import by_the_clock, now
from hkplein.db import change, db
from hkplein.models.event import Event
from hkplein.models.issue import Issue
from hkplein.models.issue_circle import circle
from hkplein.models.issue_lead import LOOSE, NOTHING_ASKED
from hkplein.models.update import Question


def _due(verb: str) -> Select[Issue]:
    rule = getattr(Issue, Issue.VERBS[verb].rule)
    return select(Issue).where(rule())


def _ask(issue: Issue, verb: str, *whys: str) -> None:
    change(issue, verb, reminded=issue.reminded + 1, reminded_at=now())
    Event.record(issue, verb, by=None, tell=circle(issue, *whys))


@by_the_clock(lambda: _due("what-now"))
def what_now(issue: Issue) -> None:
    """Twenty working days an idea: who posted it and its pit are asked what to do with it, until they do it."""
    _ask(issue, "what-now", "author", "pit")


@by_the_clock(lambda: _due("lapse"))
def lapse(issue: Issue) -> None:
    """Who was asked to take it over said nothing for five working days: it stays, and both sides know."""
    tell = circle(issue, "offered", "trekker")
    change(issue, "lapse", **NOTHING_ASKED)
    Event.record(issue, "lapse", by=None, tell=tell)


@by_the_clock(lambda: select(Question).where(Question.unanswered()))
def remind_of_question(question: Question) -> None:
    """A question waits for five working days: whoever can answer it is told once more."""
    issue = db.session.get_one(Issue, question.issue_id)
    change(question, "remind", reminded_at=now())
    Event.record(question, "remind", by=None, tell=circle(issue, "trekker", "author"), issue_id=issue.id)


@by_the_clock(lambda: _due("call-again"))
def call_again(issue: Issue) -> None:
    """Ten working days without a trekker: its pits are told again."""
    _ask(issue, "call-again", "author", "pit")


@by_the_clock(lambda: _due("remind"))
def remind(issue: Issue) -> None:
    """Six weeks of silence, and a week later once more."""
    _ask(issue, "remind", "trekker")


@by_the_clock(lambda: _due("still-trekker"))
def ask_still(issue: Issue) -> None:
    """A week after the second reminder: still trekker?"""
    _ask(issue, "still-trekker", "trekker")


@by_the_clock(lambda: _due("fall-back"))
def fall_back(issue: Issue) -> None:
    """No answer in a week: it seeks a trekker again; what was done stays, and the deputy acts meanwhile."""
    former = issue.trekker_id
    tell = circle(issue, "trekker", "team", "offered", "author", "hand", "pit")
    change(issue, "fall-back", **LOOSE, sought_at=now())
    Event.record(issue, "fall-back", by=None, tell=tell, whom_id=former)


@by_the_clock(lambda: _due("look-again"))
def look_again(issue: Issue) -> None:
    """A paused issue has come to the date on which we look again, or rests on after it."""
    _ask(issue, "look-again", "trekker")


@by_the_clock(lambda: _due("round-over"))
def round_over(issue: Issue) -> None:
    """The end date of the round has passed."""
    change(issue, "round-over", round_told=issue.round_ends)
    Event.record(issue, "round-over", by=None, tell=circle(issue, "trekker"))
