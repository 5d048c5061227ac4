"""The steward: opens, changes and closes accounts, and never reads what is confidential."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from hkplein.clock import moved_to, now
from hkplein.db import db
from hkplein.models import (
    Bid,
    Event,
    HelpLineHelper,
    Issue,
    Municipality,
    Notification,
    Partner,
    Person,
    Pitstop,
    Seat,
    SecurityEvent,
    SignIn,
    Task,
)
from hkplein.passwords import check, hashed
from tests.cast import PEOPLE, keep, make_issue, make_pitstop, make_seat, make_task

PAGES = (
    "/steward",
    "/steward/accounts",
    "/people/new",
    "/steward/municipality",
    "/steward/health",
    "/steward/security",
)
SURE = {"current": "een zin die niemand raadt"}
NEW = {"name": "Olga", "email": "Olga@Voorbeeld.nl", "role": "colleague", "partner_id": "0", **SURE}


@pytest.fixture(autouse=True)
def password(cast):
    """The steward has one."""
    cast.gijs.password_hash = hashed(SURE["current"])
    db.session.commit()


@pytest.mark.parametrize("page", PAGES)
def test_for_everybody_else_these_pages_do_not_exist(page, cast, visit):
    for name in PEOPLE:
        assert visit(getattr(cast, name)).get(page).status_code == (200 if name == "gijs" else 404)
    assert visit(cast.anna).post(page, data=NEW).status_code in (404, 405)


def shown_in(answer):
    """The one-time password on the page that answers."""
    assert answer.status_code == 200, answer.text
    return answer.text.split('<code id="password">')[1].split("<")[0]


def test_a_new_account_gets_a_one_time_password_that_is_shown_once(cast, visit):
    browser = visit(cast.gijs)
    data = {**NEW, "pit_id": cast.balie.id, "nonce": "once"}
    password = shown_in(browser.post("/people/new", data=data))
    again = browser.post("/people/new", data=data, follow_redirects=True)
    assert password not in again.text and "The password was shown before" in again.text
    olga = db.session.scalars(select(Person).filter_by(email="olga@voorbeeld.nl")).one()
    assert (olga.name, olga.pit_id, olga.role, olga.steward) == ("Olga", cast.balie.id, "colleague", False)
    hers = visit(None)
    assert hers.post("/sign-in", data={"email": "olga@voorbeeld.nl", "password": password}).status_code == 303
    assert hers.get("/tasks").location == "/account", "the own password comes first"
    assert "one-time password" in hers.post("/language", data={"language": "en"}, follow_redirects=True).text
    hers.post("/account/password", data={"current": password, "new": "een eigen lange zin"})
    assert hers.get("/about").status_code == 200 and hers.get(olga.url).status_code == 200


def test_a_one_time_password_works_for_seven_days(cast, visit):
    browser = visit(cast.gijs)
    password = shown_in(browser.post("/people/new", data={**NEW, "pit_id": "0"}))
    with moved_to(now() + timedelta(days=8)):
        answer = visit(None).post("/sign-in", data={"email": "olga@voorbeeld.nl", "password": password})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "Fill in a name."),
        ({"email": "olga"}, "This is not an e-mail address."),
        ({"email": "ANNA@voorbeeld.nl"}, "Somebody has an account with this e-mail address already."),
        ({"role": "partner"}, "Choose for which organisation."),
        ({"role": "king"}, "Not a valid choice"),
    ],
)
def test_an_account_that_cannot_be_is_shown_again_as_it_was_typed(wrong, sentence, cast, visit):
    answer = visit(cast.gijs).post("/people/new", data={**NEW, "pit_id": "0", "name": "Olga", **wrong})
    assert answer.status_code == 422
    assert wrong.get("email", "Olga@Voorbeeld.nl") in answer.text
    if "king" not in wrong.values():
        assert sentence in answer.text
    assert db.session.query(Person).count() == len(PEOPLE)


def test_the_one_click_form_twice_makes_one_account(cast, visit):
    browser, data = visit(cast.gijs), {**NEW, "pit_id": "0", "nonce": "once"}
    first, second = browser.post("/people/new", data=data), browser.post("/people/new", data=data)
    olga = db.session.scalars(select(Person).filter_by(email="olga@voorbeeld.nl")).one()
    assert shown_in(first) and (second.status_code, second.location) == (303, f"{olga.url}?shown")


def test_accounts_are_found_by_name_and_address(cast, visit):
    browser = visit(cast.gijs)
    cast.bram.active = False
    page = browser.get("/steward/accounts").text
    assert "wim@voorbeeld.nl" in page and "bram@voorbeeld.nl" in page and "closed" in page
    found = browser.get("/steward/accounts?q=NOOR@").text
    assert "noor@voorbeeld.nl" in found and "anna@voorbeeld.nl" not in found
    db.session.add_all(Person(name=f"M{n}", email=f"m{n}@voorbeeld.nl") for n in range(60))
    page = browser.get("/steward/accounts?q=m").text
    url = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert browser.get(url).status_code == 200


def test_changing_an_account_tells_whose_it_is(cast, visit):
    data = {"name": "Anna B", "email": "anna.b@voorbeeld.nl", "role": "steward", "pit_id": cast.groen.id}
    assert (
        visit(cast.gijs).post(f"{cast.anna.url}/account", data={**data, "partner_id": "0", **SURE}).status_code == 303
    )
    anna = db.session.get(Person, cast.anna.id)
    assert (anna.name, anna.email, anna.steward, anna.pit_id) == ("Anna B", "anna.b@voorbeeld.nl", True, cast.groen.id)
    told = db.session.execute(select(Event.verb, Notification.person_id).join(Notification.event)).all()
    assert ("account", anna.id) in told
    assert ("join", cast.chris.id) in told and ("leave", cast.bram.id) in told, "both pits hear who comes and goes"
    taken = {**data, "email": "bram@voorbeeld.nl", "partner_id": "0", **SURE}
    answer = visit(cast.gijs).post(f"{anna.url}/account", data=taken)
    assert answer.status_code == 422 and "bram@voorbeeld.nl" in answer.text


def test_there_is_always_a_steward_left(cast, visit):
    data = {"name": "Gijs", "email": "gijs@voorbeeld.nl", "role": "colleague", "pit_id": "0", "partner_id": "0", **SURE}
    answer = visit(cast.gijs).post(f"{cast.gijs.url}/account", data=data)
    assert answer.status_code == 422 and "Ask another one" in answer.text
    assert visit(cast.gijs).post(f"{cast.gijs.url}/deactivate").status_code == 409
    assert db.session.get(Person, cast.gijs.id).steward


def test_a_new_password_ends_every_sign_in(cast, visit):
    bram, browser = visit(cast.bram), visit(cast.gijs)
    password = shown_in(browser.post(f"{cast.bram.url}/reset-password", data=SURE))
    assert bram.get("/account").status_code == 302
    data = {"email": "bram@voorbeeld.nl", "password": password}
    assert visit(None).post("/sign-in", data=data).status_code == 303


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true", "HX-Target": "article#person"}])
def test_a_one_time_password_stands_in_one_answer_and_in_no_cookie(headers, cast, visit):
    browser, data = visit(cast.gijs), {"nonce": "once", **SURE}
    answer = browser.post(f"{cast.bram.url}/reset-password", data=data, headers=headers)
    password, bram = shown_in(answer), db.session.get(Person, cast.bram.id)
    assert check(bram.password_hash, password) and "no-store" in answer.headers["Cache-Control"]
    with browser.session_transaction() as session:
        assert password not in str(dict(session)) and set(session) <= {"_user_id", "_fresh", "language", "csrf_token"}
    again = browser.post(f"{bram.url}/reset-password", data=data, headers=headers, follow_redirects=True)
    assert "Make another one with “New one-time password”" in again.text and password not in again.text
    assert check(db.session.get(Person, bram.id).password_hash, password), "sent twice, it is made once"
    for name, said in (("gijs", True), ("anna", False)):
        page = visit(getattr(cast, name)).get(f"{bram.url}?shown").text
        assert ("was shown before" in page) == said
    assert "was shown before" not in browser.get(bram.url).text


@pytest.mark.parametrize(
    ("door", "data"),
    [
        ("/people/new", {**NEW, "pit_id": "0"}),
        ("bram/account", {"name": "B", "email": "b@anders.nl", "role": "steward", "pit_id": "0", "partner_id": "0"}),
        ("bram/reset-password", {}),
    ],
)
def test_who_can_let_somebody_in_gives_the_own_password_once_more(door, data, cast, visit):
    browser, bram = visit(cast.gijs), visit(cast.bram)
    url = door.replace("bram", cast.bram.url)
    for typed, sentence in (("", "Fill in your current password."), ("iets anders", "This is not your password.")):
        answer = browser.post(url, data={**data, "current": typed})
        assert answer.status_code == 422 and sentence in answer.text and "iets anders" not in answer.text
        assert all(value in answer.text for value in data.values() if value != SURE["current"]), "what was typed stays"
    known = db.session.get(Person, cast.bram.id)
    assert (known.name, known.email, known.steward, known.password_hash) == ("Bram", "bram@voorbeeld.nl", False, None)
    assert db.session.query(Person).count() == len(PEOPLE) and bram.get("/account").status_code == 200
    assert db.session.scalars(select(SecurityEvent.kind)).all() == ["password-failed"]
    for _n in range(9):
        browser.post(url, data={**data, "current": "iets anders"})
    assert browser.post(url, data={**data, **SURE}).status_code == 429
    with moved_to(now() + timedelta(minutes=16)):
        assert browser.post(url, data={**data, **SURE}).status_code in (200, 303)


def test_only_a_steward_makes_a_one_time_password_and_only_for_somebody_else(cast, visit):
    for name in PEOPLE:
        browser = visit(getattr(cast, name))
        for whom in (cast.bram, cast.gijs):
            hidden = name in ("wim", "petra")
            status = 404 if hidden else 200 if (name, whom.name) == ("gijs", "Bram") else 409
            button = f'"{whom.url}/reset-password"' in browser.get(whom.url).text
            assert button == (status == 200), name
            assert browser.post(f"{whom.url}/reset-password", data=SURE).status_code == status, name


def test_a_closed_account_is_signed_out_at_once_and_can_be_opened_again(cast, visit):
    bram, browser = visit(cast.bram), visit(cast.gijs)
    assert bram.get("/account").status_code == 200
    answer = browser.post(f"{cast.bram.url}/deactivate")
    assert answer.status_code == 303
    assert bram.get("/account").status_code == 302
    assert db.session.scalars(select(SignIn.person_id)).all() == [cast.gijs.id]
    assert browser.post(f"{cast.bram.url}/deactivate").status_code == 409
    assert browser.post(f"{cast.bram.url}/reset-password", data=SURE).status_code == 409
    assert browser.post(f"{cast.bram.url}/activate").status_code == 303
    assert db.session.get(Person, cast.bram.id).active
    assert db.session.scalars(select(Event.verb).order_by(Event.id)).all() == ["leave", "deactivate", "activate"]
    assert db.session.get(Person, cast.bram.id).pit_id is None


def test_what_somebody_held_is_handed_back_and_everybody_concerned_is_told(cast, visit):
    task = make_task(cast, "taken", holder_id=cast.sara.id)
    hand = make_task(cast, "open", choice="hands", hands=1)
    keep(Bid(task_id=hand.id, person_id=cast.sara.id, by_id=cast.sara.id))
    issue = make_issue(cast)
    seat = make_seat(cast, issue, "filled")
    keep(Bid(seat_id=seat.id, person_id=cast.sara.id, by_id=cast.sara.id, state="accepted"))
    led = make_issue(cast, trekker_id=cast.sara.id)
    backed = make_issue(cast, deputy_id=cast.sara.id)
    keep(HelpLineHelper(line_id=cast.recht.id, person_id=cast.sara.id))
    helped = make_pitstop(cast, "picked-up", line_id=cast.recht.id, helper_id=cast.sara.id)
    asked = make_pitstop(cast, "asked", asker_id=cast.sara.id, readers="line", question="CANARY")
    answer = visit(cast.gijs).post(f"{cast.sara.url}/deactivate", follow_redirects=True)
    assert answer.status_code == 200
    for sentence in ("The account is closed.", "One task is back", "One seat is free", "its deputy acts meanwhile"):
        assert sentence in answer.text
    task = db.session.get(Task, task.id)
    assert (task.state, task.holder_id, task.hours_left) == ("open", None, 3)
    assert (db.session.get(Seat, seat.id).state, db.session.get(Seat, seat.id).holder_id) == ("open", None)
    led, backed = db.session.get(Issue, led.id), db.session.get(Issue, backed.id)
    assert (led.state, led.trekker_id, led.deputy_id) == ("seeking", None, cast.eva.id)
    assert (backed.state, backed.deputy_id) == ("running", None)
    assert (db.session.get(Pitstop, helped.id).state, db.session.get(Pitstop, helped.id).helper_id) == ("asked", None)
    assert (db.session.get(Pitstop, asked.id).state, db.session.get(Pitstop, asked.id).question) == ("withdrawn", "")
    assert cast.sara.id not in db.session.scalars(select(HelpLineHelper.person_id)).all()
    assert not db.session.scalars(select(Bid).where(Bid.state.in_(Bid.LIVE))).all()
    told = db.session.execute(select(Event.verb, Notification.person_id).join(Notification.event)).all()
    assert ("release", cast.anna.id) in told and ("step-down", cast.eva.id) in told
    assert ("step-back", cast.dina.id) in told


def test_a_deputy_who_was_asked_for_more_and_a_team_that_asked_are_not_left_hanging(cast, visit):
    issue = make_issue(cast, offered_lead_id=cast.eva.id)
    team = make_pitstop(cast, "picked-up", asker_id=cast.eva.id, issue_id=issue.id, readers="line", pit_id=None)
    own = make_pitstop(cast, "answered", asker_id=cast.eva.id, readers="everyone", pit_id=cast.mens.id)
    visit(cast.gijs).post(f"{cast.eva.url}/deactivate")
    issue = db.session.get(Issue, issue.id)
    assert (issue.deputy_id, issue.offered_lead_id) == (None, None)
    assert db.session.get(Pitstop, team.id).state == "picked-up", "the team goes on with it"
    assert db.session.get(Pitstop, own.id).state == "withdrawn", "nobody else could ever close it"


def test_who_goes_to_another_partner_holds_nothing_of_the_first(cast, visit):
    task = make_task(cast, "taken", holder_id=cast.petra.id, issue_id=make_issue(cast).id)
    other = keep(Partner(key="ander", name="Een ander"))
    data = {
        "name": "Petra",
        "email": "petra@voorbeeld.nl",
        "role": "partner",
        "pit_id": "0",
        "partner_id": other.id,
        **SURE,
    }
    assert visit(cast.gijs).post(f"{cast.petra.url}/account", data=data).status_code == 303
    assert db.session.get(Task, task.id).state == "open"


def test_who_becomes_a_member_of_the_board_holds_nothing(cast, visit):
    task = make_task(cast, "taken", holder_id=cast.sara.id)
    data = {
        "name": "Sara",
        "email": "sara@voorbeeld.nl",
        "role": "board",
        "pit_id": cast.balie.id,
        "partner_id": "0",
        **SURE,
    }
    assert visit(cast.gijs).post(f"{cast.sara.url}/account", data=data).status_code == 303
    sara = db.session.get(Person, cast.sara.id)
    assert (sara.role, sara.pit_id) == ("board", None)
    assert db.session.get(Task, task.id).state == "open"


def test_the_steward_reads_neither_confidential_pitstops_nor_hidden_parts(cast, visit):
    make_pitstop(cast, "picked-up", readers="line", question="CANARY-question", topic="CANARY-topic")
    cast.anna.about, cast.anna.about_shown_to = "CANARY-about", "me"
    browser = visit(cast.gijs)
    for page in (*PAGES, cast.anna.url, "/steward/accounts?q=anna", "/people?q=anna"):
        assert "CANARY" not in browser.get(page).text, page


def test_the_municipality_and_its_confidants(cast, visit):
    browser = visit(cast.gijs)
    assert "Vera Vertrouw" in browser.get("/steward/municipality").text
    data = {
        "name": "Kolk",
        "villages": "A\n\n B ",
        "confidants": "Vera, 0612345678, vera@voorbeeld.nl\nJan, jan@voorbeeld.nl",
    }
    assert browser.post("/steward/municipality", data=data).status_code == 303
    town = db.session.scalars(select(Municipality)).one()
    assert (town.name, town.villages) == ("Kolk", ["A", "B"])
    assert town.confidants == [
        {"name": "Vera", "phone": "0612345678", "mail": "vera@voorbeeld.nl"},
        {"name": "Jan", "phone": "", "mail": "jan@voorbeeld.nl"},
    ]
    bad = browser.post("/steward/municipality", data={**data, "name": ""})
    assert bad.status_code == 422 and "0612345678" in bad.text


def test_health_shows_totals_and_no_names(cast, visit):
    for days in (1, 10, 40, 50):
        make_task(cast, posted_at=now() - timedelta(days=days))
    make_issue(cast, "seeking", created_at=now() - timedelta(days=20), sought_at=now() - timedelta(days=20))
    page = visit(cast.gijs).get("/steward/health").text.split("<main")[1]
    assert "up to a week: 1" in page and "up to four weeks: 1" in page and "longer: 2" in page
    assert "more than two weeks: 1" in page
    assert not [person.name for person in cast.people if person.name in page]


def test_no_totals_about_fewer_than_five_people(cast, visit):
    for person in cast.people:
        person.active = person.name in ("Anna", "Bram", "Chris", "Gijs")
    page = visit(cast.gijs).get("/steward/health").text
    assert "Fewer than five people work here" in page and "up to a week" not in page
