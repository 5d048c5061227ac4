"""The team of an issue: who sits where, what they bring, what is missing, and who would like to join."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from hkplein.db import db
from hkplein.fit import Fit, Makeup, Profile, lacking
from hkplein.i18n import _l
from hkplein.models.bid import Bid
from hkplein.models.issue import Issue, IssuePartner
from hkplein.models.issue_table import ENDED, TEAMED
from hkplein.models.person import Person
from hkplein.models.seat import Seat
from hkplein.models.skill import KINDS, Skill
from hkplein.models.suggestion import names, profile_for, why
from hkplein.models.willing import Willing

TREKKER, DEPUTY = _l("trekker"), _l("deputy")


@dataclass
class Team:
    """The team of one issue as `viewer` may see it, read in a constant number of queries."""

    issue: Issue
    viewer: Person
    seats: list[Seat]
    lead: list[tuple[Any, Person]]  # what they are called, and who
    bids: dict[int, list[Bid]] = field(default_factory=dict)  # of each open seat, for whoever may read them

    @classmethod
    def of(cls, issue: Issue, viewer: Person) -> Team:
        """Read the team: seats with who sits there, their skills and pits, and the hands that are up."""
        whole = (joinedload(Seat.holder).joinedload(Person.pit), selectinload(Seat.skills))
        seats = db.session.scalars(select(Seat).where(Seat.issue_id == issue.id).options(*whole).order_by(Seat.id))
        ids = {issue.trekker_id: TREKKER, issue.deputy_id: DEPUTY}
        lead = select(Person).where(Person.id.in_([id_ for id_ in ids if id_])).options(joinedload(Person.pit))
        moving = sorted(((ids[p.id], p) for p in db.session.scalars(lead)), key=lambda pair: pair[0] is DEPUTY)
        return cls(issue, viewer, list(seats), moving, _hands(issue, viewer))

    @property
    def leads(self) -> bool:
        """Whether `viewer` is trekker or deputy."""
        return self.issue.id in self.viewer.lead_ids

    @property
    def grows(self) -> bool:
        """Whether it can still take people; a running issue can."""
        return self.issue.state in TEAMED

    @property
    def over(self) -> bool:
        """Whether its issue has ended."""
        return self.issue.state in ENDED

    @property
    def open(self) -> list[Seat]:
        """The seats that wait for somebody."""
        return [seat for seat in self.seats if seat.state == "open"]

    @property
    def filled(self) -> list[Seat]:
        """The seats in which somebody sits; of an issue that has ended, in which somebody sat."""
        state = "ended" if self.over else "filled"
        return [seat for seat in self.seats if seat.state == state and seat.holder]

    @property
    def to_answer(self) -> list[Seat]:
        """The filled seats for which others still have their hand up."""
        return [seat for seat in self.filled if self.leads and any(bid.state == "raised" for bid in self.hands(seat))]

    def mine(self, seat: Seat) -> Bid | None:
        """The viewer's own hand or invitation for a seat."""
        return next((bid for bid in self.bids.get(seat.id, ()) if bid.person_id == self.viewer.id), None)

    def hands(self, seat: Seat) -> list[Bid]:
        """The hands of others for a seat, as far as the viewer may read them."""
        return [bid for bid in self.bids.get(seat.id, ()) if bid.person_id != self.viewer.id]

    @property
    def people(self) -> list[Person]:
        """Everybody in it, each once."""
        sitting = [seat.holder for seat in self.filled if seat.holder]
        return list({p.id: p for p in [*(p for _title, p in self.lead), *sitting]}.values())

    @property
    def pits(self) -> list[Any]:
        """The pits (and organisations) that its people come from, each once."""
        return sorted({p.pit.id: p.pit for p in self.people if p.pit}.values(), key=lambda pit: str(pit.name))

    def skills(self, kind: str) -> list[Skill]:
        """What its people can, of one kind, as far as they show it to `viewer`."""
        found = {
            has.skill.id: has.skill
            for person in self.people
            if person.shows("skills", self.viewer)
            for has in person.skills
            if has.level in ("can", "teaches") and has.skill.kind == kind
        }
        return sorted(found.values(), key=lambda skill: skill.name)

    def gaps(self) -> list[str]:
        """What is missing, in words; nothing is, when it is over."""
        if self.over:
            return []
        asked = self.asked(self.open + self.filled) if self.viewer.colleague else {}
        brought = {skill.id: kind for kind in KINDS for skill in self.skills(kind)}
        outdoors = any(person.outdoors for person in self.people)
        partner = db.session.scalar(select(IssuePartner.id).where(IssuePartner.issue_id == self.issue.id).limit(1))
        return lacking(Makeup(asked, brought, len(self.people), len(self.pits), outdoors, partner is not None))

    @staticmethod
    def asked(seats: Iterable[Seat]) -> dict[int, str]:
        """The skills that seats ask, by id and name."""
        return names(skill for seat in seats for skill in seat.skills)

    # Whom it may fit.

    @cached_property
    def profile(self) -> Profile | None:
        """What the viewer entered about what fits."""
        return profile_for(self.viewer)

    def fit(self, seat: Seat) -> Fit | None:
        """Why a seat fits the viewer; None for who cannot want it."""
        return why(seat, names(seat.skills), self.profile) if seat.may("raise-hand", self.viewer) else None

    def deputy_fit(self) -> Fit | None:
        """Why the deputy's place fits the viewer."""
        return why(self.issue, self.asked(self.open + self.filled), self.profile)

    @cached_property
    def willing(self) -> Willing | None:
        """The colleagues who want what the open seats ask, for who may invite them."""
        asking = [seat for seat in self.open if seat.skills and seat.may("invite", self.viewer)]
        return Willing.of(self, asking) if asking and self.viewer.colleague else None


def _hands(issue: Issue, viewer: Person) -> dict[int, list[Bid]]:
    """The live bids of each seat that `viewer` may read; raised hands in random order, the waiting list in its own."""
    found = Bid.of(issue).where(Bid.visible_to(viewer)).options(joinedload(Bid.person).joinedload(Person.pit))
    return in_order(db.session.scalars(found.order_by(Bid.since, Bid.id)))


def in_order(bids: Iterable[Bid]) -> dict[int, list[Bid]]:
    """By seat: raised hands in random order first, for whoever was first is not better; then the waiting list."""
    kinds: dict[int, dict[str, list[Bid]]] = defaultdict(lambda: defaultdict(list))
    for bid in bids:
        kinds[bid.seat_id or 0][bid.state].append(bid)
    for kind in kinds.values():
        random.shuffle(kind["raised"])
    return {id_: [*kind["raised"], *kind["invited"], *kind["waiting"]] for id_, kind in kinds.items()}
