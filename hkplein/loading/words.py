"""The Dutch words of a municipality's file, and what they are in the models."""

from __future__ import annotations

from typing import NamedTuple

KINDS = {"vakkennis": "knowledge", "procesvaardigheid": "process"}
LEVELS = {"kan_ik": "can", "leer_ik_anderen": "teaches", "wil_ik_leren": "learns"}
SKILL_STATES = {"in_gebruik": "active", "voorgesteld": "proposed", "samengevoegd": "merged"}
PIT_STATES = {"actief": "active", "oprichting": "starting", "gesloten": "closed"}
LINE_STATES = {"actief": "active", "gesloten": "closed"}
READERS = {"alleen_hulplijn": "line", "pit": "pit", "open": "everyone"}
PERSON_ROLES = {"collega": "colleague", "bestuur": "board", "partner": "partner"}
ISSUE_ROLES = {
    "zelf_doen": "do",
    "wettelijk_uitvoeren": "law",
    "samen_optrekken": "together",
    "mogelijk_maken": "enable",
    "loslaten": "leave",
}
EFFECTS = {"ja": "yes", "deels": "partly", "nee": "no", "onbekend": "unknown"}
HELPED = {"ja": "yes", "deels": "partly", "nee": "no"}
CHOICES = {"eerste": "first", "handen": "hands"}


class TaskState(NamedTuple):
    """What a word says of a task: its state, how it is offered, and whether there is a hand-over."""

    state: str
    offered: str | None = None
    released: bool = False


TASK_STATES = {
    "concept": TaskState("draft"),
    "open": TaskState("open"),
    "hand_opgestoken": TaskState("open"),
    "teruggelegd": TaskState("open", released=True),
    "afgesproken": TaskState("taken"),
    "bezig": TaskState("taken"),
    "wacht": TaskState("taken"),
    "over_te_nemen": TaskState("taken", "give"),
    "te_ruil": TaskState("taken", "swap"),
    "klaar_gemeld": TaskState("reported"),
    "afgerond": TaskState("done"),
    "ingetrokken": TaskState("withdrawn"),
    "verlopen": TaskState("expired"),
    "geschrapt": TaskState("scrapped"),
}
HELD = {word for word, means in TASK_STATES.items() if means.state in ("taken", "reported", "done")}
ISSUE_STATES = {
    "idee": "idea",
    "in_verkenning": "idea",
    "zoekt_trekker": "seeking",
    "team_vormen": "forming",
    "aan_de_slag": "running",
    "gepauzeerd": "paused",
    "afgerond": "finished",
    "belegd": "handed-over",
    "losgelaten": "let-go",
    "gestopt": "stopped",
}
LED = {"team_vormen", "aan_de_slag", "gepauzeerd"}  # cannot be without a trekker
SEAT_STATES = {"open": "open", "bezet": "filled", "afgelopen": "ended"}
BID_STATES = {
    "opgestoken": "raised",
    "uitgenodigd": "invited",
    "wachtlijst": "waiting",
    "akkoord": "accepted",
    "niet_gekozen": "declined",
    "ingetrokken": "withdrawn",
    "vertrokken": "left",
}
# None: only put on the square; there is no proposal yet.
SWAP_STATES = {
    "aangeboden": None,
    "voorgesteld": "proposed",
    "pits_akkoord": "proposed",
    "tegenvoorstel": "countered",
    "loopt": "done",
    "afgerond": "done",
    "bezwaar": "declined",
    "afgewezen": "declined",
    "teruggedraaid": "withdrawn",
    "ingetrokken": "withdrawn",
    "ingehaald": "overtaken",
    "verlopen": "expired",
}
WISH_STATES = {
    "staat": "standing",
    "rust": "lapsed",
    "uitgekomen": "met",
    "ingetrokken": "revoked",
    "voorbij": "over",
}
RING_STATES = {"voorgesteld": "proposed", "loopt": "proposed", "uitgevoerd": "done", "ontbonden": "dissolved"}
RING_AGES = {"voorgesteld": 0, "loopt": 1, "uitgevoerd": 4, "ontbonden": 8}  # days ago that it was proposed
PITSTOP_STATES = {
    "gevraagd": "asked",
    "opgeschaald": "asked",
    "opgepakt": "picked-up",
    "gepland": "planned",
    "gehouden": "answered",
    "beantwoord": "answered",
    "opgelost": "closed",
    "doorverwezen": "referred",
    "ingetrokken": "withdrawn",
}
HELPING = {"opgepakt", "gepland", "gehouden", "beantwoord", "opgelost", "doorverwezen"}
LESSON_STATES = {
    "concept": "draft",
    "gedeeld": "shared",
    "bevestigd": "shared",
    "verouderd": "archived",
    "gearchiveerd": "archived",
}
