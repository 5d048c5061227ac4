"""Issues with their teams, seats, hands, states of play and questions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hkplein.clock import now
from hkplein.db import db
from hkplein.loading.source import Entry
from hkplein.loading.tasks import add_bid
from hkplein.loading.town import Town, ago, in_days
from hkplein.loading.words import BID_STATES, EFFECTS, ISSUE_ROLES, ISSUE_STATES, SEAT_STATES
from hkplein.models import Issue, IssuePartner, IssuePit, Person, Question, Seat, Update

BEGAN = {"idea": 6, "seeking": 20, "forming": 30, "running": 120, "paused": 150}  # days ago
ANSWERS = {"waiting": "wait", "declined": "decline", "withdrawn": "withdraw"}
PATIENCE = {"running": timedelta(weeks=6), "seeking": timedelta(weeks=2)}
ENDINGS = {"finished": "finish", "handed-over": "accept-pit", "let-go": "let-go", "stopped": "stop"}


def add_issues(town: Town) -> None:
    """Every issue of the file."""
    for entry in town.file["vraagstukken"]:
        add_issue(town, entry)
    db.session.flush()


def add_issue(town: Town, entry: Entry) -> None:
    """An issue as it stands, and how it came so far."""
    state, chance = ISSUE_STATES[entry["status"]], town.chance("issue", entry["id"])
    pits = [town.pits[key] for key in entry["pits"]]
    home = town.pits[entry["trekker_pit"]] if entry.get("trekker_pit") else pits[0]
    began = BEGAN.get(state, 200) + chance.randint(0, 12)
    author = town.person(entry, "indiener", pit=pits[-1])
    led = state not in ("idea", "seeking", "let-go")  # let go, it may never have had one
    trekker = town.person(entry, "trekker", pit=home, but=[author]) if led or entry.get("trekker") else None
    deputy = None
    if state in ("running", "paused") or entry.get("vervanger"):
        deputy = town.person(entry, "vervanger", pit=pits[1] if len(pits) > 1 else None, but=[author, trekker])
    issue = Issue(
        title=entry["titel"],
        question=entry["vraag"],
        theme=entry["thema"],
        effect="" if state == "idea" else entry["effect"],
        signs=list(entry["meten"])[:3] if state != "idea" else [],
        role=ISSUE_ROLES[entry["rol_gemeente"]] if entry.get("rol_gemeente") and state != "idea" else "",
        state=state,
        author=author,
        pit=home,
        trekker=trekker,
        deputy=deputy,
        created_at=ago(began),
        sought_at=None if state == "idea" else ago(began - 5),
        led_at=ago(began - 9) if led else None,
        started_at=ago(began - 40) if trekker and state in ("running", "paused", *ENDINGS) else None,
    )
    if entry.get("gevraagd_als_trekker"):
        issue.offered_lead, issue.asked_at = town.people[entry["gevraagd_als_trekker"]], ago(1)
    if state in ("running", "paused"):
        until = entry.get("ronde_tot_dagen")
        issue.round_ends = in_days(chance.randint(40, 120) if until is None else until)
    if state == "paused":
        issue.pause_reason, issue.look_again = entry["reden"], in_days(30)
    if state in ENDINGS:
        issue.ended_at, issue.effect_seen = ago(chance.randint(12, 40)), EFFECTS[entry["effect_gezien"]]
    db.session.add(issue)
    db.session.flush()
    town.issues[entry["id"]] = issue
    db.session.add_all(IssuePit(issue_id=issue.id, pit_id=pit.id) for pit in pits if pit is not home)
    partners = [town.partners[key] for key in entry["partners"]]
    db.session.add_all(IssuePartner(issue_id=issue.id, partner_id=partner.id) for partner in partners)
    team = [trekker, deputy]
    for seat in entry["plekken"]:
        team += add_seat(town, issue, seat)
    tell(town, issue, entry, team)
    add_updates(town, issue, entry, team)
    town.index(issue, issue.title, issue.question, issue.effect, issue.theme)


def tell(town: Town, issue: Issue, entry: Entry, team: list[Any]) -> None:
    """How it came so far, as history."""
    note, began = town.history.note, issue.created_at
    members = [member for member in town.people.by_id.values() if member.pit is issue.pit]
    note(issue, "post", began, issue.author, {"pit": members})
    if issue.sought_at:
        note(issue, "seek", issue.sought_at, issue.author, {"pit": members})
    if issue.trekker and issue.sought_at:
        led = issue.sought_at + timedelta(days=4)
        note(issue, "lead", led, issue.trekker, {"author": [issue.author], "pit": members})
        if issue.deputy:
            note(issue, "deputise", led + timedelta(days=3), issue.deputy, {"trekker": [issue.trekker]})
    if issue.started_at:
        note(issue, "start", issue.started_at, issue.trekker, {"author": [issue.author], "team": team})
    if issue.state == "paused":
        note(issue, "pause", ago(8), issue.trekker, {"team": team}, note=issue.pause_reason)
    if issue.state in ENDINGS and issue.ended_at:
        note(
            issue,
            ENDINGS[issue.state],
            issue.ended_at,
            issue.trekker or issue.author,
            {"author": [issue.author], "team": team, "pit": members},
            note=entry["reden"],
        )


def add_updates(town: Town, issue: Issue, entry: Entry, team: list[Any]) -> None:
    """States of play and questions; a running issue was heard of lately, unless the file says when."""
    for word in sorted(entry["standen"], key=lambda word: word["dagen"]):
        at = ago(-word["dagen"], 11)
        db.session.add(Update(issue_id=issue.id, by=issue.trekker or issue.author, text=word["tekst"], at=at))
        town.history.note(issue, "update", at, issue.trekker, {"team": team, "author": [issue.author]})
        issue.updated_at = at
    if issue.state == "running" and issue.updated_at is None:
        days = town.chance("update", entry["id"]).randint(3, 35) if town.invented else 0
        issue.updated_at = now() - timedelta(days=days)
    since = issue.updated_at if issue.state == "running" else issue.sought_at
    if issue.state in PATIENCE and since and since < now() - PATIENCE[issue.state]:
        issue.reminded, issue.reminded_at = 1, now() - timedelta(days=1)  # the clock has spoken already
    for asked in entry["vragen"]:
        who, at = town.people[asked["wie"]], ago(-asked["dagen"], 15)
        question = Question(issue_id=issue.id, by=who, text=asked["tekst"], at=at, reply=asked["antwoord"])
        db.session.add(question)
        told: dict[str, list[Any]] = {"trekker": [issue.trekker, issue.deputy], "author": [issue.author]}
        town.history.note(issue, "ask", at, who, told, note=question.text)
        if question.reply:
            question.answered_by, question.answered_at = issue.trekker, at + timedelta(days=1)
            town.history.note(question, "answer", question.answered_at, issue.trekker, {"asker": [who]}, issue=issue)


def add_seat(town: Town, issue: Issue, entry: Entry) -> list[Person]:
    """A seat and the hands for it; returns whoever sits in it."""
    state, skills = SEAT_STATES[entry["status"]], [town.skills[key] for key in entry["nodig"]]
    but = [issue.trekker, issue.deputy, issue.author]
    holder = town.person(entry, "wie", skills=skills, but=but) if state == "filled" else None
    seat = Seat(
        issue_id=issue.id,
        title=entry["titel"],
        asks=entry["vraagt"],
        hours=entry["uren"],
        until=in_days(entry["tot_dagen"]),
        state=state,
        holder=holder,
        filled_at=ago(20) if holder else None,
        created_at=ago(25),
        skills=skills,
    )
    db.session.add(seat)
    db.session.flush()
    town.index(seat, seat.title, seat.asks)
    town.history.note(seat, "describe", ago(25), issue.trekker, issue=issue)
    if holder:
        add_bid({"seat": seat}, holder, holder, "accepted", ago(20))
        told: dict[str, list[Any]] = {"trekker": [issue.trekker, issue.deputy], "pit": pit_of(town, holder)}
        town.history.note(seat, "fill", ago(20), holder, told, issue=issue, pit=holder.pit)
    if state == "ended":
        town.history.note(seat, "end", ago(5), issue.trekker, issue=issue)
    for hand in entry["handen"]:
        add_hand(town, issue, seat, hand)
    return [holder] if holder else []


def pit_of(town: Town, person: Person) -> list[Person]:
    """The colleagues in somebody's pit."""
    return [other for other in town.people.by_id.values() if person.pit and other.pit is person.pit]


def add_hand(town: Town, issue: Issue, seat: Seat, entry: Entry) -> None:
    """Somebody's hand for a seat, or an invitation to it."""
    person, state, at = town.people[entry["wie"]], BID_STATES[entry["status"]], ago(-entry["dagen"], 12)
    trekker = issue.trekker or issue.author
    by = trekker if state == "invited" else person
    bid = add_bid({"seat": seat}, person, by, state, at)
    bid.words, bid.reply = entry["woorden"], entry["antwoord"]
    told: dict[str, Any] = {"invited": [person]} if state == "invited" else {"trekker": [trekker, issue.deputy]}
    verb, whom = ("raise-hand", None) if by is person else ("invite", person)
    town.history.note(seat, verb, at, by, told, whom=whom, note=bid.words)
    later, heard = at + timedelta(hours=5), {"hand": [person], "trekker": [trekker]}
    if state == "left":
        town.history.note(seat, "free", later, person, told, issue=issue, pit=person.pit)
    elif state in ANSWERS:
        answers = person if state == "withdrawn" else trekker
        bid.why_no = {"withdrawn": "own", "declined": "lead"}.get(state, "")
        town.history.note(bid, ANSWERS[state], later, answers, heard, seat=seat, whom=person, note=bid.reply)
