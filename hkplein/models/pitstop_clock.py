"""What time does to pitstops: a word to the line or to the asker, and in the end it forgets what is secret."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from hkplein.clock import by_the_clock, local, working_days_after
from hkplein.db import change
from hkplein.models.event import Event
from hkplein.models.help_line import HelpLine
from hkplein.models.pitstop import Pitstop


def due(verb: str) -> Any:
    """The pitstops to which time may do `verb` now."""
    line = Pitstop.VERBS[verb]
    return lambda: select(Pitstop).where(getattr(Pitstop, line.rule)())


def promised(pitstop: Pitstop, times: int) -> Any:
    """The day on which the promised days have passed `times` times."""
    return working_days_after(local(pitstop.asked_at).date(), times * pitstop.line.promised_days)


@by_the_clock(due("remind"))
def remind(pitstop: Pitstop) -> None:
    """The promised day: the line is reminded."""
    change(pitstop, "remind", reminded=1, remind_on=promised(pitstop, 2))
    helpers = HelpLine.at_hand(pitstop.line_id, pitstop.pit_id)
    Event.record(pitstop, "remind", by=None, tell={"helper": [*helpers, pitstop.helper_id]})


@by_the_clock(due("ask-wider"))
def ask_wider(pitstop: Pitstop) -> None:
    """Twice the promised days: the asker is asked whether it may be asked wider, if it can be."""
    change(pitstop, "ask-wider", reminded=2, remind_on=promised(pitstop, 3))
    if pitstop.readers != "everyone":
        Event.record(pitstop, "ask-wider", by=None, tell=pitstop.asking())


@by_the_clock(due("count"))
def count(pitstop: Pitstop) -> None:
    """Three times the promised days: it counts on the health page, and nobody is named."""
    change(pitstop, "count", reminded=3, remind_on=None)


@by_the_clock(due("put-back-silent"))
def put_back_silent(pitstop: Pitstop) -> None:
    """The helper is silent: the line has it again, at the front, and all three hear it."""
    helper = pitstop.helper_id
    pitstop.free("put-back-silent")
    pitstop.tell_the_line("put-back-silent", by=None, also=[helper])


@by_the_clock(due("ask-close"))
def ask_close(pitstop: Pitstop) -> None:
    """The asker is silent: asked to close it, and again after as many days."""
    pitstop.to_asker("ask-close")
    Event.record(pitstop, "ask-close", by=None, tell=pitstop.asking())


@by_the_clock(due("erase"))
def erase(pitstop: Pitstop) -> None:
    """What was confidential is forgotten."""
    change(pitstop, "erase", question="")
    pitstop.wipe()
    Event.record(pitstop, "erase", by=None, tell=pitstop.asking())
