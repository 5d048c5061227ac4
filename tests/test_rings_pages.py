"""The pages of swap rings: the drawing, the list that says the same, the countdown, and who sees them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from hkplein.clock import now
from hkplein.db import db
from hkplein.models import Event, RefusedLeg, Ring, RingLink, Wish
from hkplein.models.health import rings
from tests.cast import keep
from tests.table import cover, everybody, hold
from tests.test_rings_consent import TRIO, agree, clear, market, ring, wish  # noqa: F401 - fixtures
from tests.test_swaps import held


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.text))


def test_the_page_says_who_gives_what_to_whom(market, ring, visit):  # noqa: F811
    page = visit(market.bram).get(ring.url)
    words = text(page)
    assert "You do “chris” of Chris. Dina does your “bram”. Ring of 3." in words
    assert "There was no other ring with you." in words and "0 of 3 said yes" in words
    assert page.text.count('class="ring__spot') == page.text.count("marker-end") == 3
    assert page.text.count("ring__spot--mine") == 1
    for giver, taker in (("you", "Dina"), ("Chris", "you"), ("Dina", "Chris")):
        assert f"from {giver} to {taker}" in words
    label = re.search(r'role="img" aria-label="([^"]+)"', page.text)[1]
    assert "“dina” from Dina to Chris" in label and "“bram” from you to Dina" in label


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(days=1, hours=3, minutes=5), "one day and 3 hours left"),
        (timedelta(days=2, hours=1, minutes=5), "2 days and 1 hour left"),
        (timedelta(days=2, minutes=5), "2 days left"),
        (timedelta(days=1, minutes=5), "one day left"),
        (timedelta(hours=5, minutes=5), "5 hours left"),
        (timedelta(minutes=5, seconds=30), "5 minutes left"),
        (-timedelta(minutes=5), "0 minutes left"),
    ],
)
def test_the_countdown_counts_down(market, ring, visit, left, said):  # noqa: F811
    db.session.execute(update(Ring).values(deadline=now() + left))
    assert said in text(visit(market.bram).get(ring.url))


def test_other_rings_are_explained(market, visit):  # noqa: F811
    extra = held(market, "eva", title="eva")
    wish(market, "bram", market.b, market.c, extra)
    wish(market, "chris", market.c, market.d)
    wish(market, "dina", market.d, market.b)
    wish(market, "eva", extra, market.b)
    clear()
    page = text(visit(market.bram).get(f"/rings/{db.session.scalars(db.select(Ring.id)).one()}"))
    assert "There was one other ring with you; this one helps one colleague more." in page


def test_a_chain_says_who_gets_relief_for_nothing(market, visit):  # noqa: F811
    wish(market, "eva", None, market.b)
    wish(market, "bram", market.b, market.c)
    wish(market, "chris", market.c, market.d)
    clear()
    url = f"/rings/{db.session.scalars(db.select(Ring.id)).one()}"
    assert "for nothing in return, and so you help the others on" in text(visit(market.eva).get(url))
    last = visit(market.chris).get(url)
    assert "you get relief" in text(last) and last.text.count("marker-end") == 2
    assert "Chain of 2." in text(last)


def test_one_is_said_as_one(market, visit):  # noqa: F811
    wish(market, "eva", None, market.b)
    wish(market, "bram", market.b, market.c)
    clear()
    ring = db.session.scalars(db.select(Ring)).one()  # noqa: F811
    agree(market, ring, "bram")
    browser = visit(market.eva)
    page = text(browser.get(ring.url))
    assert "one task found a better place; more than 1 was not possible" in page and "1 of 2 said yes" in page
    market.eva.locale = "nl"
    page = text(browser.get(ring.url))
    assert "Ja gezegd: 1 van de 2" in page and "vond één klus een betere plek" in page


def test_it_waits_at_home_and_on_the_list_and_the_square_shows_it(market, ring, visit):  # noqa: F811
    home = visit(market.bram).get("/").text
    assert ring.url in home and "There is a swap ring with you in it." in home
    assert ring.url in visit(market.bram).get("/rings").text
    square = visit(market.noor).get("/tasks?kind=swap").text
    assert square.count("In a ring") == 3
    task = visit(market.noor).get(market.b.url).text
    assert "This task is in a swap ring now." in task and ring.url not in task
    assert ring.url in visit(market.chris).get(market.b.url).text
    agree(market, ring, "bram")
    assert "There is a swap ring with you in it." not in visit(market.bram).get("/").text
    assert "No rings yet" in visit(market.noor).get("/rings").text


def test_agreeing_over_the_web_answers_with_the_part(market, ring, visit):  # noqa: F811
    for name in TRIO:
        answer = visit(getattr(market, name)).htmx(f"{ring.url}/agree")
        assert answer.status_code == 200 and "<html" not in answer.text
    assert 'data-state="done"' in answer.text and "All tasks have changed hands" in answer.text
    late = visit(market.bram).post(f"{ring.url}/decline")
    assert late.status_code == 409 and "This ring waits no longer" in late.text


def test_a_message_says_the_same_to_all_after_a_no(market, ring, visit):  # noqa: F811
    agree(market, ring, "bram")
    visit(market.chris).post(f"{ring.url}/decline")
    for name in TRIO:
        inbox = text(visit(getattr(market, name)).get("/notifications"))
        assert "“swap ring of 3 tasks” does not go on. Nothing has changed hands." in inbox
        assert "Chris" not in inbox or name == "chris"


def test_the_steward_sees_totals_only(market, ring, visit):  # noqa: F811
    assert rings() is None, "three people are fewer than five"
    extra = [held(market, name, title=name) for name in ("eva", "sara")]
    wish(market, "eva", extra[0], extra[1])
    wish(market, "sara", extra[1], extra[0])
    db.session.execute(update(market.town.__class__).values(cleared_on=None))
    db.session.commit()
    clear()
    agree(market, ring, *TRIO)
    assert rings() == {"proposed": 1, "done": 1, "dissolved": 0, "moved": 3}
    page = visit(market.gijs).get("/steward/health")
    assert "carried out: 1, with 3 tasks" in text(page) and "Bram" not in page.text
    assert visit(market.gijs).get(ring.url).status_code == 404


@pytest.mark.parametrize("state", Ring.STATES)
def test_every_verb_is_for_whom_the_table_says(cast, visit, state):
    tasks = [held(cast, name) for name in TRIO]

    def make(state):
        Event.forget(Event.ring_id.is_not(None))
        for model in (RefusedLeg, RingLink, Ring, Wish):
            db.session.execute(delete(model))
        made = keep(Ring(state=state, ended_at=None if state == "proposed" else now()))
        for n, name in enumerate(TRIO):
            person = getattr(cast, name)
            mine = keep(Wish(person_id=person.id, task_id=tasks[n].id, kind="filter"))
            link = {"gives_id": tasks[n].id, "takes_id": tasks[(n + 1) % 3].id, "live": state == "proposed"}
            keep(RingLink(ring_id=made.id, position=n, wish_id=mine.id, person_id=person.id, **link))
        return made

    everyone = {"agree": {"proposed": TRIO}, "decline": {"proposed": TRIO}}
    hold(make, state, everyone, cast, visit, hidden=everybody(*TRIO))
    cover(Ring, {name: name for name in Ring.STATES}, everyone)
