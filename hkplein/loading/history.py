"""What happened before the day of loading, and who was told: events and notifications with past times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from hkplein.clock import now
from hkplein.db import Model, db
from hkplein.models import Event, Notification, Person
from hkplein.models.event import THINGS, WHY
from hkplein.terms import READ

READ_AFTER = timedelta(days=4)  # older messages were read, and mailed


@dataclass
class History:
    """Collects what happened, and writes it in the order of time."""

    moments: list[tuple[Event, dict[Person, str]]] = field(default_factory=list)

    def note(
        self,
        thing: Model,
        verb: str,
        at: datetime,
        by: Person | None,
        tell: Mapping[str, Iterable[Person | None]] | None = None,
        *,
        note: str = "",
        **about: Any,
    ) -> None:
        """`verb` was done to `thing`; `tell` maps reasons to people, as in Event.record."""
        if not thing.VERBS[verb].told:
            raise KeyError(f"{thing.noun}.{verb} has no sentence")
        if thing.noun in THINGS:
            about[thing.noun] = thing
        event = Event(at=min(at, now()), noun=thing.noun, verb=verb, by=by, note=note, **about)
        told: dict[Person, str] = {}
        for why, people in (tell or {}).items():
            if why not in WHY:
                raise KeyError(why)
            for person in people:
                if person is not None and person is not by:
                    told.setdefault(person, why)
        self.moments.append((event, told))

    def write(self) -> None:
        """Everything into the database."""
        self.moments.sort(key=lambda moment: moment[0].at)
        db.session.add_all(event for event, _ in self.moments)
        db.session.flush()
        read_before, gone_before = now() - READ_AFTER, now() - READ.after
        rows = [
            {
                "person_id": person.id,
                "event_id": event.id,
                "why": why,
                "seen_at": event.at + timedelta(hours=2) if event.at < read_before else None,
                "sent_at": event.at,
            }
            for event, told in self.moments
            for person, why in told.items()
            if event.at > gone_before
        ]
        if rows:
            db.session.execute(insert(Notification), rows)
