"""The team of an issue: who sits where, which skills and pits they bring, and what is missing."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from hkplein.db import db
from hkplein.i18n import _, _l
from hkplein.models.bid import Bid
from hkplein.models.issue import Issue
from hkplein.models.issue_table import ENDED, TEAMED
from hkplein.models.person import Person
from hkplein.models.seat import Seat
from hkplein.models.skill import KINDS, Skill

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
        covered = {skill.id for kind in KINDS for skill in self.skills(kind)}
        asked = {skill.id: skill for seat in self.open + self.filled for skill in seat.skills}
        uncovered = sorted(skill.name for id_, skill in asked.items() if id_ not in covered and self.viewer.colleague)
        said = [_("Nobody in the team shows “%(skill)s” yet.", skill=name) for name in uncovered]
        return said + (self._one_sided() if len(self.people) > 1 else [])

    def _one_sided(self) -> list[str]:
        knowledge, process = (bool(self.skills(kind)) for kind in ("knowledge", "process"))
        findings = (
            (knowledge and not process, _("There is professional knowledge, but no process skills yet.")),
            (process and not knowledge, _("There are process skills, but no professional knowledge yet.")),
            (len(self.pits) == 1, _("Everybody comes from the same pit.")),
            (not any(p.outdoors for p in self.people), _("Nobody works outdoors.")),
        )
        return [sentence for holds, sentence in findings if holds]


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
