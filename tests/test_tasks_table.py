"""The transition table of a task: every state × verb × person is allowed or refused as the domain says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hkplein.clock import now, today
from hkplein.db import db
from hkplein.models import Bid
from tests.cast import make_issue, make_seat, make_task
from tests.table import everybody, hold

ANNA, CHRIS, BRAM = frozenset({"anna"}), frozenset({"chris"}), frozenset({"bram"})
COLLEAGUES = everybody("wim", "petra")
OWN_PIT = frozenset({"anna", "bram", "sara"})
HELD = ("taken", "just-taken", "to-give", "to-swap")

# Transcribed from the domain; "open" is first come, "hands" is open with Bram's hand up.
ALLOWED = {
    "post": {"draft": ANNA},
    "edit": {"draft": ANNA, "open": OWN_PIT},
    "claim": {"open": COLLEAGUES - ANNA},
    "raise-hand": {"hands": COLLEAGUES - ANNA - BRAM},
    "lower-hand": {"hands": BRAM},
    "choose": {"hands": ANNA},
    "undo": {"just-taken": CHRIS},
    "offer": {"taken": CHRIS, "just-taken": CHRIS},
    "keep": {"to-give": CHRIS, "to-swap": CHRIS},
    "take-over": {"to-give": COLLEAGUES - CHRIS},
    "release": dict.fromkeys(HELD, CHRIS),
    "report": dict.fromkeys(HELD, CHRIS),
    "confirm": {"reported": ANNA},
    "return": {"reported": ANNA},
    "withdraw": {"draft": ANNA, "open": ANNA, "hands": ANNA},
    "scrap": {"open": ANNA, "hands": ANNA, "expired": ANNA},
    "repost": {"expired": ANNA},
}
SITUATIONS = {
    "draft": {},
    "open": {},
    "hands": {"state": "open", "choice": "hands"},
    "taken": {},
    "just-taken": {"state": "taken", "undo_until": now() + timedelta(hours=23)},
    "to-give": {"state": "taken", "offered": "give"},
    "to-swap": {"state": "taken", "offered": "swap"},
    "reported": {},
    "done": {},
    "withdrawn": {},
    "expired": {},
    "scrapped": {},
}
WORDS = {"title": "Bel twintig inwoners", "hours": "3", "due": f"{today() + timedelta(days=9)}", "places": "1"}


@pytest.fixture
def data():
    """What the forms ask; the hand to choose is filled in as it is raised."""
    end = {"reason": "Het is niet meer nodig."}
    return {
        "edit": WORDS | {"choice": "first", "learns": "0", "issue": "0"},
        "choose": {"reason": "Deze keer iemand van buiten."},
        "offer": {"kind": "give"},
        "release": {"done": "Vijf", "left": "Vijf", "tip": "Bel na zessen", "hours_left": "2"},
        "return": end,
        "withdraw": end,
        "scrap": end,
        "repost": WORDS,
    }


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_verb_is_for_whom_the_domain_says(cast, visit, data, situation):
    about = {"state": situation, **SITUATIONS[situation]}

    def make(_situation):
        task = make_task(cast, **about)
        if situation == "hands":
            task.raise_hand(cast.bram)
            db.session.commit()
            data["choose"]["bid"] = str(db.session.query(Bid).filter_by(task_id=task.id).one().id)
        return task

    hidden = everybody("anna") if situation == "draft" else {"petra"}
    hold(make, situation, ALLOWED, cast, visit, hidden=hidden, data=data)


def test_the_table_covers_every_state_and_verb(cast):
    task = make_task(cast)
    assert {about.get("state", name) for name, about in SITUATIONS.items()} == set(task.STATES)
    assert set(ALLOWED) == {verb.name for verb in task.VERBS.values() if not verb.clock}


def test_a_partner_takes_part_in_its_own_issue_and_the_team_may_change_its_tasks(cast, visit):
    issue = make_issue(cast)
    make_seat(cast, issue, "filled", holder_id=cast.hugo.id)
    task = make_task(cast, issue_id=issue.id)
    assert task.may("claim", cast.petra)
    assert not task.may("edit", cast.petra)
    assert [p.name for p in cast.people if task.may("edit", p)] == ["Anna", "Bram", "Dina", "Eva", "Sara", "Hugo"]
    assert visit(cast.petra).post(f"{task.url}/claim").status_code == 303
    assert visit(cast.petra).get(make_task(cast).url).status_code == 404
