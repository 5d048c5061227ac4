"""One of everything in every state, with the variations that rules look at."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from hkplein.clock import now, today
from hkplein.db import Model, db
from hkplein.models import (
    NOUNS,
    Bid,
    Event,
    HelpLine,
    Leg,
    Lesson,
    LessonHelped,
    Notification,
    Person,
    Pit,
    Ring,
    RingLink,
    Skill,
    Swap,
    Wish,
)
from tests.cast import keep, make_issue, make_pitstop, make_seat, make_task

HELD = ("taken", "reported", "done")


def tasks(cast: SimpleNamespace, issue: Any) -> None:
    """Tasks of several authors and holders; offered, with hands, with places, past their date, just taken."""
    for state in NOUNS["task"].STATES:
        make_task(cast, state)
        make_task(cast, state, author_id=cast.chris.id, pit_id=None, issue_id=issue.id, choice="hands", mandate=True)
        make_task(cast, state, due=today() - timedelta(days=3), posted_at=now() - timedelta(days=30), places=3)
        if state in HELD:
            make_task(cast, state, holder_id=cast.bram.id, undo_until=now() + timedelta(hours=2))
            make_task(cast, state, holder_id=cast.sara.id, reported_at=now() - timedelta(days=20))
        make_task(cast, state, author_left=True, author_id=cast.noor.id)
        make_task(cast, state, author_left=True, author_id=cast.noor.id, pit_id=None, issue_id=issue.id)
    for offered in ("give", "swap"):
        make_task(cast, "taken", offered=offered)
        make_task(cast, "taken", offered=offered, holder_id=cast.dina.id, issue_id=issue.id)
        make_task(cast, "taken", taken_from_id=cast.bram.id, taken_offer=offered, undo_until=now() + timedelta(hours=1))


def issues(cast: SimpleNamespace) -> Any:
    """Issues in every state, with and without a deputy, an offered lead, a silent trekker."""
    for state in NOUNS["issue"].STATES:
        issue = make_issue(cast, state)
        if issue.trekker_id:
            make_issue(cast, state, deputy_id=None)
            make_issue(cast, state, offered_lead_id=cast.chris.id, offered_pit_id=cast.groen.id)
            make_issue(cast, state, trekker_id=cast.sara.id, updated_at=now() - timedelta(days=90), reminded=3)
        else:
            make_issue(cast, state, effect="Dat het lukt", role="do", pit_id=cast.groen.id)
    return make_issue(cast, "running")


def seats(cast: SimpleNamespace, issue: Any) -> None:
    """Seats in every state, with a bid in every state on each; hands on a task too."""
    for state in NOUNS["seat"].STATES:
        seat = make_seat(cast, issue, state)
        for person, bid in zip(cast.people, Bid.STATES, strict=False):
            keep(Bid(seat_id=seat.id, person_id=person.id, by_id=person.id, state=bid))
    task = make_task(cast, choice="hands", issue_id=issue.id)
    for person, bid in zip(cast.people[1:], Bid.STATES, strict=False):
        keep(Bid(task_id=task.id, person_id=person.id, by_id=person.id, state=bid))


def swaps(cast: SimpleNamespace) -> None:
    """Swaps in every state, with the turn at either side."""
    for state in Swap.STATES:
        for turn in (cast.bram, cast.chris):
            ours, theirs = (make_task(cast, "taken", holder_id=p.id, offered="swap") for p in (cast.bram, cast.chris))
            swap = Swap(state=state, proposer_id=cast.bram.id, other_id=cast.chris.id, turn_id=turn.id)
            if hasattr(Swap, "pair"):
                swap.pair = f"{ours.id}-{theirs.id}"
            keep(swap)
            keep(Leg(swap_id=swap.id, task_id=ours.id, giver_id=cast.bram.id, taker_id=cast.chris.id))
            keep(Leg(swap_id=swap.id, task_id=theirs.id, giver_id=cast.chris.id, taker_id=cast.bram.id))


def rings(cast: SimpleNamespace) -> None:
    """Wishes in every state, with a task and without; rings in every state, asked and agreed to, before and after."""
    people = (cast.bram, cast.chris, cast.dina)
    for state in Wish.STATES:
        keep(Wish(state=state, person_id=cast.eva.id, kind="filter"))
    for state in Ring.STATES:
        for days in (-1, 1):
            tasks = [make_task(cast, "taken", holder_id=person.id, offered="swap") for person in people]
            wishes = [keep(Wish(person_id=p.id, task_id=task.id)) for p, task in zip(people, tasks, strict=True)]
            ring = keep(
                Ring(
                    state=state, ended_at=None if state == "proposed" else now(), deadline=now() + timedelta(days=days)
                )
            )
            for n, person in enumerate(people):
                moves = {"gives_id": tasks[n].id, "takes_id": tasks[(n + 1) % 3].id, "live": state == "proposed"}
                agreed = now() if person is cast.bram else None
                link = {"ring_id": ring.id, "position": n, "wish_id": wishes[n].id, "person_id": person.id}
                keep(RingLink(**link, **moves, agreed_at=agreed))


def pitstops(cast: SimpleNamespace, issue: Any) -> None:
    """Pitstops in every state, for every kind of reader, of a person and of a team."""
    for state in NOUNS["pitstop"].STATES:
        for readers in ("line", "pit", "everyone"):
            make_pitstop(cast, state, readers=readers)
            make_pitstop(cast, state, readers=readers, issue_id=issue.id, asker_id=cast.dina.id)
    make_pitstop(cast, "picked-up", refer_to_id=cast.recht.id, turn="asker")
    make_pitstop(cast, "picked-up", hand_to_id=cast.hugo.id, turn="asker")
    make_pitstop(cast, "referred", line_id=cast.recht.id, helper_id=cast.femke.id)
    for reminded in range(4):
        old = {"due": today() - timedelta(days=60), "reminded": reminded}
        make_pitstop(cast, "asked", remind_on=today() - timedelta(days=1) if reminded else None, **old)
    for turn in ("asker", "helper"):
        make_pitstop(cast, "answered", turn=turn, waits_since=now() - timedelta(days=30), for_pit=True)
    make_pitstop(cast, "closed", readers="line", closed_at=now() - timedelta(days=100), pit_id=None)
    make_pitstop(cast, "asked", pit_id=None, asker_id=cast.noor.id, readers="line", for_pit=True)


def build(cast: SimpleNamespace) -> None:
    """Put all of it into the database."""
    issue = issues(cast)
    tasks(cast, issue)
    seats(cast, issue)
    swaps(cast)
    rings(cast)
    pitstops(cast, issue)
    for state in Lesson.STATES:
        lesson = keep(Lesson(title="Bel eerst", text="Bel.", state=state, author_id=cast.anna.id, pit_id=cast.balie.id))
        keep(LessonHelped(lesson_id=lesson.id, person_id=cast.bram.id, pit_id=cast.balie.id))
        keep(Lesson(title="Bel dan", text="Bel.", state=state, author_id=None, issue_id=issue.id))
    for state in Pit.STATES:
        keep(Pit(key=f"pit-{state}", name=f"Pit {state}", purpose="Dat het werkt.", state=state))
    for state in Skill.STATES:
        into = cast.schrijven.id if state == "merged" else None
        keep(
            Skill(key=f"skill-{state}", name_nl=state, name_en=state, kind="process", state=state, merged_into_id=into)
        )
    for state in HelpLine.STATES:
        keep(HelpLine(key=f"line-{state}", name=state, state=state))
    keep(Person(name="Oud", email="oud@voorbeeld.nl", active=False))
    event_id = Event.record(issue, "update", by=cast.dina, tell={"team": [p.id for p in cast.people]})
    read = db.session.query(Notification).filter_by(event_id=event_id).first()
    assert read is not None
    read.seen_at = now()
    db.session.commit()


def every(noun: str) -> list[Model]:
    """All the rows of one noun."""
    return list(db.session.scalars(db.select(NOUNS[noun])))
