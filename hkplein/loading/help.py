"""Pitstops with their threads, and lessons."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hkplein.clock import end_of, now, today, working_days_after
from hkplein.db import db
from hkplein.loading.source import Entry
from hkplein.loading.town import Town, ago
from hkplein.loading.words import HELPED, HELPING, LESSON_STATES, PITSTOP_STATES, READERS
from hkplein.models import HelpLine, Lesson, LessonHelped, Message, Person, Pitstop
from hkplein.models.pitstop_table import WAITING

CLOSED_AFTER = 12  # days ago that the closed ones were asked


def add_pitstops(town: Town) -> None:
    """Every pitstop of the file."""
    for entry in town.file["pitstops"]:
        add_pitstop(town, entry)
    db.session.flush()


def helper_of(town: Town, line: HelpLine, entry: Entry, pit: Any) -> Person:
    """Who picked it up: named, else a helper of the line who is not of the asking pit."""
    if entry.get("helper"):
        return town.people[entry["helper"]]
    line = town.lines.get(entry.get("van_hulplijn") or "", line)
    near = list(town.named(entry))
    able = [helper.person for helper in line.helpers if helper.person.pit is not pit and helper.person not in near]
    if not able:
        return town.stand_in(entry.line, f"hulplijn “{line.key}” has no helper from another pit: name a `helper`")
    return town.chance("helper", entry["id"]).choice(able)


def add_pitstop(town: Town, entry: Entry) -> None:
    """A pitstop as it stands, with its thread."""
    state, line, pit = PITSTOP_STATES[entry["status"]], town.lines[entry["hulplijn"]], town.pits[entry["pit"]]
    helper = helper_of(town, line, entry, pit) if entry["status"] in HELPING else None
    asker = town.person(entry, "vrager", pit=pit, but=[helper])
    asked_on = working_days_after(today(), -entry["werkdagen_open"] or (-2 if helper else 0))
    if state in ("closed", "withdrawn", "answered"):
        asked_on = today() - timedelta(days=CLOSED_AFTER if state == "closed" else 6)
    asked = min(end_of(asked_on) - timedelta(hours=14), now())
    due = working_days_after(asked_on, line.promised_days)
    pitstop = Pitstop(
        line=line,
        asker=asker,
        pit=pit,
        issue=town.issues.get(entry.get("vraagstuk", "")),
        topic=entry["onderwerp"],
        question="" if state == "withdrawn" else entry["vraag"],
        tried="" if state == "withdrawn" else entry["al_geprobeerd"],
        readers=READERS[entry["zichtbaar"]] if entry.get("zichtbaar") else line.readers,
        state=state,
        helper=helper,
        turn=turn(state, entry),
        asked_at=asked,
        waits_since=asked,
        for_pit=entry["voor_pit"],
        front=entry["status"] == "opgeschaald",
        due=due,
        reminded=(reminded := reminders(state, asked_on, line.promised_days)),
        remind_on=working_days_after(asked_on, line.promised_days * (reminded + 1)) if 0 < reminded < 3 else None,
    )
    if pitstop.reminded in (1, 2):
        pitstop.remind_on = working_days_after(asked_on, line.promised_days * (pitstop.reminded + 1))
    if helper:
        pitstop.picked_up_at = pitstop.waits_since = max(asked + timedelta(hours=3), min(now(), ago(2)))
    if state == "planned":
        days = entry["over_dagen"] if entry.get("over_dagen") is not None else 2
        pitstop.planned_at = end_of(working_days_after(today(), max(1, days))) - timedelta(hours=13, seconds=-1)
        pitstop.planned_place = entry["plaats"]
    if entry.get("voorstel_hulplijn"):
        pitstop.refer_to = town.lines[entry["voorstel_hulplijn"]]
    if state == "closed":
        pitstop.helped, pitstop.closed_at = HELPED[entry["geholpen"]], ago(4)
    if state == "withdrawn":
        pitstop.closed_at = ago(3)
    db.session.add(pitstop)
    db.session.flush()
    tell(town, pitstop, entry, line)


def turn(state: str, entry: Entry) -> str:
    """Whose turn it is: that of whoever did not speak last."""
    if state in ("closed", "withdrawn"):
        return "nobody"
    spoke = entry["berichten"][-1]["van"] if entry["berichten"] else None
    if spoke is None:
        return "asker" if state == "answered" else "helper"
    return "asker" if spoke == "helper" else "helper"


def reminders(state: str, asked_on: Any, promised: int) -> int:
    """How often the clock has spoken already: at the promised days, at twice that, at three times."""
    if state not in WAITING:
        return 0
    return sum(working_days_after(asked_on, promised * times) <= today() for times in (1, 2, 3))


def tell(town: Town, pitstop: Pitstop, entry: Entry, line: HelpLine) -> None:
    """Its thread, and its history: never its text."""
    note, helpers = town.history.note, [helper.person for helper in line.helpers]
    asker, helper = pitstop.asker, pitstop.helper
    note(pitstop, "ask", pitstop.asked_at, asker, {"helper": helpers})
    if helper and pitstop.picked_up_at:
        at = pitstop.picked_up_at
        note(pitstop, "pick-up", at, helper, {"asker": [asker]})
        if pitstop.state == "planned":
            note(pitstop, "plan", min(now(), at + timedelta(hours=2)), helper, {"asker": [asker]})
        words = entry["berichten"] if pitstop.state != "withdrawn" else ()
        for number, word in enumerate(words, 1):
            by = asker if word["van"] == "vrager" else helper
            spoken = at + (now() - at) * number / (len(words) + 1)
            db.session.add(Message(pitstop_id=pitstop.id, by=by, text=word["tekst"], at=spoken))
            other, why = (helper, "helper") if by is asker else (asker, "asker")
            note(pitstop, "reply" if by is asker else "answer", spoken, by, {why: [other]})
    if pitstop.state == "closed" and pitstop.closed_at:
        note(pitstop, "close", pitstop.closed_at, asker, {"helper": [helper]})
    if pitstop.state == "withdrawn" and pitstop.closed_at:
        note(pitstop, "withdraw", pitstop.closed_at, asker, {"helper": [helper]})


def add_lessons(town: Town) -> None:
    """Every lesson of the file, and whom it helped."""
    for entry in town.file["lessen"]:
        state, pit = LESSON_STATES[entry["status"]], town.pits.get(entry.get("pit", ""))
        issue, chance = town.issues.get(entry.get("vraagstuk", "")), town.chance("lesson", entry["id"])
        days = entry["dagen"] if entry.get("dagen") is not None else -chance.randint(5, 90) if town.invented else 0
        author = town.person(entry, "schrijver", pit=pit)
        lesson = Lesson(
            title=entry["titel"],
            text=entry["tekst"],
            state=state,
            author=author,
            pit=pit,
            issue=issue,
            at=ago(-days, 14),
        )
        db.session.add(lesson)
        db.session.flush()
        helped = [town.people[id_] for id_ in entry["bevestigd_door"]]
        for _ in range(len(helped), entry["bevestigingen"]):
            found = town.people.someone(chance, but=[author, *helped])
            helped.append(found or town.stand_in(entry.line, "too few colleagues for so many `bevestigingen`"))
        for person in helped:
            db.session.add(LessonHelped(lesson_id=lesson.id, person_id=person.id, pit_id=person.pit_id, at=ago(2)))
        if state == "shared":
            told = {"team": [issue.trekker, issue.deputy] if issue else []}
            town.history.note(lesson, "share", lesson.at, author, told)
            town.index(lesson, lesson.title, lesson.text)
    db.session.flush()
