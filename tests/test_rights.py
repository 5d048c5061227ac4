"""Who may knock where: every door that changes something, as the board; every page, as a partner."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import delete, select

from hkplein.db import db
from hkplein.models import NOUNS, Event, IssuePartner, Lesson, Pit
from tests import world
from tests.table import CARD

# The board's one verb, and what is about nobody but oneself.
OPEN = {"issues.ask", "notifications.read", "notifications.read_all", "notifications.open_", "lessons.like"}
OWN = {"sign_in.language", "account.password", "sign_in.sign_in", "sign_in.sign_in_as", "sign_in.sign_out"}
OWN |= {"account.sign_out_elsewhere", "stored.export", "authenticators.code"}
OWN |= {f"authenticators.{door}" for door in ("authenticator", "confirm", "off")}


def doors(app):
    """The addresses to which something can be sent, with what they are called; one for each state of a noun."""
    nouns = {model.PLACE: noun for noun, model in NOUNS.items() if model.PLACE}
    for rule in app.url_map.iter_rules():
        if "POST" not in rule.methods:
            continue
        if "id" not in rule.arguments:
            yield rule.endpoint, rule.rule
        elif noun := nouns.get(rule.rule.split("/")[1]):
            rows = {getattr(row, "state", ""): row for row in world.every(noun)}
            yield from ((rule.endpoint, rule.rule.replace("<id:id>", str(row.id))) for row in rows.values())


@pytest.mark.parametrize(
    "app", ["sqlite"], indirect=True
)  # on both, the sweep of tests/harness/hostile.py asks them too
def test_the_board_changes_nothing_and_is_told_so_in_words(app, cast, visit):
    """A refusal with a sentence, or nothing there at all: never done, never a form to fill in, never our mistake."""
    world.build(cast)
    browser, asked = visit(cast.wim), 0
    before = db.session.scalar(select(db.func.count(Event.id)))
    for endpoint, address in doors(app):
        if endpoint in OPEN | OWN:
            continue
        answer = browser.post(address, headers=CARD)
        assert answer.status_code in (404, 409), f"{address}: {answer.status_code}"
        assert answer.status_code == 404 or 'role="alert"' in answer.text, address
        asked += 1
    assert asked > 300
    assert db.session.scalar(select(db.func.count(Event.id))) == before


def test_a_partner_comes_upon_no_closed_door_and_no_name_of_what_is_not_its_own(app, cast, visit):
    """Whatever a partner reaches from the home page opens, and says nothing of other pits, issues or tasks."""
    issue = world.make_issue(cast, title="Eigen vraagstuk")
    task = world.make_task(cast, title="Eigen klus", issue_id=issue.id)
    world.make_seat(cast, issue, title="Eigen plek")
    elsewhere = world.keep(Pit(key="elders", name="Geheime pit", purpose="Dat.", state="active"))
    hidden = world.make_issue(cast, title="Geheim vraagstuk", pit_id=elsewhere.id)
    db.session.execute(delete(IssuePartner).where(IssuePartner.issue_id == hidden.id))
    world.make_task(cast, title="Geheime klus", pit_id=elsewhere.id)
    world.make_pitstop(cast, topic="Geheime vraag", readers="everyone", issue_id=issue.id)
    world.keep(Lesson(title="Geheime les", text="Les", pit_id=cast.balie.id))
    seen = walk(visit(cast.petra))
    assert {issue.url, task.url} <= set(seen)
    for here, text in seen.items():
        assert not re.search("Geheim|Lean-monteur", text), here


@pytest.mark.parametrize(
    ("app", "name", "fewest"),
    [("sqlite", "wim", 80), ("postgresql", "noor", 100), ("postgresql", "dina", 100), ("sqlite", "gijs", 100)],
    indirect=["app"],
)
def test_every_link_leads_somewhere(cast, visit, name, fewest):
    """What is in a list opens; what somebody may not do has no link. The board has no profiles to visit."""
    world.build(cast)
    assert len(walk(visit(getattr(cast, name)))) > fewest


def walk(browser):
    """All that can be reached from the home page by following links: by address, the text."""
    todo, seen = ["/"], {}
    while todo:
        here = todo.pop()
        answer = browser.get(here, follow_redirects=True)
        assert answer.status_code == 200, f"a link to {here} leads nowhere"
        seen[here] = answer.text if answer.mimetype == "text/html" else ""
        links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)"', seen[here])}
        fresh = {link for link in links if not link.startswith(("/dist", "/tasks?"))}
        todo += sorted(fresh - set(seen) - set(todo))
    return seen
