"""What time does to accounts: erased when that was asked, and shut when a one-time password was not replaced."""

from __future__ import annotations

from sqlalchemy import select

from hkplein.clock import by_the_clock, now
from hkplein.db import change
from hkplein.models import person_erasing
from hkplein.models.erasure import Erasure
from hkplein.models.person import Person
from hkplein.models.security_event import SecurityEvent


@by_the_clock(lambda: select(Person).where(Person.forgettable()))
def erase(person: Person) -> None:
    """The days in which it could be stopped are over."""
    change(person, "forget", erased=True)
    Erasure.record(person)
    SecurityEvent.record("erased", by=None, whom=person)
    person_erasing.erase(person)


@by_the_clock(lambda: select(Person).where(Person.password_until <= now(), Person.password_hash.is_not(None)))
def expire(person: Person) -> None:
    """Nobody chose an own password in time: whoever knows the one-time one is out."""
    person.password_hash = None
    person.sign_out_everywhere()
