"""Bids on seats: both sides say yes, everybody gets an answer, and the waiting list moves by itself."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from hkplein.clock import now, today
from hkplein.db import db
from hkplein.errors import Refused
from hkplein.models import Bid, Event, Notification, Person, Seat
from tests.cast import keep, make_issue, make_seat, make_task
from tests.table import Allowed, hold
from tests.test_seats import make_bid, tick, told

LEAD = {"dina", "eva"}
ANSWER = {"raised": LEAD, "waiting": LEAD, "invited": {"chris"}}
ALLOWED: Allowed = {
    "accept": ANSWER,
    "decline": ANSWER,
    "wait": {"raised": LEAD},
    "withdraw": {"raised": {"chris"}, "waiting": {"chris"}, "invited": LEAD},
    "leave": {"accepted": {"chris"}},
}


@pytest.fixture
def issue(cast):
    return make_issue(cast)


@pytest.mark.parametrize("state", Bid.STATES)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_table_of_bids_holds_for_everybody(state, cast, visit, issue):
    hidden = {p.name.lower() for p in cast.people} - LEAD - {"chris"}

    def make(state):
        sits = {"state": "filled", "holder_id": cast.chris.id} if state == "accepted" else {}
        seat = make_seat(cast, issue, **sits)
        return make_bid(seat, cast.chris, state, by_id=cast.dina.id if state == "invited" else cast.chris.id)

    hold(make, state, ALLOWED, cast, visit, hidden=hidden, data={"decline": {"reply": "Deze keer niet."}})


# Yes.


def test_a_hand_that_is_accepted_takes_the_seat_and_the_home_pit_hears_what_it_gives(cast, visit, issue):
    seat = make_seat(cast, issue, hours=2)
    bid = make_bid(seat, cast.chris)
    answer = visit(cast.dina).post(f"{bid.url}/accept")
    assert (answer.status_code, answer.location) == (303, bid.url)
    assert (seat.state, seat.holder_id, bid.state) == ("filled", cast.chris.id, "accepted")
    assert issue.id in cast.chris.team_ids
    assert told("accept", "bid") == {(cast.chris.id, "hand")}
    assert told("fill") == {(cast.hugo.id, "pit")}, "his pit, but not he himself nor who agreed"
    event = db.session.scalars(select(Event).where(Event.verb == "fill")).one()
    db.session.refresh(event, ["by", "seat", "issue"])
    assert event.sentence().startswith("Chris joins “Jongeren zonder huis” as “Schrijver”: gives 2 hours a week until ")
    assert (event.pit_id, event.issue_id) == (cast.groen.id, issue.id)


def test_an_invitation_is_accepted_by_whoever_is_invited(cast, visit, issue):
    seat = make_seat(cast, issue)
    make_seat(cast, issue, "filled")
    seat.invite(cast.dina, whom=cast.noor.id)
    bid = db.session.scalars(select(Bid)).one()
    assert visit(cast.noor).post(f"{bid.url}/accept").status_code == 303
    assert (seat.holder_id, bid.state) == (cast.noor.id, "accepted")
    assert told("accept", "bid") == {(cast.dina.id, "trekker"), (cast.eva.id, "trekker")}
    assert told("fill") == {(cast.sara.id, "team")}


def test_somebody_of_a_partner_sits_in_the_team_of_their_own_issue(cast, visit, issue):
    seat = make_seat(cast, issue)
    assert visit(cast.petra).post(f"{seat.url}/raise-hand", data={"words": "Wij ook."}).status_code == 303
    bid = db.session.scalars(select(Bid)).one()
    assert visit(cast.dina).post(f"{bid.url}/accept").status_code == 303
    assert seat.holder_id == cast.petra.id and issue.id in cast.petra.team_ids
    assert told("fill") == set(), "no pit hears of it"
    assert "Petra" in visit(cast.anna).get(issue.url).text


def test_the_second_yes_is_refused_in_words(cast, visit, issue):
    seat = make_seat(cast, issue)
    first, second = make_bid(seat, cast.chris), make_bid(seat, cast.noor)
    browser = visit(cast.dina)
    assert browser.post(f"{first.url}/accept").status_code == 303
    late = browser.post(f"{second.url}/accept")
    assert late.status_code == 409 and "Somebody else sits in this seat now" in late.text
    assert (seat.holder_id, first.state, second.state) == (cast.chris.id, "accepted", "raised")


def test_a_stale_yes_never_fills_a_seat_twice(cast, issue, monkeypatch):
    """Both were asked while the seat was open; the database lets one of them in."""
    seat = make_seat(cast, issue)
    first, second = make_bid(seat, cast.chris), make_bid(seat, cast.noor)
    first.accept(cast.dina)
    db.session.commit()
    with pytest.raises(Refused):
        second.accept(cast.dina)
    db.session.rollback()
    assert (seat.holder_id, second.state) == (cast.chris.id, "raised")


def test_when_a_seat_is_filled_the_trekker_is_asked_to_answer_the_others(cast, visit, issue):
    seat = make_seat(cast, issue)
    bid, other = make_bid(seat, cast.chris), make_bid(seat, cast.noor)
    visit(cast.dina).post(f"{bid.url}/accept")
    assert told("answer-others") == {(cast.dina.id, "trekker"), (cast.eva.id, "trekker")}
    assert other.state == "raised"
    page = visit(cast.dina).get(seat.url).text
    assert "Give the others an answer" in page and f'action="{other.url}/decline"' in page
    assert f'action="{other.url}/accept"' not in page
    assert visit(cast.dina).post(f"{other.url}/wait").status_code == 303
    assert other.state == "waiting" and told("wait", "bid") == {(cast.noor.id, "hand")}


@pytest.mark.parametrize("place", ["bid", "seat", "team"])
def test_htmx_gets_the_part_in_which_the_bid_stands_and_says_what_happened(cast, visit, issue, place):
    bid = make_bid(make_seat(cast, issue), cast.chris)
    url = {"bid": bid.url, "seat": bid.seat.url, "team": issue.url}[place]
    root = {"bid": f"bid-{bid.id}", "seat": f"seat-{bid.seat_id}", "team": "team"}[place]
    target = f"{'section' if place == 'team' else 'article'}#{root}"
    browser = visit(cast.dina)
    assert f'data-hx-post="{bid.url}/wait" data-hx-target="#{root}"' in browser.get(url).text
    done = browser.htmx(f"{bid.url}/wait", target=target)
    assert done.status_code == 200 and "HX-Refresh" not in done.headers
    assert f'id="bid-{bid.id}" data-state="waiting"' in done.text
    assert 'data-say="Put on the waiting list, and told so."' in done.text
    refused = browser.htmx(f"{bid.url}/wait", target=target)
    assert refused.status_code == 409 and 'role="alert"' in refused.text
    bad = browser.htmx(f"{bid.url}/decline", {"reply": ""}, target=target)
    assert bad.status_code == 422 and bad.text.count("Say in a sentence why not") == 1
    assert {re.search(r' id="([^"]+)"', answer.text)[1] for answer in (done, refused, bad)} == {root}


def test_what_the_team_panel_becomes_is_what_a_reload_shows(cast, visit, issue):
    seat = make_seat(cast, issue)

    def panel(text):
        text = re.sub(r"<hx-partial.*?</hx-partial>|<input type=.hidden.[^>]*>", "", text, flags=re.DOTALL)
        text = text.replace(" data-focus", "").partition('id="team"')[2].partition("</section>\n")[0]
        return re.sub(r"\s+", " ", text)

    def same(answer, person):
        assert answer.status_code == 200 and panel(answer.text) == panel(visit(person).get(issue.url).text)

    same(visit(cast.chris).htmx(f"{seat.url}/raise-hand", target="section#team"), cast.chris)
    bid = db.session.scalars(select(Bid)).one()
    answer = visit(cast.dina).htmx(f"{bid.url}/accept", target="section#team")
    same(answer, cast.dina)
    assert '<li class="line" data-focus>' in answer.text, "the focus stays with the seat"
    assert seat.holder_id == cast.chris.id and "One seat is open" not in answer.text


@pytest.mark.parametrize("verb", ["accept", "wait", "decline"])
def test_nobody_answers_their_own_hand(cast, visit, issue, verb):
    bid = make_bid(make_seat(cast, issue), cast.eva)
    browser = visit(cast.eva)
    assert f"{bid.url}/{verb}" not in browser.get(bid.url).text
    assert browser.post(f"{bid.url}/{verb}", data={"reply": "Ik wel."}).status_code == 409 and bid.state == "raised"
    assert visit(cast.dina).post(f"{bid.url}/{verb}", data={"reply": "Jij niet."}).status_code == 303


@pytest.mark.parametrize(("verb", "state"), [("lead", "seeking"), ("deputise", "running"), ("accept-lead", "running")])
def test_the_own_hands_come_down_when_somebody_moves_the_issue(cast, visit, verb, state):
    lead = {"deputy_id": None, "offered_lead_id": cast.chris.id if verb == "accept-lead" else None}
    issue, elsewhere = make_issue(cast, state, **lead), make_issue(cast)
    up, waits, other = (
        make_bid(make_seat(cast, issue), *bid) for bid in ((cast.chris,), (cast.chris, "waiting"), (cast.noor,))
    )
    invited = make_bid(make_seat(cast, issue), cast.chris, "invited", by_id=cast.dina.id)
    apart, next_one = make_bid(make_seat(cast, elsewhere), cast.chris), make_bid(invited.seat, cast.noor, "waiting")
    assert visit(cast.chris).post(f"{issue.url}/{verb}").status_code == 303
    assert [bid.state for bid in (up, waits, invited)] == ["withdrawn", "withdrawn", "declined"]
    assert (other.state, apart.state, next_one.state) == ("raised", "raised", "invited")


# No.


def test_a_no_to_a_raised_hand_needs_a_reason_and_brings_it(cast, visit, issue):
    bid = make_bid(make_seat(cast, issue), cast.chris)
    browser = visit(cast.dina)
    empty = browser.post(f"{bid.url}/decline", data={"reply": " "})
    assert empty.status_code == 422 and "Say in a sentence why not" in empty.text and bid.state == "raised"
    long = browser.post(f"{bid.url}/decline", data={"reply": "x" * 501})
    assert long.status_code == 422 and "x" * 501 in long.text
    assert browser.post(f"{bid.url}/decline", data={"reply": "We zoeken een jurist."}).status_code == 303
    assert (bid.state, bid.reply, bid.answered_at is not None) == ("declined", "We zoeken een jurist.", True)
    assert told("decline", "bid") == {(cast.chris.id, "hand")}
    event = db.session.scalars(select(Event).where(Event.verb == "decline")).one()
    assert event.note == "We zoeken een jurist." and event.issue_id is None, "no news for others"
    assert "We zoeken een jurist." in visit(cast.chris).get(bid.url).text


def test_a_no_to_an_invitation_needs_no_reason(cast, visit, issue):
    seat = make_seat(cast, issue)
    bid = make_bid(seat, cast.noor, "invited", by_id=cast.dina.id)
    assert visit(cast.noor).post(f"{bid.url}/decline").status_code == 303
    assert (bid.state, seat.state) == ("declined", "open")
    assert told("decline", "bid") == {(cast.dina.id, "trekker"), (cast.eva.id, "trekker")}


def test_the_forms_say_what_is_asked_and_who_reads_it(cast, visit, issue):
    seat = make_seat(cast, issue)
    hand, invitation = make_bid(seat, cast.chris), make_bid(seat, cast.noor, "invited", by_id=cast.dina.id)
    asked = visit(cast.dina).get(hand.url).text
    assert (
        'aria-required="true"' in asked and "Whoever raised the hand reads this, and so do trekker and deputy" in asked
    )
    asked = visit(cast.noor).get(invitation.url).text
    assert "aria-required" not in asked and "not required" in asked and "Only the trekker and the deputy read" in asked
    assert "Whoever you invite reads this, and so do trekker and deputy" in visit(cast.dina).get(seat.url).text


def test_after_a_no_the_hand_may_go_up_again(cast, visit, issue):
    seat = make_seat(cast, issue)
    bid = make_bid(seat, cast.chris, "declined", reply="Nee.")
    assert visit(cast.chris).post(f"{seat.url}/raise-hand").status_code == 303
    assert bid.state == "declined" and len(db.session.scalars(select(Bid)).all()) == 2


def test_a_hand_and_an_invitation_can_be_taken_back(cast, visit, issue):
    seat = make_seat(cast, issue)
    hand, invitation = make_bid(seat, cast.chris), make_bid(seat, cast.noor, "invited", by_id=cast.dina.id)
    visit(cast.chris).post(f"{hand.url}/withdraw")
    visit(cast.dina).post(f"{invitation.url}/withdraw")
    assert (hand.state, invitation.state) == ("withdrawn", "withdrawn")
    lead = {(cast.dina.id, "trekker"), (cast.eva.id, "trekker")}
    assert told("withdraw", "bid") == lead | {(cast.noor.id, "invited")}


def test_taking_back_an_offer_from_the_waiting_list_needs_a_reason_and_asks_the_next(cast, visit, issue):
    seat = make_seat(cast, issue, skills=[cast.schrijven])
    alike = make_seat(cast, make_issue(cast), title="Als dit", skills=[cast.schrijven])
    offered = make_bid(seat, cast.chris, "invited")
    next_one = make_bid(seat, cast.noor, "waiting")
    browser = visit(cast.dina)
    empty = browser.post(f"{offered.url}/withdraw")
    assert empty.status_code == 422 and "Say in a sentence why not" in empty.text and offered.state == "invited"
    assert browser.post(f"{offered.url}/withdraw", data={"reply": "Het werd een jurist."}).status_code == 303
    assert (offered.state, offered.turned_down, next_one.state) == ("withdrawn", True, "invited")
    assert told("withdraw", "bid") == {(cast.chris.id, "hand")}
    for url in (offered.url, seat.url):
        page = visit(cast.chris).get(url).text
        assert "Het werd een jurist." in page and alike.title in page


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (lambda seat, dina: seat.end(dina, reason="Niet meer nodig."), "Niet meer nodig."),
        (lambda seat, dina: Seat.end_all(seat.issue, dina), "because its issue has ended."),
        (lambda seat, _dina: seat.over("run-out", None), "because its date has passed."),
    ],
)
def test_hands_and_invitations_hear_why_a_seat_is_over(cast, visit, issue, end, sentence):
    seat = make_seat(cast, issue)
    hand, waits = make_bid(seat, cast.chris), make_bid(seat, cast.hugo, "waiting")
    invited, offered = make_bid(seat, cast.noor, "invited", by_id=cast.dina.id), make_bid(seat, cast.bram, "invited")
    end(seat, cast.dina)
    db.session.commit()
    heard = set().union(*(told(verb) for verb in ("end", "close", "run-out")))
    assert {(p.id, "hand") for p in (cast.chris, cast.hugo, cast.bram)} | {(cast.noor.id, "invited")} <= heard
    assert [bid.state for bid in (hand, waits, invited, offered)] == ["declined"] * 2 + ["withdrawn"] * 2
    for bid in (hand, waits, invited, offered):
        page = visit(db.session.get(Person, bid.person_id)).get(bid.url).text
        assert sentence in page and "went to a colleague" not in page


def test_only_a_seat_that_went_to_a_colleague_is_said_to_have_gone_there(cast, visit, issue):
    seat = make_seat(cast, issue)
    chosen, other = make_bid(seat, cast.chris), make_bid(seat, cast.noor)
    invited = make_bid(make_seat(cast, issue), cast.bram, "invited", by_id=cast.dina.id)
    chosen.accept(cast.dina)
    other.lapse("pass-over")
    invited.decline(cast.bram)
    db.session.commit()
    assert "The seat went to a colleague." in visit(cast.noor).get(other.url).text
    page = visit(cast.bram).get(invited.url).text
    assert "You said that you would rather not." in page and "This may suit you too" not in page


# Leaving, and the waiting list.


def test_leaving_opens_the_seat_and_asks_the_first_of_the_waiting_list(cast, visit, issue):
    seat = make_seat(cast, issue, "filled", filled_at=now())
    mine = make_bid(seat, cast.sara, "accepted")
    second = make_bid(seat, cast.noor, "waiting", since=now() - timedelta(days=1))
    first = make_bid(seat, cast.chris, "waiting", since=now() - timedelta(days=2))
    assert visit(cast.sara).post(f"{mine.url}/leave").status_code == 303
    assert (seat.state, seat.holder_id, mine.state) == ("open", None, "left")
    assert (first.state, second.state) == ("invited", "waiting")
    assert told("offer", "bid") == {(cast.chris.id, "offered")}
    lead = {(cast.dina.id, "trekker"), (cast.eva.id, "trekker")}
    assert told("free") == lead | {(cast.anna.id, "pit"), (cast.bram.id, "pit")}
    assert issue.id not in cast.sara.team_ids

    assert visit(cast.chris).post(f"{first.url}/decline").status_code == 303
    assert second.state == "invited" and (cast.noor.id, "offered") in told("offer", "bid")
    assert visit(cast.noor).post(f"{second.url}/accept").status_code == 303
    assert seat.holder_id == cast.noor.id


def test_somebody_who_just_left_the_waiting_list_is_passed_over(cast, issue, monkeypatch):
    seat = make_seat(cast, issue, "filled")
    mine = make_bid(seat, cast.sara, "accepted")
    gone, next_one = make_bid(seat, cast.chris, "waiting"), make_bid(seat, cast.noor, "waiting")
    monkeypatch.setattr(gone, "offer", lambda: False)  # withdrawn at the same moment
    mine.leave(cast.sara)
    assert (gone.state, next_one.state) == ("waiting", "invited")


# Time.


def test_after_ten_working_days_time_answers_those_who_were_left_without_a_word(cast, issue):
    seat = make_seat(cast, issue)
    bid, other, open_hand = (
        make_bid(seat, cast.chris),
        make_bid(seat, cast.noor),
        make_bid(make_seat(cast, issue), cast.noor),
    )
    bid.accept(cast.dina)
    db.session.commit()
    tick(days=9)
    assert other.state == "raised"
    tick(days=10)
    assert (other.state, other.reply, open_hand.state) == ("declined", "", "raised")
    assert told("pass-over", "bid") == {(cast.noor.id, "hand")}
    assert len(db.session.scalars(select(Event).where(Event.verb == "pass-over")).all()) == 1


def test_an_invitation_without_an_answer_makes_way_for_the_next(cast, issue):
    seat = make_seat(cast, issue)
    bid = make_bid(seat, cast.noor, "invited", by_id=cast.dina.id)
    waiting = make_bid(seat, cast.chris, "waiting")
    tick(days=9)
    assert bid.state == "invited"
    tick(days=10)
    assert (bid.state, waiting.state) == ("withdrawn", "invited")
    assert told("run-out", "bid") == {
        (cast.noor.id, "invited"),
        (cast.dina.id, "trekker"),
        (cast.eva.id, "trekker"),
    }


def test_whoever_must_answer_is_asked_again_every_week(cast, issue):
    make_bid(make_seat(cast, issue), cast.chris)
    make_bid(make_seat(cast, issue), cast.noor, "invited", by_id=cast.dina.id)
    for days, reminders in ((4, 0), (5, 2), (6, 2), (10, 3)):
        tick(days=days)
        found = db.session.scalars(select(Event).where(Event.verb == "remind")).all()
        assert len(found) == reminders, f"after {days} working days"
    assert told("remind", "bid") == {(cast.dina.id, "trekker"), (cast.eva.id, "trekker"), (cast.noor.id, "invited")}


# Who reads what.


def test_a_hand_for_a_task_lives_on_the_page_of_the_task(cast, visit):
    task = make_task(cast, choice="hands")
    bid = keep(Bid(task_id=task.id, person_id=cast.chris.id, by_id=cast.chris.id))
    answer = visit(cast.chris).get(bid.url)
    assert (answer.status_code, answer.location) == (302, task.url)
    for verb in ("accept", "decline", "withdraw", "leave", "wait"):
        assert visit(cast.chris).post(f"{bid.url}/{verb}").status_code == 404
    assert visit(cast.dina).get(bid.url).status_code == 404 and bid.state == "raised"


def test_my_hands_are_listed_for_me_alone(cast, visit, issue):
    make_bid(make_seat(cast, issue, title="Mijn plek"), cast.chris, "waiting")
    assert "Mijn plek" in visit(cast.chris).get("/bids").text
    assert "Mijn plek" not in visit(cast.dina).get("/bids").text


def test_the_list_of_my_hands_takes_as_many_queries_for_forty_as_for_two(cast, visit, issue, statements):
    counts = []
    for size in (2, 40):
        for _number in range(size):
            make_bid(make_seat(cast, issue), cast.chris)
        browser = visit(cast.chris)
        with statements() as said:
            assert browser.get("/bids").text.count('class="card"') >= size
        counts.append(len(said))
    assert counts[0] == counts[1], said


def test_the_panel_on_the_issue_lets_the_trekker_answer_and_a_colleague_raise_a_hand(cast, visit, issue):
    seat = make_seat(cast, issue, until=today() + timedelta(days=9))
    bid = make_bid(seat, cast.chris, words="Ik wil dit graag.")
    lead, other = visit(cast.dina).get(issue.url).text, visit(cast.anna).get(issue.url).text
    assert f'action="{bid.url}/accept"' in lead and "Ik wil dit graag." in lead
    assert f'action="{seat.url}/raise-hand"' in other and "Ik wil dit graag." not in other
    assert f'action="{seat.url}/raise-hand"' not in lead
    assert db.session.scalars(select(Notification)).all() == []
