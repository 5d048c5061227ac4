"""Seats: describing them, wanting one, being asked for one, and how they end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hkplein.clock import TRANSITIONS, end_of, moved_to, today, working_days_after
from hkplein.db import db
from hkplein.errors import Invalid, Refused
from hkplein.models import Bid, Event, Notification, Person, PersonSkill, Seat
from hkplein.models.team import Team
from tests.cast import keep, make_issue, make_seat, make_task
from tests.table import Allowed, everybody, hold

LEAD = {"dina", "eva"}
ALLOWED: Allowed = {
    "raise-hand": {"open": everybody("dina", "eva", "wim")},
    "invite": {"open": LEAD},
    "edit": {"open": LEAD, "filled": LEAD},
    "end": {"open": LEAD, "filled": LEAD},
}


@pytest.fixture
def issue(cast):
    return make_issue(cast)


def make_bid(seat: Seat, person: Person, state: str = "raised", **values: Any) -> Bid:
    """A bid on a seat."""
    values = {"by_id": person.id, **values}
    bid: Bid = keep(Bid(seat_id=seat.id, person_id=person.id, state=state, **values))
    return bid


def told(verb: str, noun: str = "seat") -> set[Any]:
    """Who was told of a verb, and why."""
    rows = db.session.execute(
        select(Notification.person_id, Notification.why)
        .join(Event, Event.id == Notification.event_id)
        .where(Event.verb == verb, Event.noun == noun)
    )
    return {tuple(row) for row in rows}


def tick(days: int = 0) -> int:
    """What time does to seats, so many working days from now; twice, for it must do it once."""
    done = 0
    with moved_to(end_of(working_days_after(today(), days)) - timedelta(hours=1)):
        for _again in range(2):
            for transition in TRANSITIONS:
                if transition.name.startswith("hkplein.models.seat_clock."):
                    rows = db.session.scalars(transition.due()).all()
                    for row in rows:
                        transition.act(row)
                        db.session.commit()
                    done += len(rows)
    db.session.expire_all()
    return done


@pytest.mark.parametrize("state", Seat.STATES)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_table_of_seats_holds_for_everybody(state, cast, visit, issue):
    data = {
        "invite": {"whom": cast.noor.id},
        "edit": {"title": "Schrijver", "hours": "3", "until": str(today() + timedelta(days=30))},
        "end": {"reason": "We zijn rond."},
    }
    hold(lambda state: make_seat(cast, issue, state), state, ALLOWED, cast, visit, data=data)


def test_a_partner_reads_the_seats_of_its_own_issues_only(cast, visit, issue):
    ours, theirs = make_seat(cast, issue), make_seat(cast, make_issue(cast))
    db.session.execute(db.text("DELETE FROM issue_partner WHERE issue_id = :id"), {"id": theirs.issue_id})
    assert visit(cast.petra).get(ours.url).status_code == 200
    assert visit(cast.petra).get(theirs.url).status_code == 404
    assert visit(cast.petra).post(f"{theirs.url}/raise-hand").status_code == 404


# Describing and changing.

SEAT = {"title": "Schrijver", "asks": "Stukken maken.", "hours": "2"}


def test_the_trekker_describes_a_seat(cast, visit, issue):
    until = today() + timedelta(days=90)
    page = f"/seats/new?issue={issue.id}"
    skills = {"knowledge": cast.tellen.id, "process_skills": cast.schrijven.id}
    assert visit(cast.dina).get(page).status_code == 200
    answer = visit(cast.dina).post(page, data={**SEAT, "until": str(until), **skills})
    seat = db.session.scalars(select(Seat)).one()
    assert (answer.status_code, answer.location) == (303, seat.url)
    assert (seat.title, seat.hours, seat.until, seat.state, seat.issue_id) == ("Schrijver", 2, until, "open", issue.id)
    assert set(db.session.scalars(db.text("SELECT skill_id FROM seat_skill"))) == {cast.tellen.id, cast.schrijven.id}
    assert db.session.scalars(select(Event.verb).where(Event.noun == "seat")).all() == ["describe"]


def test_others_cannot_describe_a_seat(cast, visit, issue):
    for person in (cast.anna, cast.wim, cast.petra):
        answer = visit(person).post(f"/seats/new?issue={issue.id}", data={**SEAT, "until": str(today())})
        assert answer.status_code == 409 and 'role="alert"' in answer.text
    with pytest.raises(Refused):
        Seat.describe(make_issue(cast, "finished"), cast.dina, title="x", asks="", hours=1, until=today())
    assert db.session.scalars(select(Seat)).all() == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": ""}, "Give the seat a name"),
        ({"hours": "0"}, "from 1 to 36"),
        ({"hours": "veel"}, "from 1 to 36"),
        ({"until": "2020-01-01"}, "Choose a date after today."),
        ({"until": "ooit"}, "Fill in a date"),
        ({"until": "2999-01-01"}, "within three years"),
    ],
)
def test_a_seat_that_is_not_right_comes_back_as_it_was_typed(wrong, sentence, cast, visit, issue):
    data = {**SEAT, "until": str(today() + timedelta(days=9)), "asks": "Mooie stukken.", **wrong}
    answer = visit(cast.dina).post(f"/seats/new?issue={issue.id}", data=data)
    assert answer.status_code == 422 and sentence in answer.text and "Mooie stukken." in answer.text
    assert db.session.scalars(select(Seat)).all() == []


def test_who_sits_there_and_who_wants_to_hear_of_a_change(cast, visit, issue):
    seat = make_seat(cast, issue, "filled")
    make_bid(seat, cast.chris, "waiting")
    until = today() + timedelta(days=20)
    data = {**SEAT, "hours": "4", "until": str(until), "process_skills": cast.schrijven.id}
    assert visit(cast.dina).post(f"{seat.url}/edit", data=data).status_code == 303
    assert (seat.hours, seat.until) == (4, until)
    home = {(cast.anna.id, "pit"), (cast.bram.id, "pit")}  # gives the hours
    assert told("edit") == {(cast.sara.id, "you"), (cast.chris.id, "hand"), *home}
    page = visit(cast.sara).get(seat.url).text
    assert "4 hours a week" in page and "Writing" in page


def test_ending_a_seat_gives_every_hand_an_answer_with_the_reason(cast, visit, issue):
    seat = make_seat(cast, issue, "filled")
    bids = [make_bid(seat, p, s) for p, s in ((cast.chris, "waiting"), (cast.noor, "raised"), (cast.bram, "withdrawn"))]
    assert visit(cast.eva).post(f"{seat.url}/end", data={"reason": ""}).status_code == 422
    assert visit(cast.eva).post(f"{seat.url}/end", data={"reason": "We zijn rond."}).status_code == 303
    assert [(b.state, b.reply) for b in bids] == [
        ("declined", "We zijn rond."),
        ("declined", "We zijn rond."),
        ("withdrawn", ""),
    ]
    assert told("end") == {(cast.sara.id, "you"), (cast.chris.id, "hand"), (cast.noor.id, "hand")}
    assert "We zijn rond." in visit(cast.noor).get(seat.url).text


def test_the_seats_end_with_their_issue(cast, issue):
    other = make_seat(cast, make_issue(cast))
    seats = [make_seat(cast, issue, state) for state in ("open", "filled", "ended")]
    bid = make_bid(seats[0], cast.chris)
    Seat.end_all(issue, cast.dina)
    db.session.commit()
    assert [s.state for s in seats] == ["ended"] * 3 and other.state == "open" and bid.state == "declined"
    assert told("close") == {(cast.chris.id, "hand"), (cast.sara.id, "you")}


# Both sides.


def test_a_raised_hand_reaches_the_trekker_and_nobody_else(cast, visit, issue):
    seat = make_seat(cast, issue)
    answer = visit(cast.chris).post(f"{seat.url}/raise-hand", data={"words": "Ik schrijf graag."})
    assert (answer.status_code, answer.location) == (303, seat.url)
    bid = db.session.scalars(select(Bid)).one()
    assert (bid.state, bid.person_id, bid.by_id) == ("raised", cast.chris.id, cast.chris.id)
    assert told("raise-hand") == {(cast.dina.id, "trekker"), (cast.eva.id, "trekker")}
    for reader in (cast.dina, cast.eva, cast.chris):
        assert "Ik schrijf graag." in visit(reader).get(seat.url).text
    for reader in (cast.anna, cast.wim, cast.petra, cast.gijs):
        assert "Ik schrijf graag." not in visit(reader).get(seat.url).text
        assert visit(reader).get(bid.url).status_code == 404


def test_one_hand_a_person(cast, visit, issue):
    seat = make_seat(cast, issue)
    assert visit(cast.chris).post(f"{seat.url}/raise-hand").status_code == 303
    again = visit(cast.chris).post(f"{seat.url}/raise-hand")
    assert again.status_code == 409 and "is up already" in again.text
    assert len(db.session.scalars(select(Bid)).all()) == 1


def test_two_hands_at_the_same_moment_are_one(cast, issue, monkeypatch):
    """The rule saw no hand yet; the database keeps one all the same."""
    seat = make_seat(cast, issue)
    make_bid(seat, cast.chris)
    monkeypatch.setattr(Seat, "why_not", lambda *_args: None)
    with pytest.raises(Refused):
        seat.raise_hand(cast.chris)
    assert len(db.session.scalars(select(Bid)).all()) == 1


def test_htmx_gets_the_seat_with_the_hand_in_it(cast, visit, issue):
    seat = make_seat(cast, issue)
    answer = visit(cast.chris).htmx(f"{seat.url}/raise-hand")
    bid = db.session.scalars(select(Bid)).one()
    assert answer.status_code == 200 and "<html" not in answer.text
    assert f'id="seat-{seat.id}"' in answer.text and f'action="{bid.url}/withdraw"' in answer.text


def test_a_colleague_is_invited_and_told(cast, visit, issue):
    seat = make_seat(cast, issue)
    page = visit(cast.dina).get(seat.url).text
    assert f'<option value="{cast.noor.id}">Noor</option>' in page and "Petra" not in page
    answer = visit(cast.dina).post(f"{seat.url}/invite", data={"whom": cast.noor.id, "words": "Jij schrijft mooi."})
    assert answer.status_code == 303
    assert told("invite") == {(cast.noor.id, "invited")}
    assert "Jij schrijft mooi." in visit(cast.noor).get(seat.url).text


def test_only_a_free_colleague_can_be_invited(cast, visit, issue):
    seat = make_seat(cast, issue)
    make_bid(seat, cast.chris)
    for whom in (cast.wim.id, cast.petra.id, cast.eva.id, cast.chris.id, 10**6, "x"):
        answer = visit(cast.dina).post(f"{seat.url}/invite", data={"whom": whom, "words": "Kom erbij."})
        assert (
            answer.status_code == 422
            and "Kom erbij." in answer.text
            and "nvalid" not in answer.text.replace("invalid=", "").replace("--invalid", "")
        )
    with pytest.raises(Invalid):
        seat.invite(cast.dina, whom=cast.chris.id)


# Time.


def test_a_seat_ends_by_itself_after_its_date_and_everybody_is_told(cast, issue):
    seat = make_seat(cast, issue, "filled", until=today() + timedelta(days=3), warned=True)
    late = make_seat(cast, issue, until=today() - timedelta(days=1))
    bid = make_bid(late, cast.chris)
    tick()
    assert (seat.state, late.state, bid.state) == ("filled", "ended", "declined")
    lead = {(cast.dina.id, "trekker"), (cast.eva.id, "trekker")}
    assert told("run-out") == lead | {(cast.chris.id, "hand")}
    tick(days=5)
    assert seat.state == "ended" and seat.issue_id not in cast.sara.team_ids
    assert told("run-out") == lead | {(cast.chris.id, "hand"), (cast.sara.id, "you")}
    assert len(db.session.scalars(select(Event).where(Event.verb == "run-out")).all()) == 2


def test_a_week_before_its_date_the_holder_and_the_trekker_hear_it_once(cast, issue):
    seat = make_seat(cast, issue, "filled", until=today() + timedelta(days=7))
    make_seat(cast, issue, "filled", until=today() + timedelta(days=20))
    assert tick() == 1 and seat.warned
    assert told("last-week") == {(cast.sara.id, "you"), (cast.dina.id, "trekker"), (cast.eva.id, "trekker")}
    seat.edit(cast.dina, title="x", asks="", hours=1, until=today() + timedelta(days=6))
    db.session.commit()
    assert tick() == 1, "a moved date is told again"


# The team.


def test_the_team_says_who_sits_where_and_what_is_missing(cast, issue):
    for name, skill, level in (("dina", cast.tellen, "can"), ("sara", cast.schrijven, "learns")):
        keep(PersonSkill(person_id=getattr(cast, name).id, skill_id=skill.id, level=level))
    make_seat(cast, issue, "filled", title="Schrijver", skills=[cast.schrijven])
    make_seat(cast, issue, "open", title="Teller", skills=[cast.tellen])
    team = Team.of(issue, cast.anna)
    assert [(str(title), person.name) for title, person in team.lead] == [("trekker", "Dina"), ("deputy", "Eva")]
    assert [s.title for s in team.open] == ["Teller"] and [s.holder_id for s in team.filled] == [cast.sara.id]
    assert [skill.name for skill in team.skills("knowledge")] == ["Counting"] and team.skills("process") == []
    assert [pit.name for pit in team.pits] == ["Pit Balie", "Pit Groen", "Pit Mens"]
    assert team.gaps() == [
        "Nobody in the team shows “Writing” yet.",
        "There is professional knowledge, but no process skills yet.",
        "Nobody works outdoors.",
    ]


def test_of_an_ended_issue_everybody_who_sat_in_it_is_listed_and_nothing_is_missing(cast, visit, issue):
    make_seat(cast, issue, "filled", title="Schrijver", skills=[cast.schrijven])
    make_seat(cast, issue, "open", title="Teller", skills=[cast.tellen])
    before = visit(cast.anna).get(issue.url).text
    assert "What is missing" in before and "This round ends on" in before and "2 hours a week until" in before
    issue.stop(cast.dina, effect_seen="no", lesson="Bel eerst", lesson_text="Bellen werkt.")
    page = visit(cast.anna).get(issue.url).text.partition('id="team"')
    assert "Sara" in page[2] and "Schrijver" in page[2] and "Teller" not in page[2].partition("What the team brings")[0]
    assert not any(said in "".join(page) for said in ("What is missing", "This round ends on", "2 hours a week until"))


def test_the_team_shows_only_skills_that_people_show(cast, issue):
    keep(PersonSkill(person_id=cast.dina.id, skill_id=cast.tellen.id, level="can"))
    cast.dina.skills_shown_to = "pit"
    db.session.commit()
    seen = {p.name: len(Team.of(issue, p).skills("knowledge")) for p in (cast.anna, cast.hugo, cast.dina, cast.wim)}
    assert seen == {"Anna": 0, "Hugo": 1, "Dina": 1, "Wim": 0}


def test_hands_come_in_random_order_for_the_trekker_and_not_at_all_for_others(cast, issue):
    seat = make_seat(cast, issue)
    wanting = [cast.anna, cast.bram, cast.chris, cast.hugo, cast.gijs, cast.femke]
    for person in wanting:
        make_bid(seat, person)
    waiting = [make_bid(seat, person, "waiting").id for person in (cast.noor, cast.sara)]
    orders = {tuple(b.id for b in Team.of(issue, cast.dina).hands(seat)) for _again in range(12)}
    assert len(orders) > 1 and {len(order) for order in orders} == {8}
    assert {order[6:] for order in orders} == {tuple(waiting)}, "the waiting list keeps its order"
    assert Team.of(issue, cast.chris).hands(seat) == [] and Team.of(issue, cast.chris).mine(seat) is not None
    assert Team.of(issue, cast.wim).hands(seat) == []


def test_the_team_takes_as_many_queries_for_a_hundred_seats_as_for_two(cast, statements):
    counts = []
    for size in (2, 100):
        issue = make_issue(cast)
        for number in range(size):
            seat = make_seat(cast, issue, "filled" if number % 2 else "open", skills=[cast.tellen])
            make_bid(seat, cast.chris)
        db.session.expire_all()
        db.session.refresh(issue)
        with statements() as said:
            team = Team.of(issue, cast.dina)
            assert len(team.open) == size / 2
            pits = [hand.person.pit for seat in team.seats for hand in team.hands(seat)]
            assert [pit and pit.name for pit in pits] == ["Pit Groen"] * size
            assert team.gaps() and team.pits and team.skills("process") == []
        counts.append(len(said))
    assert counts[0] == counts[1] <= 12, said


def test_those_not_chosen_see_three_things_like_it(cast, visit, issue):
    seat = make_seat(cast, issue, skills=[cast.schrijven])
    bid = make_bid(seat, cast.chris, "declined", reply="We hebben al een schrijver.")
    alike = [make_seat(cast, issue, title=f"Als dit {n}", skills=[cast.schrijven]) for n in range(2)]
    make_task(cast, title="Schrijf een brief", skills=[cast.schrijven])
    make_task(cast, title="Tel de bomen")
    make_seat(cast, issue, "filled", title="Bezet", skills=[cast.schrijven])
    for url in (seat.url, bid.url):
        page = visit(cast.chris).get(url).text
        assert "We hebben al een schrijver." in page and "Schrijf een brief" in page
        assert all(other.title in page for other in alike)
        assert "Tel de bomen" not in page and "Bezet" not in page
    assert "Schrijf een brief" not in visit(cast.dina).get(bid.url).text


@pytest.mark.parametrize(
    ("room", "said"),
    [
        (None, "not in your profile: Writing."),
        (2, "You have no room left."),
        (3, "It takes 2 hours a week, but you have only 1 hour a week left."),
        (4, "It takes 2 hours a week, and you have 2 hours a week left."),
    ],
)
def test_hours_given_already_are_told_in_private_and_stop_nobody(cast, visit, room, said):
    issue = make_issue(cast)
    make_seat(cast, issue, "filled", holder_id=cast.chris.id)
    cast.chris.room = room
    seat = make_seat(cast, issue, skills=[cast.schrijven])
    page = visit(cast.chris).get(seat.url).text
    assert said in page and "Only you see this." in page
    assert room is None or said not in visit(cast.bram).get(seat.url).text
    assert visit(cast.chris).post(f"{seat.url}/raise-hand").status_code == 303
