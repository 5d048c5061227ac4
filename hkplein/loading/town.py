"""The municipality itself: its skills, pits, people, help lines and partners."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select

from hkplein.clock import now, today
from hkplein.db import db
from hkplein.loading.history import History
from hkplein.loading.people import People, domain_of, invented, names
from hkplein.loading.source import Entry
from hkplein.loading.words import KINDS, LINE_STATES, PIT_STATES, READERS, SKILL_STATES
from hkplein.models import (
    Founder,
    HelpLine,
    HelpLineHelper,
    Issue,
    Municipality,
    Partner,
    Person,
    Pit,
    PitSkill,
    SearchEntry,
    Skill,
    Task,
    Wish,
)

QUESTIONS = {
    "vast": "always",
    "bij_vraagstuk": "issue",
    "bij_pitstop": "pitstop",
    "bij_overbelasting": "overload",
    "bij_schrappen": "scrap",
}
HELPERS = 3  # of a line, where the file names none


class Town:
    """What is being loaded: everything so far by the id that the file uses."""

    def __init__(self, file: Entry, password_hash: str | None) -> None:
        self.file, self.name, self.invented = file, file["meta"]["gemeente"], file["meta"]["verzonnen"]
        self.problems: list[tuple[int, str]] = []
        self.row = Municipality(name=self.name)
        self.history = History()
        self.skills: dict[str, Skill] = {}
        self.pits: dict[str, Pit] = {}
        self.lines: dict[str, HelpLine] = {}
        self.partners: dict[str, Partner] = {}
        self.issues: dict[str, Issue] = {}
        self.tasks: dict[str, Task] = {}
        self.wishes: dict[str, Wish] = {}
        self.people = People(self.pits, self.skills, password_hash, domain_of(file) if self.invented else None)

    def chance(self, *about: Any) -> Random:
        """Chance that falls the same way every time, for the same thing."""
        return Random(" ".join(map(str, (self.name, *about))))

    def person(self, entry: Entry, key: str, **fits: Any) -> Person:
        """Whom the file names under `key`, else somebody who fits and has no other place in the entry."""
        if entry.get(key):
            return self.people[entry[key]]
        but = [*fits.pop("but", ()), *self.named(entry)]
        found = self.people.someone(self.chance(entry.get("id", entry.line), key), but=but, **fits)
        return found or self.stand_in(entry.line, f"nobody can be `{key}` here: name somebody")

    def stand_in(self, line: int, reason: str) -> Person:
        """Notes that nobody fits; until all else that is wrong has been found, somebody new stands in."""
        self.problems.append((line, reason))
        with db.session.no_autoflush:  # for what they are asked for is not complete yet
            somebody = insert(Person).values(name="", email=str(len(self.problems))).returning(Person)
            return db.session.scalars(somebody).one()

    def named(self, value: Any) -> Iterator[Person]:
        """Everybody whom the file names anywhere in an entry."""
        if isinstance(value, dict | list):
            for part in value.values() if isinstance(value, dict) else value:
                yield from self.named(part)
        elif value in self.people.by_id:
            yield self.people[value]

    def index(self, thing: Any, title: str, *body: str) -> None:
        """Let it be found."""
        SearchEntry.put(thing, title, *body)


def ago(days: float = 0, hour: int = 9, minute: int = 0) -> datetime:
    """A moment on the working day so many days ago."""
    moment = now() - timedelta(days=days)
    return min(moment.replace(hour=hour, minute=minute, second=0, microsecond=0), now()) if days else moment


def build(town: Town) -> None:
    """Put the town into the database, without its work."""
    meta, questions = town.file["meta"], town.file.get("coachvragen") or {}
    row, keys = town.row, (("name", "naam"), ("phone", "telefoon"), ("mail", "email"))
    row.invented, row.villages = meta["verzonnen"], list(meta["kernen"])
    row.confidants = [{ours: who[theirs] for ours, theirs in keys} for who in meta["vertrouwenspersonen"]]
    row.coach_questions = {QUESTIONS[key]: list(asked) for key, asked in questions.items() if asked}
    db.session.add(row)
    for entry in town.file["vaardigheden"]:
        town.skills[entry["id"]] = skill_of(entry)
    for entry in town.file["pits"]:
        town.pits[entry["id"]] = pit_of(entry)
    for entry in town.file["partners"]:
        town.partners[entry["id"]] = Partner(key=entry["id"], name=entry["naam"], kind=entry["soort"])
    db.session.add_all([*town.skills.values(), *town.pits.values(), *town.partners.values()])
    db.session.flush()
    add_people(town)
    for entry in town.file["vaardigheden"]:
        skill = town.skills[entry["id"]]
        skill.merged_into_id = key_of(town.skills, entry.get("samengevoegd_met"))
        skill.state = SKILL_STATES[entry["status"]]
        skill.proposed_by_id = key_of(town.people.by_id, entry.get("voorgesteld_door"))
    hand_on(town)
    for entry in town.file["pits"]:
        pit = town.pits[entry["id"]]
        db.session.add_all(PitSkill(pit_id=pit.id, skill_id=town.skills[key].id) for key in entry["kern"])
        for nth, id_ in enumerate(entry["oprichters"]):  # the first one asks, the others have not answered yet
            agreed = True if nth == 0 or pit.state != "starting" else None
            db.session.add(Founder(pit_id=pit.id, person_id=town.people[id_].id, agreed=agreed))
    for entry in town.file["hulplijnen"]:
        add_line(town, entry)
    db.session.flush()


def hand_on(town: Town) -> None:
    """Whatever the file says of a skill that was merged, it says of the other one."""
    db.session.flush()
    others = {skill.id: skill for skill in town.skills.values()}
    for key, skill in list(town.skills.items()):
        skill.hand_on()
        town.skills[key] = others[skill.merged_into_id or skill.id]
    db.session.expire_all()


def key_of(rows: dict[str, Any], id_: str | None) -> int | None:
    """The primary key of what the file calls so."""
    return int(rows[id_].id) if id_ else None


def skill_of(entry: Entry) -> Skill:
    """A skill."""
    return Skill(
        key=entry["id"],
        name_nl=entry["naam"],
        name_en=entry["naam_en"],
        kind=KINDS[entry["soort"]],
        group=entry["groep"],
        description=entry["omschrijving"],
        esco=(entry.get("esco") or {}).get("uri", ""),
        state="proposed",  # until it is known what it was merged into, and who proposed it
    )


def pit_of(entry: Entry) -> Pit:
    """A pit."""
    state = PIT_STATES[entry["status"]]
    return Pit(
        key=entry["id"],
        name=entry["naam"],
        purpose=entry["bedoeling"],
        domain=entry["domein"],
        agreements=entry["afspraken"],
        state=state,
        created_at=ago(4 if state == "starting" else 500),
        closed_at=ago(60) if state == "closed" else None,
    )


def add_people(town: Town) -> None:
    """Those whom the file names, then those who are made up; the names do not depend on each other's order."""
    made = names(town.chance("names"))
    town.people.addresses |= {profile["email"].lower() for profile in town.file["profielen"] if profile.get("email")}
    town.people.addresses |= set(db.session.scalars(select(Person.email)))
    for profile in town.file["profielen"]:
        town.people.add_named(profile, town.partners, surname=next(made)[1])
    for pit, id_ in invented(town.file):
        town.people.add_invented(id_, pit, next(made), town.chance("person", id_))
    db.session.add_all(town.people.by_id.values())
    db.session.flush()


def add_line(town: Town, entry: Entry) -> None:
    """A help line and its helpers: those named, else people of its own pit and of others with what it asks."""
    home = town.pits.get(entry.get("thuis_pit", ""))
    line = HelpLine(
        key=entry["id"],
        name=entry["naam"],
        purpose=entry["waarvoor"],
        promised_days=entry["reactie_werkdagen"],
        staffed_by=entry["bemenst_door"],
        readers=READERS[entry["standaard_zichtbaar"]],
        pit=home,
        state=LINE_STATES[entry["status"]],
    )
    helpers = [town.people[id_] for id_ in entry["helpers"]]
    if town.invented and line.state == "active":
        chance, asked = town.chance("line", line.key), [town.skills[key] for key in entry["vraagt"]]
        at_home = [person for person in town.people.by_id.values() if home and person.pit is home]
        while len(helpers) < HELPERS:
            others = len(helpers) % 2 == 1  # so that a pit can always be helped by somebody from elsewhere
            but = [*helpers, *at_home] if others else helpers
            found = town.people.someone(chance, pit=None if others else home, skills=asked, but=but)
            if found is None:
                break
            helpers.append(found)
    line.helpers = [HelpLineHelper(person=person) for person in helpers]
    town.lines[line.key] = line
    db.session.add(line)


def add_guides(town: Town) -> None:
    """As whom one may look around in the demo."""
    town.row.guides = [
        {
            "email": town.people[guide["wie"]].email,
            "who": guide["als"],
            "who_en": guide["als_en"] or guide["als"],
        }
        for guide in town.file["rondkijken"]
    ]


def in_days(days: int) -> Any:
    """The date so many days from today."""
    return today() + timedelta(days=days)
