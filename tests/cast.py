"""The fixed cast of the tests: who they are, and things in every state."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from hkplein.clock import now, today
from hkplein.db import db
from hkplein.models import (
    HelpLine,
    HelpLineHelper,
    Issue,
    IssuePartner,
    Municipality,
    Partner,
    Person,
    Pit,
    Pitstop,
    Seat,
    Skill,
    Task,
)

# Anna posts, Bram is of her pit, Chris is a stranger; Dina is trekker, Eva her deputy, Sara sits in their team; Femke
# helps on the lean line, Hugo too; Gijs is steward, Noor is new and between pits, Wim of the board, Petra of a partner.
PEOPLE = {
    "anna": {"pit": "balie"},
    "bram": {"pit": "balie"},
    "chris": {"pit": "groen", "outdoors": True},
    "dina": {"pit": "groen"},
    "eva": {"pit": "mens"},
    "sara": {"pit": "balie"},
    "femke": {"pit": "mens"},
    "hugo": {"pit": "groen"},
    "gijs": {"pit": "mens", "steward": True},
    "noor": {},
    "wim": {"role": "board"},
    "petra": {"role": "partner", "partner": "kolkhuis"},
}


def assemble() -> SimpleNamespace:
    """Put the cast into the database."""
    cast = SimpleNamespace()
    cast.town = Municipality(name="Kolkwaarden", villages=["Oosterwijde"], confidants=[{"name": "Vera Vertrouw"}])
    cast.kolkhuis = Partner(key="kolkhuis", name="Het Kolkhuis")
    cast.balie, cast.groen, cast.mens = (
        Pit(key=key, name=f"Pit {key.title()}", purpose=f"Dat {key} werkt.", state="active")
        for key in ("balie", "groen", "mens")
    )
    cast.schrijven, cast.tellen = (
        Skill(key=key, name_nl=key.title(), name_en=english, kind=kind)
        for key, english, kind in (("schrijven", "Writing", "process"), ("tellen", "Counting", "knowledge"))
    )
    cast.lean = HelpLine(key="lean", name="Lean-monteur", purpose="Werk loopt vast", promised_days=2)
    cast.recht = HelpLine(key="recht", name="Juridische hulplijn", purpose="Mag dit", promised_days=5)
    db.session.add_all([cast.town, cast.kolkhuis, cast.balie, cast.groen, cast.mens, cast.schrijven, cast.tellen])
    db.session.add_all([cast.lean, cast.recht])
    db.session.flush()
    for name, about in PEOPLE.items():
        values: dict[str, Any] = {
            "name": name.title(),
            "email": f"{name}@voorbeeld.nl",
            "locale": "en",
            **about,
        }
        if pit := values.pop("pit", None):
            values["pit_id"] = getattr(cast, pit).id
        if values.pop("partner", None):
            values["partner_id"] = cast.kolkhuis.id
        person = Person(**values)
        db.session.add(person)
        setattr(cast, name, person)
    db.session.flush()
    cast.people = [getattr(cast, name) for name in PEOPLE]
    db.session.add_all(HelpLineHelper(line_id=cast.lean.id, person_id=p.id) for p in (cast.femke, cast.hugo))
    db.session.add(HelpLineHelper(line_id=cast.recht.id, person_id=cast.gijs.id))
    db.session.commit()
    return cast


def keep(row: Any) -> Any:
    """Put a row into the database."""
    db.session.add(row)
    db.session.commit()
    return row


def make_task(cast: SimpleNamespace, state: str = "open", **values: Any) -> Task:
    """A task of Anna's; Chris holds it when somebody does."""
    values = {
        "title": "Bel tien inwoners",
        "author_id": cast.anna.id,
        "pit_id": cast.balie.id,
        "hours": 3,
        **values,
    }
    values.setdefault("due", today() + timedelta(days=14))
    values.setdefault("posted_at", None if state == "draft" else now())
    if state in ("taken", "reported", "done"):
        values.setdefault("holder_id", cast.chris.id)
        values.setdefault("taken_at", now() - timedelta(days=2))
    return keep(Task(state=state, **values))


def make_issue(cast: SimpleNamespace, state: str = "running", **values: Any) -> Issue:
    """An issue of Anna's pit; Dina is trekker and Eva deputy when it has them; Petra's organisation is a partner."""
    values = {
        "title": "Jongeren zonder huis",
        "question": "Hoe?",
        "author_id": cast.anna.id,
        "pit_id": cast.balie.id,
        **values,
    }
    if state not in ("idea", "seeking"):
        values = {
            "trekker_id": cast.dina.id,
            "deputy_id": cast.eva.id,
            "effect": "Dat",
            "role": "do",
            **values,
        }
    if state in ("forming", "running", "paused"):
        values.setdefault("led_at", now())
    if state in ("running", "paused"):
        values = {"round_ends": today() + timedelta(days=60), "signs": ["een"], "updated_at": now(), **values}
    issue = keep(Issue(state=state, **values))
    keep(IssuePartner(issue_id=issue.id, partner_id=cast.kolkhuis.id))
    return issue


def make_seat(cast: SimpleNamespace, issue: Issue, state: str = "open", **values: Any) -> Seat:
    """A seat in an issue's team; Sara sits in it when it is filled."""
    values = {"title": "Schrijver", "hours": 2, "until": today() + timedelta(days=60), **values}
    if state == "filled":
        values.setdefault("holder_id", cast.sara.id)
    return keep(Seat(issue_id=issue.id, state=state, **values))


def make_pitstop(cast: SimpleNamespace, state: str = "asked", **values: Any) -> Pitstop:
    """A pitstop that Anna asks the lean line; Femke is its helper when it has one."""
    values = {
        "line_id": cast.lean.id,
        "asker_id": cast.anna.id,
        "pit_id": cast.balie.id,
        "question": "Het loopt vast.",
        **values,
    }
    values.setdefault("due", today() + timedelta(days=2))
    if state in ("picked-up", "planned", "answered", "closed"):
        values.setdefault("helper_id", cast.femke.id)
    return keep(Pitstop(state=state, **values))
