"""The inbox: what people are told, why, and how they get there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from hkplein.clock import now
from hkplein.db import db
from hkplein.i18n import speaking
from hkplein.models import Event, IssuePartner, Notification, Swap
from hkplein.models.event import WHY
from tests.cast import PEOPLE, make_issue, make_pitstop, make_task

CANARY = "kanarie-zingt-in-het-donker"


@pytest.fixture
def told(cast):
    """Anna is told that Bram does her task."""
    task = make_task(cast)
    task.claim(cast.bram)
    db.session.commit()
    return db.session.scalars(select(Notification).where(Notification.person_id == cast.anna.id)).one()


def tell(cast, count, person=None) -> None:
    """Many events of several kinds, all told to Anna."""
    person = person or cast.anna
    issue = make_issue(cast)
    thing: Any
    for n in range(count):
        if n % 3 == 0:
            thing, verb, by = make_task(cast, "taken", title=f"Klus {n}"), "claim", cast.chris
        elif n % 3 == 1:
            thing, verb, by = make_pitstop(cast, "answered"), "answer", cast.femke
        else:
            thing, verb, by = issue, "update", cast.dina
        Event.record(thing, verb, by=by, tell={"author": [person.id]})
    db.session.commit()


def seen(notification) -> Any:
    return db.session.scalar(select(Notification.seen_at).where(Notification.id == notification.id))


def test_the_inbox_says_what_happened_when_and_why(cast, visit, told):
    page = visit(cast.anna).get("/notifications")
    assert page.status_code == 200
    assert "Bram does “Bel tien inwoners”." in page.text
    assert "You get this because you posted this." in page.text
    assert f'id="notification-{told.id}"' in page.text and "data-unread" in page.text
    at = db.session.scalars(select(Event.at)).one()
    assert f'datetime="{at.isoformat()}"' in page.text


def test_sentences_come_in_the_language_of_the_reader(cast, visit, told):
    cast.anna.locale = "nl"
    page = visit(cast.anna).get("/notifications").text
    with speaking("nl"):
        assert str(WHY["author"]) in page and str(WHY["author"]) == "omdat jij dit plaatste"


def test_everybody_has_an_inbox_of_their_own(cast, visit, told):
    for name in PEOPLE:
        page = visit(getattr(cast, name)).get("/notifications")
        assert page.status_code == 200
        assert ("Bram does" in page.text) == (name == "anna"), name
    for verb in ("read", "open"):
        assert visit(cast.chris).post(f"{told.url}/{verb}").status_code == 404
    assert visit(cast.chris).get(told.url).status_code == 404
    assert seen(told) is None


@pytest.mark.parametrize("name", ["wim", "petra"])
def test_board_and_partner_read_theirs(cast, visit, name):
    person, issue = getattr(cast, name), make_issue(cast)
    Event.record(issue, "update", by=cast.dina, tell={"you": [person.id]})
    row = db.session.scalars(select(Notification)).one()
    browser = visit(person)
    assert issue.title in browser.get("/notifications").text
    assert browser.post(f"{row.url}/read").status_code == 303 and seen(row)


def test_reading_is_a_deed_and_looking_is_not(cast, visit, told):
    browser = visit(cast.anna)
    browser.get("/notifications")
    browser.get(told.url)
    assert seen(told) is None
    answer = browser.post(f"{told.url}/read")
    assert (answer.status_code, answer.location) == (303, "/notifications") and seen(told)
    again = browser.post(f"{told.url}/read")
    assert again.status_code == 409 and "You have read this already." in again.text


def test_htmx_gets_the_one_message(cast, visit, told):
    answer = visit(cast.anna).htmx(f"{told.url}/read")
    assert answer.status_code == 200 and "<html" not in answer.text
    assert answer.text.strip().startswith("<li") and 'data-state="read"' in answer.text


def test_opening_leads_to_the_thing_and_marks_it_read(cast, visit, told):
    browser = visit(cast.anna)
    for _ in range(2):  # also when it was read before
        answer = browser.post(f"{told.url}/open")
        assert (answer.status_code, answer.location) == (303, told_task().url)
        assert seen(told)


def told_task() -> Any:
    return db.session.scalars(select(Event).options(db.joinedload(Event.task))).one().task


def test_all_at_once(cast, visit, told):
    tell(cast, 6)
    tell(cast, 1, cast.bram)
    answer = visit(cast.anna).post("/notifications/read-all")
    assert answer.status_code == 303
    unread = select(Notification.person_id).where(Notification.seen_at.is_(None))
    assert db.session.scalars(unread).all() == [cast.bram.id], "that of another stays unread"


def test_only_what_is_unread(cast, visit, told):
    make_task(cast, title="Tweede").claim(cast.chris)
    db.session.execute(update(Notification).where(Notification.id == told.id).values(seen_at=now()))
    browser = visit(cast.anna)
    page = browser.get("/notifications?unread=1").text
    assert "Tweede" in page and "Bel tien" not in page
    browser.post("/notifications/read-all")
    assert "You have read everything" in browser.get("/notifications?unread=1").text


def test_an_empty_inbox_has_a_way_out(cast, visit):
    page = visit(cast.noor).get("/notifications").text
    assert "No messages yet" in page and 'href="/tasks"' in page


def test_pages_are_by_key_and_complete(cast, visit):
    tell(cast, 60)
    browser, found = visit(cast.anna), []
    url: Any = "/notifications"
    while url:
        page = browser.get(url).text
        found += re.findall(r'id="notification-(\d+)"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = following and following.group(1).replace("&amp;", "&")
    everything = db.session.scalars(select(Notification.id).order_by(Notification.id.desc())).all()
    assert [int(id_) for id_ in found] == everything and len(everything) == 60
    for odd in ("0", "-1", str(10**30), "x"):
        assert browser.get(f"/notifications?before={odd}").status_code == 200


def test_the_number_of_queries_does_not_grow(cast, visit, statements):
    browser, counts = visit(cast.anna), []
    for more in (9, 291):
        tell(cast, more)
        with statements() as said:
            browser.get("/notifications")
        counts.append(len(said))
    assert counts[0] == counts[1] <= 8, (counts, said)


def test_a_swap_is_told_with_both_tasks(cast, visit):
    ours = make_task(cast, "taken", holder_id=cast.bram.id, title="Balie")
    theirs = make_task(cast, "taken", title="Hagen", offered="swap")
    Swap.propose(cast.bram, ours.id, theirs, "Ruilen?")
    page = visit(cast.chris).get("/notifications").text
    assert "Bram proposes a swap to you: “Balie ⇄ Hagen”." in page and "Ruilen?" in page


# What may not be known.


@pytest.mark.parametrize("readers", ["line", "pit"])
def test_no_message_ever_holds_a_word_of_a_pitstop(cast, visit, readers):
    pitstop = make_pitstop(cast, "picked-up", readers=readers, question=CANARY, tried=CANARY, topic=f"{CANARY}-topic")
    everybody = [person.id for person in cast.people]
    Event.record(pitstop, "pick-up", by=cast.femke, tell={"pit": everybody})
    Event.record(pitstop, "ask", by=cast.anna, tell={"helper": everybody})
    db.session.commit()
    for name in PEOPLE:
        page = visit(getattr(cast, name)).get("/notifications").text
        assert CANARY not in page, name


def test_who_may_not_see_a_thing_any_more_reads_nothing_about_it(cast, visit):
    issue = make_issue(cast, title="Geheim van de partner")
    Event.record(issue, "update", by=cast.dina, tell={"team": [cast.petra.id]}, note=CANARY)
    browser = visit(cast.petra)
    before = browser.get("/notifications").text
    assert "Geheim van de partner" in before and CANARY in before
    db.session.execute(delete(IssuePartner))
    after = browser.get("/notifications").text
    assert "Geheim van de partner" not in after and CANARY not in after
    assert "This is no longer meant for you." in after and f'href="{issue.url}"' not in after
    row = db.session.scalars(select(Notification)).one()
    answer = browser.post(f"{row.url}/open")
    assert (answer.status_code, answer.location) == (303, "/notifications")


# Writing down.


def test_nobody_is_told_twice_nor_of_what_they_did(cast):
    task = make_task(cast)
    people = [cast.anna.id, cast.bram.id, None, cast.bram.id]
    Event.record(task, "claim", by=cast.anna, tell={"author": people, "pit": people})
    assert db.session.execute(select(Notification.person_id, Notification.why)).all() == [(cast.bram.id, "author")]


def test_what_has_no_sentence_or_no_reason_cannot_be_recorded(cast):
    task = make_task(cast)
    with pytest.raises(KeyError):
        Event.record(task, "dance", by=cast.anna)
    with pytest.raises(KeyError):
        Event.record(task, "claim", by=cast.anna, tell={"because": [cast.bram.id]})
    db.session.rollback()
    assert db.session.scalar(select(func.count(Notification.id))) == 0
