"""Issues: every verb, in every state, as everybody, held against the table of the domain."""

from __future__ import annotations

import pytest

from hkplein.clock import today
from hkplein.models import Issue
from tests.cast import make_issue
from tests.table import cover, everybody, hold

COLLEAGUES = everybody("wim", "petra")  # the board looks along, a partner asks
BALIE = {"anna", "bram", "sara"}  # the pit of the issue, and its author Anna
TREKKER, DEPUTY = {"dina"}, {"eva"}
ENDED = ("finished", "handed-over", "let-go", "stopped")
# Dina is trekker and Eva deputy; in "alone" and "asked" there is no deputy. In "alone" time has asked Dina whether she
# is still trekker. In "left" she stepped down, and Eva moves it meanwhile.
SITUATIONS = {
    "idea": {},
    "seeking": {},
    "left": {"state": "seeking", "deputy": "eva"},
    "forming": {},
    "alone": {"state": "forming", "deputy": None, "reminded": 1},
    "running": {},
    "asked": {"state": "running", "deputy": None},
    "away": {"state": "running"},
    "paused": {},
    "resting": {"state": "paused"},
    **{state: {} for state in ENDED},
}
ASKED = ("forming", "asked", "paused")  # Chris may take over the lead, and pit Groen (Chris, Dina, Hugo) all of it
AWAY = ("alone", "away", "resting")  # Dina is away: if there is a deputy, Eva moves it too
MOVERS = dict.fromkeys((*ASKED, "alone", "running"), TREKKER) | dict.fromkeys(("away", "resting"), TREKKER | DEPUTY)
LED = MOVERS | {"left": DEPUTY}


def moved(*but):
    """Who moves it, in each situation in which somebody does, except …"""
    return {situation: names for situation, names in MOVERS.items() if situation not in but}


def states(names, *of):
    return dict.fromkeys(of, names)


TABLE = {
    "edit": {**states(BALIE, "idea", "seeking"), **{situation: BALIE | names for situation, names in LED.items()}},
    "seek": {"idea": BALIE},
    "lead": states(COLLEAGUES, "seeking", "left"),
    "deputise": states(COLLEAGUES - TREKKER, "alone", "asked"),
    "update": {**states(TREKKER | DEPUTY, "running", "away"), "asked": TREKKER},
    "start": {"forming": TREKKER},
    "stay": {"alone": TREKKER},
    "pause": moved("forming", "alone", "paused", "resting"),
    "resume": {"paused": TREKKER, "resting": TREKKER | DEPUTY},
    "renew": moved("forming", "alone", "paused", "resting"),
    "hand-over": moved(*ASKED),
    "accept-lead": states({"chris"}, *ASKED),
    "decline-lead": states({"chris"}, *ASKED),
    "keep": states(TREKKER, *ASKED),
    "away": states(TREKKER, "forming", "running", "paused"),
    "back": states(TREKKER, *AWAY),
    "step-down": dict.fromkeys(MOVERS, TREKKER),
    "step-back": states(DEPUTY, "left", "forming", "running", "away", "paused", "resting"),
    "finish": moved("forming", "alone"),
    "let-go": {**states(BALIE, "idea", "seeking"), **LED},  # nobody moves it yet
    "stop": LED,
    "hand-to-pit": moved(*ASKED),
    "accept-pit": states({"chris", "hugo"}, *ASKED),  # who hands it over does not take it on
    "decline-pit": states({"chris", "dina", "hugo"}, *ASKED),
    "reopen": states(COLLEAGUES, *ENDED),
    "ask": states(everybody(), *SITUATIONS),
}
LESSON = {"effect_seen": "partly", "lesson": "Bel eerst", "lesson_text": "Bellen werkt beter dan mailen."}
ROUND = {"round_ends": "2099-01-01", "signs": "Meer starters blijven"}
DATA = {
    "edit": {"title": "Anders", "question": "Hoe dan?", "theme": "wonen", "effect": "Dat het lukt", "role": "do"},
    "seek": {"effect": "Dat het lukt", "role": "together"},
    "start": ROUND,
    "renew": ROUND,
    "update": {"text": "Het loopt."},
    "pause": {"reason": "Wachten op de raad", "look_again": "2099-01-01"},
    "finish": LESSON,
    "let-go": LESSON,
    "stop": LESSON,
    "reopen": {"reason": "Het kwam terug"},
    "ask": {"text": "Waarom?"},
}


@pytest.fixture
def data(cast):
    """What the forms ask."""
    asked = {"hand-over": {"to": cast.hugo.id}, "hand-to-pit": {"pit": cast.mens.id, **LESSON}}
    return {**DATA, **asked}


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_table_the_buttons_and_the_server_agree(cast, visit, data, situation):
    about = {"state": situation, **SITUATIONS[situation]}
    if "deputy" in about:
        deputy = about.pop("deputy")
        about["deputy_id"] = deputy and getattr(cast, deputy).id
    if situation in ASKED:
        about |= {"offered_lead_id": cast.chris.id, "offered_pit_id": cast.groen.id}

    def make(_situation):
        cast.dina.away_from = today() if situation in AWAY else None
        return make_issue(cast, **about)

    hold(make, situation, TABLE, cast, visit, data=data)


def test_the_table_covers_every_state_and_verb():
    cover(Issue, {name: about.get("state", name) for name, about in SITUATIONS.items()}, TABLE)
