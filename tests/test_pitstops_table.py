"""The table of pitstops, transcribed from the design by hand: every state, every verb, everybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hkplein.clock import now
from tests.cast import make_issue, make_pitstop, make_seat
from tests.table import everybody, hold

# Anna (balie) asks the lean line, where Femke and Hugo help; Femke has it when somebody does. Bram and Sara are of
# Anna's pit. It is read by Anna's pit and the line; the others do not know that it exists.
HIDDEN = everybody("anna", "bram", "sara", "femke", "hugo")
ASKER, HELPER, LINE = {"anna"}, {"femke"}, {"femke", "hugo"}
HELD = ("picked-up", "planned", "answered")
LIVE = ("asked", "referred", *HELD)
MOMENT = f"{now() + timedelta(days=3):%Y-%m-%dT10:00}"
TABLE = {
    "pick-up": {"asked": LINE, "referred": LINE},
    "answer": dict.fromkeys(HELD, HELPER),
    "reply": {**dict.fromkeys(HELD, ASKER | HELPER), "referred": ASKER},
    "plan": dict.fromkeys(HELD, HELPER),
    "put-back": dict.fromkeys(HELD, HELPER),
    "refer": dict.fromkeys(HELD, HELPER),
    "hand-to": dict.fromkeys(HELD, HELPER),
    "close": dict.fromkeys((*HELD, "referred"), ASKER),
    "widen": dict.fromkeys(LIVE, ASKER),
    "narrow": dict.fromkeys((*LIVE, "closed"), ASKER),
    "withdraw": dict.fromkeys(LIVE, ASKER),
    "forget": {},
}
STATES = (*LIVE, "closed", "withdrawn")


def typed(cast: Any) -> dict[str, dict[str, Any]]:
    return {
        "answer": {"text": "Begin bij de brief."},
        "reply": {"text": "Dank."},
        "plan": {"at": MOMENT, "place": "kantine"},
        "refer": {"line_id": cast.recht.id},
        "hand-to": {"helper_id": cast.hugo.id},
        "close": {"helped": "yes"},
        "widen": {"readers": "everyone"},
    }


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("state", STATES)
def test_everybody_may_do_what_the_design_says_and_nothing_else(cast, visit, state):
    hold(lambda s: make_pitstop(cast, s), state, TABLE, cast, visit, hidden=HIDDEN, data=typed(cast))


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("state", ["asked", "answered", "closed"])
def test_a_confidential_one_is_the_askers_and_the_lines(cast, visit, state):
    """Anna's pit does not know of it; narrowing it further is not possible, erasing it is."""
    table = {verb: states for verb, states in TABLE.items() if verb != "narrow"} | {"forget": {"closed": ASKER}}
    hidden = everybody("anna", "femke", "hugo")
    hold(lambda s: make_pitstop(cast, s, readers="line"), state, table, cast, visit, hidden=hidden, data=typed(cast))


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("state", ["asked", "planned"])
def test_one_for_everyone_is_read_by_colleagues_and_board_but_not_by_partners(cast, visit, state):
    table = {verb: states for verb, states in TABLE.items() if verb != "widen"}
    hold(
        lambda s: make_pitstop(cast, s, readers="everyone"),
        state,
        table,
        cast,
        visit,
        hidden={"petra"},
        data=typed(cast),
    )


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("state", ["planned"])
def test_what_the_helper_proposes_waits_for_the_asker(cast, visit, state):
    """Another line, or another helper: yes or stay; the helper proposes one thing at a time."""
    table = {verb: states for verb, states in TABLE.items() if verb not in ("refer", "hand-to")}
    table["stay"] = {state: ASKER}
    referring, handing = {**table, "agree": {state: ASKER}}, {**table, "agree-hand": {state: ASKER}}
    for proposed, allowed in (({"refer_to_id": cast.recht.id}, referring), ({"hand_to_id": cast.hugo.id}, handing)):

        def make(state: str, values: Any = proposed) -> Any:
            return make_pitstop(cast, state, turn="asker", **values)

        hold(make, state, allowed, cast, visit, hidden=HIDDEN, data=typed(cast))


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_pitstop_of_a_pit_or_a_team_is_everybodys_of_it(cast, visit):
    """Bram closes what his pit asked; Dina, Eva and Sara what their team asked; of a confidential one only the team."""
    issue = make_issue(cast)
    make_seat(cast, issue, "filled")
    for values, askers in (
        ({"for_pit": True}, {"anna", "bram", "sara"}),
        ({"for_pit": True, "readers": "line"}, {"anna"}),
        ({"issue_id": issue.id, "asker_id": cast.dina.id, "readers": "line"}, {"dina", "eva", "sara"}),
    ):
        for name in askers | {"chris", "bram", "anna"}:
            pitstop = make_pitstop(cast, "answered", **values)
            answer = visit(getattr(cast, name)).post(f"{pitstop.url}/close", data={"helped": "partly"})
            assert (answer.status_code == 303) == (name in askers), (values, name, answer.status_code)
