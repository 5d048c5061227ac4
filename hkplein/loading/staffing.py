"""Who does what: named in the file of a municipality that exists; in an invented one there must be people to choose."""

from __future__ import annotations

from typing import Any

from hkplein.loading.source import Entry, Source
from hkplein.loading.words import HELD, HELPING, LED

ROUNDS = LED - {"team_vormen"}  # run with a deputy, until a date
MOVED = LED | {"afgerond", "belegd", "gestopt"}  # somebody brought it this far


def check_staffing(source: Source, file: Entry) -> None:
    """Note where somebody is missing."""
    if not file.get("meta", {}).get("verzonnen"):
        check_named(source, file)
        return
    for section in ("klussen", "vraagstukken", "pitstops", "ruilen", "lessen"):
        for entry in file[section]:
            check_enough(source, file, section, entry)


def missing(source: Source, entry: Entry, *keys: str) -> None:
    """In a municipality that exists, nobody is picked by chance, and nothing is made up about them."""
    for key in keys:
        if entry.get(key) in (None, (), []):
            source.wrong(entry.line, f"`{key}` is missing: in a municipality that exists, nothing is made up")


def check_named(source: Source, file: Entry) -> None:
    """Whoever has something in hand is named."""
    for profile in file["profielen"]:
        missing(source, profile, "achternaam", "email")
    for task in file["klussen"]:
        check_named_task(source, task)
    for issue in file["vraagstukken"]:
        check_named_issue(source, issue)
    for pitstop in file["pitstops"]:
        missing(source, pitstop, "vrager", *(["helper"] if pitstop.get("status") in HELPING else []))
    for swap in file["ruilen"]:
        for side in (swap.get("van"), swap.get("met")):
            if side is not None:
                missing(source, side, "wie", "indiener", "over_dagen")
    for lesson in file["lessen"]:
        missing(source, lesson, "schrijver")
        if len(lesson["bevestigd_door"]) < lesson.get("bevestigingen", 0):
            source.wrong(lesson.at("bevestigingen"), "whom it helped is named in `bevestigd_door`")


def check_named_task(source: Source, task: Entry) -> None:
    """Its author, whoever does it, and whose hands are up."""
    status = task.get("status")
    missing(source, task, "indiener", *(["houder"] if status in HELD or status == "teruggelegd" else []))
    missing(source, task, *(["handen"] if status == "hand_opgestoken" else []))
    if status in HELD and len(task["medehouders"]) < task.get("plekken", 1) - 1:
        source.wrong(task.at("plekken"), "whoever has the other `plekken` is named in `medehouders`")


def check_named_issue(source: Source, issue: Entry) -> None:
    """Its author, whoever moves it and until when, and whoever sits in its team."""
    status = issue.get("status")
    missing(source, issue, "indiener", *(["trekker"] if status in MOVED else []))
    missing(source, issue, *(["vervanger", "ronde_tot_dagen"] if status in ROUNDS else []))
    for seat in issue["plekken"]:
        missing(source, seat, *(["wie"] if seat.get("status") == "bezet" else []))


def check_enough(source: Source, file: Entry, section: str, entry: Entry) -> None:
    """Somebody can be made up only for a pit that has people."""
    empty = {pit.get("id") for pit in file["pits"] if pit.get("leden", 0) < 3}
    named = {profile.get("pit") for profile in file["profielen"]}
    sides = [entry.get("van"), entry.get("met")] if section == "ruilen" else [entry]
    for side in sides:
        pits: list[Any] = [] if side is None else [side.get("pit"), *side.get("pits", ())]
        for pit in pits:
            if pit in empty - named:
                source.wrong(entry.line, f"pit “{pit}” has too few people for this: give it at least 3 `leden`")
