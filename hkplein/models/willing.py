"""Colleagues who said that they want what the open seats of a team ask, for its trekker to invite.

Drawn anew at every look, from what each of them entered and shows; nobody stands anywhere for a reason.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from hkplein.db import db
from hkplein.fit import Fit, Profile, explain, smallest, ways
from hkplein.fit.reasons import MOST, ROOMY, SKILLED
from hkplein.models.bid import Bid
from hkplein.models.person import Person, PersonSkill
from hkplein.models.seat import Seat
from hkplein.models.suggestion import given_by, names, profile_of, work_of

if TYPE_CHECKING:
    from hkplein.models.team import Team

DRAWN = 60  # colleagues who are looked at
EXAMPLES = 3  # teams that are shown
SEATS, EACH = 6, 4  # out of so many seats at most, and about so many colleagues for each


@dataclass(frozen=True)
class Guest:
    """A colleague, and the open seats that fit what this colleague entered."""

    person: Person
    profile: Profile
    fits: dict[Seat, Fit]

    @cached_property
    def seat(self) -> Seat:
        """One of them, drawn by lot."""
        return random.choice(list(self.fits))

    @property
    def reasons(self) -> list[str]:
        """Why that one fits, said to the trekker."""
        return self.fits[self.seat].of_another

    def ways(self) -> list[frozenset[Seat]]:
        """In which seats together this colleague has all that is asked, and room."""
        whole = {seat: seat.hours for seat, fit in self.fits.items() if all(one.kind != "skill" for one in fit.missing)}
        return ways(whole, (self.profile.room or 0) - self.profile.given)


@dataclass(frozen=True)
class Willing:
    """Those who want what some open seats ask, in random order."""

    seats: Sequence[Seat]
    drawn: list[Guest]

    @classmethod
    def of(cls, team: Team, seats: Sequence[Seat]) -> Willing:
        """Draw them: constantly many queries, whatever there is."""
        rows = db.session.execute(_query(team, seats)).unique().all()
        guests = (_guest(person, given, seats) for person, given in rows if not person.is_away)
        return cls(seats, [guest for guest in guests if guest.fits])

    @property
    def guests(self) -> list[Guest]:
        """A few of them."""
        return self.drawn[:MOST]

    def examples(self) -> list[dict[Person, frozenset[Seat]]]:
        """Some of the smallest teams that cover what is asked; none for a single seat, which needs no example."""
        if not 1 < len(self.seats) <= SEATS:
            return []
        able: dict[Person, list[frozenset[Seat]]] = {}
        known: Counter[Seat] = Counter()
        for guest in self.drawn:
            seats = {seat for way in guest.ways() for seat in way}
            if any(known[seat] < EACH for seat in seats):
                able[guest.person] = guest.ways()
                known.update(seats)
        found = list(islice(smallest(self.seats, able), EXAMPLES))
        random.shuffle(found)
        return found


def _query(team: Team, seats: Sequence[Seat]) -> Select[Person, int]:
    """Colleagues who let work be suggested, said one of the skills and their room, and were never asked here."""
    viewer, said = team.viewer, select(PersonSkill.person_id)
    asked = select(Bid.person_id).join(Seat, Seat.id == Bid.seat_id).where(Seat.issue_id == team.issue.id)
    return (
        select(Person, given_by(Person.id))
        .where(Person.role == "colleague", Person.active, Person.suggestions, Person.room > 0)
        .where(Person.shows("skills", viewer), Person.shows("wants", viewer))  # room is shown with what they want
        .where(Person.id.in_(said.where(PersonSkill.skill_id.in_(team.asked(seats)))))
        .where(Person.id.not_in([person.id for person in team.people]), Person.id.not_in(asked))
        .options(joinedload(Person.pit))
        .order_by(func.random())
        .limit(DRAWN)
    )


def _guest(person: Person, given: int, seats: Sequence[Seat]) -> Guest:
    """Somebody with the seats that ask what they said, and for which they have room."""
    profile = profile_of(person, {said.skill_id: said.level for said in person.skills}, given)
    found = {seat: explain(work_of(seat, names(seat.skills)), profile) for seat in seats}
    return Guest(
        person, profile, {seat: fit for seat, fit in found.items() if fit.kinds & SKILLED and fit.kinds & ROOMY}
    )
