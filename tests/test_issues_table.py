"""Issues: every verb, in every state, as everybody, held against the table of the domain."""

from __future__ import annotations

import pytest

from hkplein.models import Issue
from tests.cast import make_issue
from tests.table import everybody, hold

COLLEAGUES = everybody("wim", "petra")  # the board looks along, a partner asks
BALIE = ("anna", "bram", "sara")  # the pit of the issue, and its author Anna
MOVING = ("forming", "running", "paused")
ENDED = ("finished", "handed-over", "let-go", "stopped")
TREKKER, DEPUTY, PAIR = ("dina",), ("eva",), ("dina", "eva")


def states(names, *of):
    return dict.fromkeys(of, names)


# Dina is trekker, Eva deputy; Chris was asked to take over the lead, and pit Groen (Chris, Dina, Hugo) to take it all.
TABLE = {
    "edit": {**states(BALIE, "idea", "seeking"), **states((*BALIE, "dina"), *MOVING)},
    "seek": {"idea": BALIE},
    "lead": {"seeking": COLLEAGUES},
    "update": {"running": PAIR},
    "start": {"forming": TREKKER},
    "pause": {"running": TREKKER},
    "resume": {"paused": TREKKER},
    "renew": {"running": TREKKER},
    "accept-lead": states(("chris",), *MOVING),
    "decline-lead": states(("chris",), *MOVING),
    "keep": states(TREKKER, *MOVING),
    "away": states(TREKKER, *MOVING),
    "step-down": states(TREKKER, *MOVING),
    "step-back": states(DEPUTY, *MOVING),
    "finish": states(TREKKER, "running", "paused"),
    "let-go": {**states(BALIE, "idea", "seeking"), **states(TREKKER, *MOVING)},  # nobody moves it yet
    "stop": states(TREKKER, *MOVING),
    "accept-pit": states(("chris", "hugo"), *MOVING),  # who hands it over does not take it on
    "decline-pit": states(("chris", "dina", "hugo"), *MOVING),
    "reopen": states(COLLEAGUES, *ENDED),
    "ask": states(everybody(), *Issue.STATES),
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


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("state", sorted(Issue.STATES))
def test_the_table_the_buttons_and_the_server_agree(cast, visit, state):
    def make(state):
        asked = {"offered_lead_id": cast.chris.id, "offered_pit_id": cast.groen.id} if state in MOVING else {}
        cast.dina.away_from = None
        return make_issue(cast, state, **asked)

    hold(make, state, TABLE, cast, visit, data=DATA)
