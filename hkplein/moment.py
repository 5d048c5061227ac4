"""The planned moment of a pitstop as a file for calendars: an invitation, or that it is off."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from icalendar import Calendar, Event, vCalAddress, vText
from sqlalchemy import func, select

from hkplein.clock import now
from hkplein.config import setting
from hkplein.db import db
from hkplein.i18n import _
from hkplein.models import Event as Happening
from hkplein.models import Person, Pitstop

LASTS = timedelta(hours=1)
METHODS = {"plan": "REQUEST", "call-off": "CANCEL"}  # what a calendar is asked to do after each verb


def calendar(pitstop: Pitstop, reader: Person, method: str = "") -> str:
    """The moment for the calendar of `reader`, in the language spoken; without `method` it is no invitation.

    It leaves the square: of a confidential pitstop it holds the time, the line and the link, and names nobody else.
    """
    home = setting("HKPLEIN_URL").rstrip("/")
    link = f"{home}{pitstop.url}"
    file, event = Calendar(), Event()
    facts = {
        "uid": f"pitstop-{pitstop.id}@{urlsplit(home).hostname}",
        "sequence": _sequence(pitstop),
        "dtstamp": now(),
        "summary": _("Pitstop: %(line)s", line=pitstop.line.name),
        "description": link,
        "url": link,
    }
    if method == "CANCEL":
        facts["status"] = "CANCELLED"
    elif pitstop.planned_at:
        facts |= {"dtstart": pitstop.planned_at, "dtend": pitstop.planned_at + LASTS, "location": pitstop.open_place}
    if method:
        facts["organizer"] = _address(parseaddr(setting("HKPLEIN_MAIL_FROM"))[1], "HK-plein")
        facts["attendee"] = [_address(person.email, person.name) for person in _invited(pitstop, reader)]
    about: dict[str, Any] = {"prodid": "-//HK-plein//NL", "version": "2.0", **({"method": method} if method else {})}
    for part, values in ((file, about), (event, facts)):
        for name, value in values.items():
            part.add(name, value)
    file.add_component(event)
    return str(file.to_ical().decode())


def _sequence(pitstop: Pitstop) -> int:
    """Rises with every word about the moment, so that a calendar keeps the last one."""
    said = Happening.pitstop_id == pitstop.id, Happening.verb.in_(METHODS)
    return db.session.scalar(select(func.max(Happening.id)).where(*said)) or 0


def _invited(pitstop: Pitstop, reader: Person) -> list[Person]:
    ids = {reader.id} if pitstop.readers == "line" else {reader.id, pitstop.asker_id, pitstop.helper_id} - {None}
    return list(db.session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id)))


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    address.params["cn"] = vText(name)
    address.params["rsvp"] = vText("FALSE")
    return address
