"""The security log: what is written down, what is not, and who reads it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from hkplein.db import db
from hkplein.models import Event, Person, SecurityEvent
from hkplein.models.security_event import KINDS, here, network
from hkplein.passwords import hashed
from hkplein.roster import make_steward
from tests.cast import PEOPLE, make_pitstop, make_task

PASSWORD = "een zin die niemand raadt"


def written():
    """What stands in the log: kind, by whom, about whom, note."""
    rows = db.session.scalars(select(SecurityEvent).order_by(SecurityEvent.id))
    return [(row.kind, row.by_id, row.whom_id, row.note) for row in rows]


def test_coming_in_and_going_out_is_written_down(cast, visit):
    anna = cast.anna
    anna.password_hash = hashed(PASSWORD)
    browser = visit(None)
    browser.post("/sign-in", data={"email": "nobody@voorbeeld.nl", "password": "CANARY"})
    browser.post("/sign-in", data={"email": "anna@voorbeeld.nl", "password": "CANARY"})
    browser.post("/sign-in", data={"email": "anna@voorbeeld.nl", "password": PASSWORD})
    browser.post("/account/password", data={"current": "CANARY", "new": "een heel andere zin"})
    browser.post("/account/password", data={"current": PASSWORD, "new": "een heel andere zin"})
    browser.post("/account/sign-out-elsewhere")
    browser.post("/sign-out")
    assert written() == [
        ("sign-in-failed", None, None, ""),
        ("sign-in-failed", None, anna.id, ""),
        ("sign-in", anna.id, None, ""),
        ("password-failed", anna.id, None, ""),
        ("password", anna.id, None, ""),
        ("sign-out-elsewhere", anna.id, None, ""),
        ("sign-out", anna.id, None, ""),
    ]
    assert not db.session.scalars(select(Event)).all(), "it is no history of the work"


def test_rights_and_accounts_are_written_down(cast, visit):
    browser, gijs, bram = visit(cast.gijs), cast.gijs.id, cast.bram
    new = {"name": "Olga", "email": "olga@voorbeeld.nl", "role": "board", "pit_id": "0", "partner_id": "0"}
    cast.gijs.password_hash, sure = hashed(PASSWORD), {"current": PASSWORD}
    browser.post("/people/new", data={**new, **sure})
    olga = db.session.scalars(select(Person.id).filter_by(name="Olga")).one()
    same = {
        "name": "Bram B",
        "email": "bram@voorbeeld.nl",
        "role": "colleague",
        "pit_id": "0",
        "partner_id": "0",
        **sure,
    }
    browser.post(f"{bram.url}/account", data=same)
    browser.post(f"{bram.url}/account", data={**same, "email": "b@voorbeeld.nl", "role": "steward"})
    browser.post(f"{bram.url}/reset-password", data=sure)
    browser.post(f"{bram.url}/deactivate")
    browser.post(f"{bram.url}/activate")
    browser.post("/steward/municipality", data={"name": "Kolk"})
    assert written() == [
        ("open-account", gijs, olga, "board"),
        ("role", gijs, bram.id, "steward"),
        ("address", gijs, bram.id, ""),
        ("one-time-password", gijs, bram.id, ""),
        ("close-account", gijs, bram.id, ""),
        ("reopen-account", gijs, bram.id, ""),
        ("settings", gijs, None, ""),
    ]


def test_a_steward_who_is_made_on_the_server_is_written_down(cast):
    make_steward("anna@voorbeeld.nl", "", "hash", one_time=True)
    assert written() == [("role", None, cast.anna.id, "steward"), ("one-time-password", None, cast.anna.id, "")]
    first = db.session.scalars(select(SecurityEvent).order_by(SecurityEvent.id)).first()
    assert "gave Anna other rights: colleague and administrator" in first.sentence()


def test_a_door_that_no_button_leads_to_is_written_down_and_no_other(cast, visit):
    secret, task = make_pitstop(cast, readers="line", question="CANARY"), make_task(cast, "taken")
    visit(cast.chris).post(f"{secret.url}/answer", data={"text": "CANARY"})
    visit(cast.wim).post(f"{task.url}/claim")
    visit(cast.anna).get("/steward/accounts")
    assert written() == [
        ("refused", cast.chris.id, None, "POST /pitstops/<id:id>/answer"),
        ("refused", cast.wim.id, None, "POST /tasks/<id:id>/claim"),
        ("refused", cast.anna.id, None, "GET /steward/accounts"),
    ]
    assert visit(cast.bram).post(f"{task.url}/claim").status_code == 409, "somebody was faster"
    assert visit(cast.bram).get("/tasks/99").status_code == visit(cast.bram).get("/nowhere").status_code == 404
    assert visit(None).post("/steward/municipality").status_code == 302
    assert len(written()) == 3


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("::1", "::/48"),
        ("", ""),
        (None, ""),
        ("unix:", ""),
    ],
)
def test_of_an_address_only_the_network_is_kept(address, kept):
    assert network(address) == kept


def test_the_network_of_a_request_stands_in_its_line_and_of_a_command_nothing(cast, visit):
    visit(cast.anna).post("/sign-out", environ_base={"REMOTE_ADDR": "10.1.2.3"})
    here.set(None)
    SecurityEvent.record("settings", by=None)
    assert db.session.scalars(select(SecurityEvent.network).order_by(SecurityEvent.id)).all() == ["10.1.2.0/24", ""]


def test_only_a_kind_that_has_a_sentence_is_written_down(cast):
    with pytest.raises(KeyError):
        SecurityEvent.record("gossip", by=cast.anna)
    for kind in KINDS:
        SecurityEvent.record(kind, by=cast.anna, whom=cast.bram, note="x")
    for row in db.session.scalars(select(SecurityEvent)):
        assert "%" not in row.sentence() and row.sentence().endswith(".")


def test_the_steward_reads_it_and_finds_in_it(cast, visit):
    for n in range(60):
        SecurityEvent.record("sign-in", by=cast.anna if n % 2 else cast.bram)
    SecurityEvent.record("role", by=cast.gijs, whom=cast.anna, note="board")
    browser = visit(cast.gijs)
    page = browser.get("/steward/security").text
    assert "Gijs gave Anna other rights: board: reads and asks." in page and page.count("signed in.") == 49
    url = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert browser.get(url).text.count("signed in.") == 11
    anna = browser.get("/steward/security?q=anna").text
    assert anna.count("Anna signed in.") == 30 and "Bram" not in anna and "Gijs gave Anna" in anna
    rights = browser.get("/steward/security?group=accounts").text
    assert "Gijs gave Anna" in rights and "signed in." not in rights
    assert "Nothing that fits" in browser.get("/steward/security?group=data&q=anna").text
    for name in PEOPLE:
        if name != "gijs":
            assert visit(getattr(cast, name)).get("/steward/security").status_code == 404


def test_the_log_costs_the_same_however_long_it_is(cast, visit, statements):
    browser, costs = visit(cast.gijs), []
    for _round in range(2):
        for person in cast.people:
            SecurityEvent.record("sign-in", by=person, whom=cast.anna)
        with statements() as said:
            browser.get("/steward/security")
        costs.append(len(said))
    assert costs[0] == costs[1]


def test_a_database_that_cannot_write_still_answers(cast, visit, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def away(*_args, **_about):
        raise OperationalError("INSERT", {}, Exception("away"))

    monkeypatch.setattr(SecurityEvent, "record", away)
    assert visit(cast.anna).get("/steward").status_code == 404
