"""What a file must keep to beyond its form: who can be whom, and what a status asks for."""

from __future__ import annotations

from typing import Any

from hkplein.loading.people import id_of, invented
from hkplein.loading.source import Entry, Source
from hkplein.loading.words import HELD, HELPING, LED


def check(source: Source, file: Entry) -> None:
    """Note everything that contradicts itself."""
    define_people(source, file)
    made_up = bool(file["meta"].get("verzonnen")) if "meta" in file else False
    for profile in file["profielen"]:
        check_profile(source, profile, made_up=made_up)
    if made_up:
        for section in ("klussen", "vraagstukken", "pitstops", "ruilen", "lessen"):
            for entry in file[section]:
                check_staffed(source, file, section, entry)
    else:
        check_named(source, file)
    for issue in file["vraagstukken"]:
        apart(source, issue, "trekker", "vervanger")
        for seat in issue["plekken"]:
            check_hands(source, seat)
    for task in file["klussen"]:
        apart(source, task, "indiener", "houder")
        check_hands(source, task)
    for pitstop in file["pitstops"]:
        apart(source, pitstop, "vrager", "helper")


def define_people(source: Source, file: Entry) -> None:
    """The ids of people, those of the invented included."""
    for profile in file["profielen"]:
        if id_ := id_of(profile):
            source.define("profielen", id_, profile.at("id"))
    for pit, id_ in invented(file) if "meta" in file else ():
        source.define("profielen", id_, pit.line)


def check_profile(source: Source, profile: Entry, *, made_up: bool) -> None:
    """Roles, pits and partners that go together; a name and an address for those who exist."""
    role = profile.get("rol")
    if role == "partner" and not profile.get("partner"):
        source.wrong(profile.line, "`partner` is missing: this is somebody of a partner")
    if role != "collega":
        for key in ("pit", "beheerder"):
            if profile.get(key):
                source.wrong(profile.at(key), f"`{key}` is for colleagues only, and this is {role}")
    if not made_up:
        for key in ("achternaam", "email"):
            if not profile.get(key):
                source.wrong(profile.line, f"`{key}` is missing")
    email = profile.get("email")
    if email and ("@" not in email.strip("@") or " " in email):
        source.wrong(profile.at("email"), f"“{email}” is not an e-mail address")
    if email:
        source.define("e-mail", email.lower(), profile.at("email"))


def missing(source: Source, entry: Entry, *keys: str) -> None:
    """In a municipality that exists, nobody is picked by chance."""
    for key in keys:
        if not entry.get(key):
            source.wrong(entry.line, f"`{key}` is missing: in a municipality that exists, the file names people")


def check_named(source: Source, file: Entry) -> None:
    """Whoever has something in hand is named."""
    for task in file["klussen"]:
        status = task.get("status")
        missing(source, task, "indiener", *(["houder"] if status in HELD or status == "teruggelegd" else []))
    for issue in file["vraagstukken"]:
        status = issue.get("status")
        missing(source, issue, "indiener", *(["trekker"] if status in LED else []))
        missing(source, issue, *(["vervanger"] if status in LED - {"team_vormen"} else []))
        for seat in issue["plekken"]:
            missing(source, seat, *(["wie"] if seat.get("status") == "bezet" else []))
    for pitstop in file["pitstops"]:
        missing(source, pitstop, "vrager", *(["helper"] if pitstop.get("status") in HELPING else []))
    for swap in file["ruilen"]:
        for side in (swap.get("van"), swap.get("met")):
            if side is not None:
                missing(source, side, "wie", "indiener")
    for lesson in file["lessen"]:
        missing(source, lesson, "schrijver")


def check_staffed(source: Source, file: Entry, section: str, entry: Entry) -> None:
    """Somebody can be made up only for a pit that has people."""
    empty = {pit.get("id") for pit in file["pits"] if pit.get("leden", 0) < 3}
    named = {profile.get("pit") for profile in file["profielen"]}
    sides = [entry.get("van"), entry.get("met")] if section == "ruilen" else [entry]
    for side in sides:
        pits: list[Any] = [] if side is None else [side.get("pit"), *side.get("pits", ())]
        for pit in pits:
            if pit in empty - named:
                source.wrong(entry.line, f"pit “{pit}” has too few people for this: give it at least 3 `leden`")


def apart(source: Source, entry: Entry, one: str, other: str) -> None:
    """Two roles that nobody can have at once."""
    if entry.get(one) and entry.get(one) == entry.get(other):
        source.wrong(entry.at(other), f"`{one}` and `{other}` are the same person")


def check_hands(source: Source, entry: Entry) -> None:
    """One living hand a person for one thing."""
    seen: set[str] = set()
    for hand in entry["handen"]:
        who = hand.get("wie")
        if hand.get("status") in ("opgestoken", "uitgenodigd", "wachtlijst", "akkoord"):
            if who in seen or (who and who == entry.get("wie")):
                source.wrong(hand.line, f"“{who}” has two hands up for the same thing")
            seen.add(who)
