"""The people of a municipality: those named in its file, and, in an invented one, those made up beside them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from itertools import chain, count
from random import Random
from typing import Any

import yaml

from hkplein.clock import now, today
from hkplein.demo import NAMES
from hkplein.loading.source import Entry
from hkplein.loading.words import LEVELS, PERSON_ROLES
from hkplein.models import Person, PersonSkill, Pit, Skill

ROOM = (0, 0, 1, 2, 2, 2, 3, 4, 4, 6, 8)  # hours a week that the invented say they can give


def slug(text: str) -> str:
    """A text as it stands in an address: lower case, no accents, no spaces."""
    plain = unicodedata.normalize("NFKD", text.replace("ı", "i").replace("ł", "l").replace("ø", "o"))
    return re.sub(r"[^a-z0-9.-]+", "", plain.encode("ascii", "ignore").decode().lower().replace(" ", "-"))


@cache
def lists() -> dict[str, Any]:
    """The names and sentences of which people are made."""
    found: dict[str, Any] = yaml.safe_load(NAMES.read_text(encoding="utf-8"))
    return found


def names(chance: Random) -> Iterator[tuple[str, str]]:
    """First and last names, without end; none twice, as long as there are others."""
    groups = lists()["names"]
    used: set[tuple[str, str]] = set()
    while True:
        for _ in range(50):
            group = chance.choices(groups, [group["weight"] for group in groups])[0]
            name = chance.choice(group["first"]), chance.choice(group["last"])
            if name not in used:
                break
        used.add(name)
        yield name


def domain_of(file: Entry) -> str:
    """The domain of the mail addresses that are made up: one that is reserved for examples."""
    return file["meta"].get("maildomein") or f"{slug(file['meta']['gemeente']).strip('-.')[:60] or 'gemeente'}.example"


def id_of(profile: Entry) -> str:
    """By what the file refers to somebody: the given id, else the first name."""
    return str(profile.get("id") or slug(profile.get("voornaam", "")).strip("-.")[:60])


def invented(file: Entry) -> list[tuple[Entry, str]]:
    """The pits and ids of the colleagues to make up: `balie-3` is the third of pit balie."""
    named: dict[str, int] = {}
    for profile in file.get("profielen", ()):
        if profile.get("rol") == "collega":
            named[profile.get("pit")] = named.get(profile.get("pit"), 0) + 1
    return [
        (pit, f"{pit['id']}-{number}")
        for pit in file.get("pits", ())
        if "id" in pit and file.get("meta", {}).get("verzonnen")
        for number in range(named.get(pit["id"], 0) + 1, pit.get("leden", 0) + 1)
    ]


@dataclass
class People:
    """Everybody, by the id that the file uses; and somebody who fits, where it names nobody."""

    pits: dict[str, Pit]
    skills: dict[str, Skill]
    password_hash: str | None
    domain: str | None  # of made-up addresses; None where nothing may be made up
    by_id: dict[str, Person] = field(default_factory=dict)
    addresses: set[str] = field(default_factory=set)
    made_up: set[int] = field(default_factory=set)
    asked: dict[int, int] = field(default_factory=dict)  # how much was given to each already

    def __getitem__(self, id_: str) -> Person:
        return self.by_id[id_]

    def add(self, id_: str, **values: Any) -> Person:
        """One more, with the password that all share, if there is one."""
        joined = now() - timedelta(days=400)
        person = Person(password_hash=self.password_hash, **{"created_at": joined, **values})
        self.by_id[id_] = person
        return person

    def address(self, *name: str) -> str:
        """A mail address for somebody who is made up; nobody else has it."""
        person = ".".join(filter(None, (slug(part).strip("-.")[:60] for part in name))) or "collega"
        numbered = (f"{person}{number}@{self.domain}" for number in count(2))
        email = next(email for email in chain((f"{person}@{self.domain}",), numbered) if email not in self.addresses)
        self.addresses.add(email)
        return email

    def add_named(self, profile: Entry, partners: dict[str, Any], surname: str) -> None:
        """Somebody from the file."""
        first, last = profile["voornaam"], profile.get("achternaam") or surname
        until, new = profile.get("even_weg_tot_dagen"), profile["nieuw"]
        self.add(
            id_of(profile),
            name=f"{first} {last}".strip(),
            email=(profile.get("email") or self.address(first, last)).lower(),
            role=PERSON_ROLES[profile["rol"]],
            steward=profile["beheerder"],
            outdoors=profile["buiten"],
            locale=profile["taal"],
            pit=self.pits.get(profile.get("pit", "")),
            partner=partners.get(profile.get("partner", "")),
            about=profile["wie_ben_ik"],
            wants=profile["wat_wil_ik"],
            room=profile.get("ruimte_uren_per_week"),
            near=profile["werkt_graag_in"],
            welcomed=not new,
            created_at=now() - timedelta(days=3 if new else 400),
            away_from=None if until is None else today() - timedelta(days=1),
            away_until=None if until is None else today() + timedelta(days=until),
            skills=[
                PersonSkill(skill_id=self.skills[can["vaardigheid"]].id, level=LEVELS[can["niveau"]])
                for can in profile["wat_kan_ik"]
            ],
        )

    def add_invented(self, id_: str, pit: Entry, name: tuple[str, str], chance: Random) -> None:
        """Somebody made up, for a pit: mostly of its trade, and curious about something else."""
        core, all_skills = [self.skills[key] for key in pit["kern"]], list(self.skills.values())
        levels: dict[int, str] = {}
        for skill in chance.sample(core, min(len(core), chance.choice((1, 1, 2)))):
            levels[skill.id] = chance.choice(("can", "can", "can", "teaches"))
        for level, often in (("can", (0, 1, 1)), ("learns", (0, 1, 1, 2))):
            for skill in chance.sample(all_skills, min(len(all_skills), chance.choice(often))):
                levels.setdefault(skill.id, level)
        learns = [skill.name_nl.lower() for skill in all_skills if levels.get(skill.id) == "learns"]
        wish = chance.choice([text for text in lists()["wants"] if learns or "%" not in text])
        tells = chance.random() < 0.8  # not everybody fills it in
        person = self.add(
            id_,
            name=" ".join(name),
            email=self.address(*name),
            pit=self.pits[pit["id"]],
            outdoors=pit.get("domein") == "buiten" and chance.random() < 0.8,
            about=chance.choice(lists()["about"]) if tells else "",
            wants=wish % {"skill": learns[0] if learns else ""} if tells else "",
            room=chance.choice(ROOM) if tells else None,
            welcomed=True,
            skills=[PersonSkill(skill_id=key, level=level) for key, level in levels.items()],
        )
        self.made_up.add(id(person))

    def someone(
        self, chance: Random, *, pit: Pit | None = None, skills: Iterable[Skill] = (), but: Iterable[Any] = ()
    ) -> Person | None:
        """Somebody who fits: of the pit, with one of the skills if there is one; who was asked least comes first.

        Nobody, in a municipality that exists: what people do there is in the file.
        """
        if self.domain is None:
            return None
        wanted, without = {skill.id for skill in skills}, {id(person) for person in but if person is not None}
        can = [p for p in self.by_id.values() if p.role == "colleague" and id(p) not in without]
        tests: list[Callable[[Person], bool]] = [
            lambda person: pit is None or person.pit is pit,
            lambda person: id(person) in self.made_up,
            lambda person: not wanted or any(s.skill_id in wanted and s.level != "learns" for s in person.skills),
        ]
        for test in tests:
            can = [person for person in can if test(person)] or can
        if pit is not None and can and can[0].pit is not pit:
            return None
        least = min((self.asked.get(id(person), 0) for person in can), default=0)
        can = [person for person in can if self.asked.get(id(person), 0) == least]
        if not can:
            return None
        chosen = chance.choice(can)
        self.asked[id(chosen)] = least + 1
        return chosen
