"""Swaps: proposing, answering, carrying out as a whole, and what ends one."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from hkplein.clock import TRANSITIONS, ZONE, moved_to, now, working_days_after
from hkplein.db import db
from hkplein.errors import Invalid, Refused
from hkplein.models import Event, Leg, Notification, Swap, Task
from hkplein.models.swap_clock import expire, forget
from tests.cast import keep, make_issue, make_task
from tests.table import hold

SIDES = ("bram", "chris")


def held(cast, name, **values) -> Task:
    """A task that somebody does, offered to swap."""
    return make_task(cast, "taken", **{"holder_id": getattr(cast, name).id, "offered": "swap", **values})


@pytest.fixture
def ours(cast):
    return held(cast, "bram", title="Balie dinsdag", offered=None)


@pytest.fixture
def theirs(cast):
    return held(cast, "chris", title="Hagen knippen", hours=6, pit_id=cast.groen.id)


@pytest.fixture
def swap(cast, ours, theirs):
    """Bram proposes to Chris: my counter for your hedges."""
    swap, _ = Swap.propose(cast.bram, ours.id, theirs, "Ik kan op dinsdag niet.")
    db.session.commit()
    return swap


def told(verb, noun="swap") -> list[tuple[str, str]]:
    """Who was told of a verb, by name, with the reason."""
    rows = db.session.execute(
        select(Notification)
        .join(Event)
        .where(Event.verb == verb, Event.noun == noun)
        .options(db.joinedload(Notification.person))
    )
    return sorted((row.person.name, row.why) for (row,) in rows)


def holders(*tasks) -> list[int | None]:
    return [db.session.scalar(select(Task.holder_id).where(Task.id == task.id)) for task in tasks]


# The whole table: every verb, as everybody, in every state.

TURN = {"proposed": "chris", "countered": "bram"}
WAITS = {"proposed": "bram", "countered": "chris"}
TABLE = {
    "accept": {state: [name] for state, name in TURN.items()},
    "counter": {state: [name] for state, name in TURN.items()},
    "decline": {state: [name] for state, name in TURN.items()},
    "withdraw": {state: [name] for state, name in WAITS.items()},
}


def make_swap(cast, state) -> Any:
    """A swap between Bram, who proposed it, and Chris; a counter-proposal is Chris's."""
    mine, other, third = held(cast, "bram"), held(cast, "chris"), held(cast, "chris")
    swap: Any = Swap.propose(cast.bram, mine.id, other)[0]
    if state == "countered":
        swap.counter(cast.chris, third.id, mine.id)
    elif state != "proposed":
        swap.state = state
    db.session.commit()
    swap.spare = held(cast, TURN.get(state, "bram"))
    return swap


@pytest.mark.parametrize("state", Swap.STATES)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_verb_is_for_whom_the_table_says(cast, visit, state):
    made = []

    def make(state):
        made.append(make_swap(cast, state))
        return made[-1]

    class Other(dict[str, Any]):
        """Another proposal, of the tasks that stand there at that moment."""

        def __bool__(self) -> bool:
            return True

        def get(self, verb, default=None):
            if verb != "counter":
                return default
            swap = made[-1]
            legs = db.session.scalars(select(Leg).where(Leg.swap_id == swap.id, Leg.round == swap.round)).all()
            got = next(leg.task_id for leg in legs if leg.taker_id == swap.turn_id)
            return {"mine": swap.spare.id, "theirs": got}

    hidden = {"anna", "dina", "eva", "sara", "femke", "hugo", "gijs", "noor", "wim", "petra"}
    hold(make, state, TABLE, cast, visit, hidden=hidden, data=Other())


# Proposing.


def test_a_proposal_waits_for_the_other_and_tells_only_the_other(cast, swap, ours, theirs):
    assert (swap.state, swap.turn_id, swap.round) == ("proposed", cast.chris.id, 1)
    assert told("propose") == [("Chris", "swap")]
    assert holders(ours, theirs) == [cast.bram.id, cast.chris.id]
    event = db.session.scalars(select(Event).where(Event.verb == "propose")).one()
    assert event.note == "Ik kan op dinsdag niet."
    assert (event.task_id, event.pit_id) == (None, None), "else others would read it in the history of the task"


@pytest.mark.parametrize(
    ("about", "why"),
    [
        ({"offered": None}, "not offered to swap"),
        ({"offered": "give"}, "not offered to swap"),
        ({"mandate": True}, "mandate"),
        ({"holder_id": "bram"}, "You do this task yourself"),
    ],
)
def test_what_is_not_offered_to_swap_cannot_be_asked_for(cast, ours, about, why):
    if "holder_id" in about:
        about = {"holder_id": cast.bram.id}
    wanted = held(cast, "chris", **about)
    with pytest.raises(Refused, match=r".*") as refusal:
        Swap.propose(cast.bram, ours.id, wanted)
    assert why in str(refusal.value.sentence)


@pytest.mark.parametrize(
    "about", [{"mandate": True}, {"holder_id": "anna"}, {"state": "reported", "offered": None}, {"state": "open"}]
)
def test_only_a_task_that_you_do_can_be_given(cast, theirs, about):
    state = about.get("state", "taken")
    values = {"holder_id": None if state == "open" else cast.bram.id, "offered": None, **about}
    if values.get("holder_id") == "anna":
        values["holder_id"] = cast.anna.id
    mine = make_task(cast, **{"state": state, **values})
    with pytest.raises(Invalid) as invalid:
        Swap.propose(cast.bram, mine.id, theirs)
    assert set(invalid.value.problems) == {"mine"}
    assert db.session.scalar(select(func.count(Swap.id))) == 0


def test_nobody_gets_a_second_place_of_one_posting(cast, theirs):
    posting = make_task(cast, places=3)
    mine = held(cast, "bram", posting_id=posting.id)
    held(cast, "chris", posting_id=posting.id)
    with pytest.raises(Invalid, match="mine"):
        Swap.propose(cast.bram, mine.id, theirs)


def test_a_partner_swaps_only_what_is_of_its_own_issue(cast):
    issue = make_issue(cast)
    petras, elsewhere = held(cast, "petra", issue_id=issue.id), held(cast, "chris")
    with pytest.raises(Invalid, match="mine"):
        Swap.propose(cast.chris, elsewhere.id, petras)
    inside = held(cast, "chris", issue_id=issue.id)
    swap, new = Swap.propose(cast.chris, inside.id, petras)
    assert new and swap.turn_id == cast.petra.id


def test_a_mirrored_proposal_is_the_same_swap(cast, swap, ours, theirs):
    ours.offered = "swap"
    db.session.commit()
    again, new = Swap.propose(cast.chris, theirs.id, ours)
    assert (again.id, new) == (swap.id, False)
    assert db.session.scalar(select(func.count(Swap.id))) == 1
    assert told("propose") == [("Chris", "swap")]


def test_the_database_has_no_room_for_two_live_swaps_of_one_pair(cast, swap):
    with pytest.raises(IntegrityError):
        keep(Swap(proposer_id=cast.chris.id, other_id=cast.bram.id, turn_id=cast.bram.id, pair=swap.pair))
    db.session.rollback()
    over = keep(
        Swap(state="declined", proposer_id=cast.chris.id, other_id=cast.bram.id, turn_id=cast.bram.id, pair=swap.pair)
    )
    assert over.id, "what is over is in nobody's way"


def test_proposing_over_the_web_leads_to_the_swap(cast, visit, ours, theirs):
    browser = visit(cast.bram)
    form = browser.get(f"/swaps/new?task={theirs.id}")
    assert form.status_code == 200 and "Hagen knippen" in form.text and "Balie dinsdag" in form.text
    answer = browser.post(f"/swaps/new?task={theirs.id}", data={"mine": ours.id, "words": "Graag!"})
    swap = db.session.scalars(select(Swap)).one()
    assert (answer.status_code, answer.location) == (303, swap.url)
    page = browser.get(swap.url).text
    assert "Chris has the next word" in page and "Graag!" in page and f"{swap.url}/withdraw" in page


def test_a_mirrored_proposal_over_the_web_shows_the_one_that_is_there(cast, visit, swap, ours, theirs):
    ours.offered = "swap"
    browser = visit(cast.chris)
    answer = browser.post(f"/swaps/new?task={ours.id}", data={"mine": theirs.id})
    assert (answer.status_code, answer.location) == (303, swap.url)
    page = browser.get(swap.url).text
    assert "proposed to you already" in page and f"{swap.url}/accept" in page


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_mirrored_proposal_for_a_task_that_is_not_offered_leads_there_too(cast, visit, swap, ours, theirs, method):
    answer = getattr(visit(cast.chris), method)(f"/swaps/new?task={ours.id}", data={"mine": theirs.id})
    assert (answer.status_code, answer.location) == (303, swap.url)
    assert Swap.propose(cast.chris, theirs.id, ours) == (swap, False)
    for other in (cast.dina, cast.bram):  # nobody else is led to it, nor who holds the task
        assert visit(other).get(f"/swaps/new?task={ours.id}").status_code == 409


def test_a_form_without_a_choice_keeps_what_was_typed(cast, visit, ours, theirs):
    answer = visit(cast.bram).post(f"/swaps/new?task={theirs.id}", data={"words": "Ik kan niet"})
    assert answer.status_code == 422
    assert "Choose which task you give." in answer.text and "Ik kan niet" in answer.text
    assert db.session.scalar(select(func.count(Swap.id))) == 0


@pytest.mark.parametrize("mine", ["0", "-1", "x", str(2**31), str(10**30)])
def test_an_id_that_is_no_task_of_mine_is_bad_input(cast, visit, ours, theirs, mine):
    answer = visit(cast.bram).post(f"/swaps/new?task={theirs.id}", data={"mine": mine})
    assert answer.status_code == 422, answer.status_code


def test_the_form_for_what_cannot_be_asked_for_shows_the_task_and_why(cast, visit, ours):
    mine_too = held(cast, "bram")
    answer = visit(cast.bram).get(f"/swaps/new?task={mine_too.id}")
    assert answer.status_code == 409 and "You do this task yourself." in answer.text
    assert visit(cast.bram).get(f"/swaps/new?task={10**30}").status_code == 404
    assert visit(cast.bram).get("/swaps/new").status_code == 404


def test_who_has_nothing_to_give_is_shown_the_way_to_the_square(cast, visit, theirs):
    page = visit(cast.noor).get(f"/swaps/new?task={theirs.id}")
    assert page.status_code == 200 and "no task to give" in page.text and 'href="/tasks"' in page.text


def test_the_board_proposes_nothing(cast, visit, theirs):
    assert visit(cast.wim).get(f"/swaps/new?task={theirs.id}").status_code == 409
    answer = visit(cast.wim).post(f"/swaps/new?task={theirs.id}", data={"mine": theirs.id})
    assert answer.status_code == 409 and "You look along" in answer.text


def test_the_page_of_a_task_that_another_offers_to_swap_has_the_button(cast, visit, ours, theirs):
    link = f'href="/swaps/new?task={theirs.id}"'
    assert link in visit(cast.bram).get(theirs.url).text
    assert link not in visit(cast.chris).get(theirs.url).text
    assert link not in visit(cast.wim).get(theirs.url).text


# Answering.


def test_accepting_gives_each_the_others_task_and_tells_authors_and_pits(cast, swap, ours, theirs):
    ours.undo_until = theirs.undo_until = now() + timedelta(hours=3)
    db.session.commit()
    swap.accept(cast.chris)
    assert swap.state == "done"
    assert holders(ours, theirs) == [cast.chris.id, cast.bram.id]
    for task in (ours, theirs):
        db.session.refresh(task)
        assert (task.state, task.offered, task.undo_until) == ("taken", None, None)
    assert told("accept") == [("Bram", "swap")]
    # Anna posted both, and both pits hear of both; who swapped knows it already.
    pits = [(name, "pit") for name in ("Dina", "Hugo", "Sara")]
    assert told("swap", "task") == sorted(2 * [("Anna", "author"), *pits])
    events = db.session.scalars(select(Event).where(Event.noun == "task").order_by(Event.id)).all()
    assert [(e.by_id, e.whom_id, e.task_id) for e in events] == [
        (cast.bram.id, cast.chris.id, ours.id),
        (cast.chris.id, cast.bram.id, theirs.id),
    ]


def test_the_pit_whose_task_it_is_hears_who_does_it_now(cast):
    mine, theirs = held(cast, "bram", pit_id=cast.mens.id), held(cast, "chris", pit_id=cast.mens.id)
    Swap.propose(cast.bram, mine.id, theirs)[0].accept(cast.chris)
    assert {"Eva", "Femke", "Gijs"} <= {name for name, why in told("swap", "task") if why == "pit"}


def test_who_has_it_after_a_swap_hears_that_its_date_has_passed(cast, swap, ours, theirs):
    ours.asked = theirs.asked = "date-passed"
    swap.accept(cast.chris)
    assert (ours.asked, theirs.asked) == ("", "")


def test_accepting_over_the_web_answers_with_the_part(cast, visit, swap):
    answer = visit(cast.chris).htmx(f"{swap.url}/accept", {"seen": 1})
    assert answer.status_code == 200 and "<html" not in answer.text and 'data-state="done"' in answer.text
    late = visit(cast.chris).post(f"{swap.url}/accept")
    assert late.status_code == 409 and 'role="alert"' in late.text and 'data-state="done"' in late.text


@pytest.mark.parametrize("seen", [0, 2, 2**63, -(2**63)])
def test_a_round_that_never_was_is_not_agreed_to(cast, visit, swap, seen):
    answer = visit(cast.chris).post(f"{swap.url}/accept", data={"seen": seen})
    assert answer.status_code == 409 and "There is another proposal now." in answer.text


def test_what_you_agree_to_is_what_you_saw(cast, visit, swap, ours, theirs):
    """Chris's page shows the first proposal; meanwhile two others were made."""
    second, third = held(cast, "bram", title="Post"), held(cast, "chris", title="Onkruid")
    swap.counter(cast.chris, theirs.id, second.id)
    swap.counter(cast.bram, second.id, third.id)
    db.session.commit()
    answer = visit(cast.chris).post(f"{swap.url}/accept", data={"seen": 1})
    assert answer.status_code == 409 and "There is another proposal now" in answer.text and "Onkruid" in answer.text
    assert holders(ours, theirs) == [cast.bram.id, cast.chris.id]
    assert visit(cast.chris).post(f"{swap.url}/accept", data={"seen": 3}).status_code == 303
    assert holders(second, third, ours, theirs) == [cast.chris.id, cast.bram.id, cast.bram.id, cast.chris.id]


def test_a_leg_that_changed_without_a_word_stops_the_whole(cast, swap, ours, theirs):
    """The last check is made as the tasks are handed over; what went before is undone with it."""
    db.session.execute(update(Task).where(Task.id == theirs.id).values(holder_id=cast.noor.id))
    db.session.commit()
    with pytest.raises(Refused) as refusal:
        swap.accept(cast.chris)
    db.session.rollback()
    assert refusal.value.row is swap and "Somebody else does this task now." in str(refusal.value.sentence)
    assert holders(ours, theirs) == [cast.bram.id, cast.noor.id]
    assert db.session.scalar(select(Swap.state)) == "proposed" and told("accept") == []


def test_accepting_closes_every_competing_proposal_and_tells_the_people(cast, swap, ours, theirs):
    hers, more, far = held(cast, "sara"), held(cast, "noor"), held(cast, "dina")
    on_theirs, _ = Swap.propose(cast.sara, hers.id, theirs)
    ours.offered = "swap"
    on_ours, _ = Swap.propose(cast.noor, more.id, ours)
    apart, _ = Swap.propose(cast.noor, more.id, far)
    db.session.commit()
    swap.accept(cast.chris)
    for other in (on_theirs, on_ours, apart):
        db.session.refresh(other)
    assert [on_theirs.state, on_ours.state, apart.state] == ["overtaken", "overtaken", "proposed"]
    assert told("overtake") == [("Bram", "swap"), ("Chris", "swap"), ("Noor", "swap"), ("Sara", "swap")]


def test_a_counter_names_other_tasks_and_passes_the_turn(cast, swap, ours, theirs):
    third = held(cast, "bram", title="Post", offered=None)
    swap.counter(cast.chris, theirs.id, third.id, "Liever de post.")
    assert (swap.state, swap.round, swap.turn_id) == ("countered", 2, cast.bram.id)
    assert told("counter") == [("Bram", "swap")]
    now_ = {(leg.task_id, leg.giver_id) for leg in db.session.scalars(select(Leg).where(Leg.round == 2))}
    assert now_ == {(theirs.id, cast.chris.id), (third.id, cast.bram.id)}
    assert len(db.session.scalars(select(Leg).where(Leg.round == 1)).all()) == 2, "the first proposal stays on record"
    swap.accept(cast.bram)
    assert holders(ours, theirs, third) == [cast.bram.id, cast.bram.id, cast.chris.id]


def test_the_same_tasks_again_are_no_counter_proposal(cast, visit, swap, ours, theirs):
    answer = visit(cast.chris).post(
        f"{swap.url}/counter", data={"mine": theirs.id, "theirs": ours.id, "words": "Nog eens"}
    )
    assert answer.status_code == 422 and "proposed already" in answer.text and "Nog eens" in answer.text
    assert db.session.scalar(select(Swap.round)) == 1


def test_a_counter_names_only_tasks_of_the_two(cast, visit, swap, theirs):
    strangers = held(cast, "sara")
    answer = visit(cast.chris).post(f"{swap.url}/counter", data={"mine": theirs.id, "theirs": strangers.id})
    assert answer.status_code == 422 and "Somebody else does this task now." in answer.text


def test_after_the_fifth_proposal_it_is_yes_or_no(cast, visit, swap, ours, theirs):
    second = held(cast, "bram", title="Post")
    sides = [(cast.chris, theirs, second), (cast.bram, ours, theirs)] * 2
    for person, mine, other in sides:
        swap.counter(person, mine.id, other.id)
    db.session.commit()
    assert (swap.round, swap.turn_id) == (5, cast.chris.id)
    browser = visit(cast.chris)
    page = browser.get(swap.url).text
    assert f"{swap.url}/counter" not in page and f"{swap.url}/accept" in page and f"{swap.url}/decline" in page
    answer = browser.post(f"{swap.url}/counter", data={"mine": theirs.id, "theirs": second.id})
    assert answer.status_code == 409 and "the fifth proposal" in answer.text


@pytest.mark.parametrize(("verb", "who", "hears"), [("decline", "chris", "Bram"), ("withdraw", "bram", "Chris")])
def test_a_no_needs_no_reason_and_changes_nothing(cast, swap, ours, theirs, verb, who, hears):
    getattr(swap, verb)(getattr(cast, who))
    assert swap.state == {"decline": "declined", "withdraw": "withdrawn"}[verb]
    assert told(verb) == [(hears, "swap")]
    assert holders(ours, theirs) == [cast.bram.id, cast.chris.id]


def test_after_a_no_the_same_may_be_proposed_again(cast, swap, ours, theirs):
    swap.decline(cast.chris)
    again, new = Swap.propose(cast.bram, ours.id, theirs)
    assert new and again.id != swap.id


# Overtaken.


def overtaking(cast, ours, theirs) -> dict[str, Any]:
    return {
        "reported": lambda: theirs.report(cast.chris),
        "released": lambda: ours.release(cast.bram, "niets", "alles", "bel eerst", 3),
        "taken over": lambda: ours.take_over(cast.noor),
    }


@pytest.mark.parametrize("how", ["reported", "released", "taken over"])
def test_a_leg_that_goes_elsewhere_ends_the_swap_and_both_hear_it(cast, swap, ours, theirs, how):
    ours.offered = "give"
    db.session.commit()
    overtaking(cast, ours, theirs)[how]()
    db.session.refresh(swap)
    assert swap.state == "overtaken"
    assert told("overtake") == [("Bram", "swap"), ("Chris", "swap")]


def test_a_task_that_is_no_longer_on_the_table_ends_nothing(cast, swap, ours, theirs):
    """In the second round the first task of Bram is free to go."""
    third = held(cast, "bram")
    swap.counter(cast.chris, theirs.id, third.id)
    ours.report(cast.bram)
    db.session.refresh(swap)
    assert swap.state == "countered" and told("overtake") == []


# The clock.


def tick(transition, moment) -> int:
    """Run one transition of the clock, as `hkplein tick` does."""
    with moved_to(moment):
        due = next(t.due for t in TRANSITIONS if t.act is transition)
        rows = db.session.scalars(due()).all()
        for row in rows:
            transition(row)
        db.session.commit()
        return len(rows)


def later(moment, days) -> datetime:
    """The same time of day, so many working days on."""
    day = working_days_after(moment.astimezone(ZONE).date(), days)
    return datetime.combine(day, moment.astimezone(ZONE).timetz().replace(tzinfo=None), ZONE)


def test_ten_working_days_of_silence_end_a_swap(cast, swap):
    assert tick(expire, later(swap.moved_at, 9)) == 0
    assert tick(expire, later(swap.moved_at, 10)) == 1
    assert swap.state == "expired" and told("expire") == [("Bram", "swap"), ("Chris", "swap")]
    assert tick(expire, later(swap.moved_at, 30)) == 0


def test_an_answer_starts_the_ten_days_afresh(cast, swap, ours, theirs):
    third = held(cast, "bram")
    with moved_to(later(swap.moved_at, 9)):
        swap.counter(cast.chris, theirs.id, third.id)
        db.session.commit()
        limit = later(now(), 9)
    assert tick(expire, limit) == 0
    assert tick(expire, limit + timedelta(days=5)) == 1


def test_what_was_declined_is_forgotten_after_thirty_days(cast, swap, ours, theirs):
    swap.decline(cast.chris)
    other, _ = Swap.propose(cast.bram, ours.id, theirs)
    db.session.commit()
    assert tick(forget, swap.moved_at + timedelta(days=29)) == 0
    assert tick(forget, swap.moved_at + timedelta(days=31)) == 1
    db.session.expire_all()
    assert db.session.scalars(select(Swap.id)).all() == [other.id]
    assert set(db.session.scalars(select(Leg.swap_id))) == {other.id}
    assert set(db.session.scalars(select(Event.swap_id))) == {other.id}
    assert db.session.scalars(select(Notification)).all(), "the living proposal keeps its own"
    assert tick(forget, now() + timedelta(days=60)) == 0


# Pages.


def test_only_the_two_see_a_swap(cast, visit, swap):
    for person in cast.people:
        wanted = 200 if person.name.lower() in SIDES else 404
        assert visit(person).get(swap.url).status_code == wanted, person.name
        shown = "Hagen knippen" in visit(person).get("/swaps").text
        assert shown == (wanted == 200), person.name


def test_the_page_shows_both_sides_as_who_looks_sees_them(cast, visit, swap):
    bram, chris = (re.sub(r"\s+", " ", visit(p).get(swap.url).text) for p in (cast.bram, cast.chris))
    assert re.search(r"You give to Chris.*?Balie dinsdag.*?You get from Chris.*?Hagen knippen", bram)
    assert re.search(r"You give to Bram.*?Hagen knippen.*?You get from Bram.*?Balie dinsdag", chris)
    assert "It is your turn." in chris and "You proposed this" in bram and "Bram proposed this" in chris


def test_words_are_shown_safely(cast, visit, ours, theirs):
    Swap.propose(cast.bram, ours.id, theirs, "<script>alert(1)</script>")
    page = visit(cast.chris).get(db.session.scalars(select(Swap)).one().url).text
    assert "<script>alert" not in page


def test_my_swaps_lists_the_living_first_and_pages_the_rest(cast, visit, statements):
    for n in range(24):
        mine, other = held(cast, "bram", title=f"Mijn {n}"), held(cast, "chris", title=f"Hun {n}")
        swap, _ = Swap.propose(cast.bram, mine.id, other)
        if n != 5:
            swap.decline(cast.chris)
    db.session.commit()
    browser, others = visit(cast.bram), visit(cast.chris)
    db.session.commit()
    with statements() as said:
        first = browser.get("/swaps").text
    assert first.index("Mijn 5") < first.index("Mijn 23") and "Mijn 3 " in first and "Mijn 2 " not in first
    (following,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = browser.get(following).text
    assert "Mijn 2 " in second and "Mijn 0 " in second and "Mijn 5" not in second and 'rel="next"' not in second
    assert len(said) <= 6, said
    with statements() as said:
        others.get("/swaps")
    assert len(said) <= 6, said


def test_without_swaps_there_is_a_way_to_the_square(cast, visit):
    page = visit(cast.noor).get("/swaps").text
    assert "No swaps yet" in page and 'href="/tasks"' in page
