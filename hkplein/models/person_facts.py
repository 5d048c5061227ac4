"""What somebody is part of: teams, lines, hands, places; asked of the database once, when a rule wants to know."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, Integer, bindparam, false, func, literal, select, union_all

from hkplein.clock import today
from hkplein.db import db

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapped


class Ids(AbstractSet[int]):
    """The ids of one kind of facts of a person, asked of the database only when somebody wants to know."""

    __slots__ = ("kind", "person")

    def __init__(self, person: PersonFacts, kind: str) -> None:
        self.person, self.kind = person, kind

    @property
    def known(self) -> frozenset[int]:
        return self.person.facts.get(self.kind, frozenset())

    def __contains__(self, id_: object) -> bool:
        return id_ in self.known

    def __iter__(self) -> Iterator[int]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)

    @classmethod
    def _from_iterable(cls, ids: Iterable[Any]) -> Any:
        return frozenset(ids)


class PersonFacts:
    """The facts of a person, as the rules of other nouns ask for them."""

    if TYPE_CHECKING:
        id: Mapped[int]
        partner_id: Mapped[int | None]

    @property
    def facts(self) -> dict[str, frozenset[int]]:
        """The ids of everything that this person is part of, by kind; forgotten at every change."""
        known = db.session.info.setdefault("facts", {})
        if self.id not in known:
            found = defaultdict(set)
            values = {"me": self.id, "partner": self.partner_id or 0, "day": today()}
            for kind, id_ in db.session.execute(_facts(), values):
                found[kind].add(id_)
            known[self.id] = {kind: frozenset(ids) for kind, ids in found.items()}
        return known[self.id]  # type: ignore[no-any-return]

    def fact(self, kind: str) -> Ids:
        """The ids of one kind, as `_facts` calls them."""
        return Ids(self, kind)

    @property
    def team_ids(self) -> Ids:
        """Issues of whose team this person is: as trekker, deputy or in a seat."""
        return self.fact("team")

    @property
    def lead_ids(self) -> Ids:
        """Issues that this person moves: as trekker or deputy."""
        return self.fact("lead")

    @property
    def trekker_ids(self) -> Ids:
        """Issues that have not ended and of which this person is trekker."""
        return self.fact("trekker")

    @property
    def stand_in_ids(self) -> Ids:
        """Issues that this person moves as deputy, because the trekker is away."""
        return self.fact("stand-in")

    @property
    def line_ids(self) -> Ids:
        """Help lines that this person helps on."""
        return self.fact("line")

    @property
    def full_line_ids(self) -> Ids:
        """Help lines on which this person helps with as many pitstops at a time as they wanted."""
        return self.fact("full-line")

    @property
    def helped_lesson_ids(self) -> Ids:
        """Lessons of which this person said that it helped."""
        return self.fact("helped-lesson")

    @property
    def hand_task_ids(self) -> Ids:
        """Tasks for which this person's hand is up."""
        return self.fact("hand")

    @property
    def place_ids(self) -> Ids:
        """Postings of several places of which this person holds one."""
        return self.fact("place")

    @property
    def partner_issue_ids(self) -> Ids:
        """Issues that this person's organisation is a partner in."""
        return self.fact("partner")


ME, DAY = bindparam("me", type_=Integer), bindparam("day", type_=Date)


@functools.cache
def _facts() -> Any:
    """What somebody is part of, by kind; made once, for it is asked with every request."""
    from hkplein.models import Founder, HelpLineHelper, Issue, IssuePartner, Seat, Task
    from hkplein.models.bid import Bid
    from hkplein.models.issue_table import MOVING
    from hkplein.models.lesson import LessonHelped

    def ids(kind: str, column: Any, *where: Any) -> Any:
        return select(literal(kind), column).where(*where)

    return union_all(
        ids("team", Issue.id, (Issue.trekker_id == ME) | (Issue.deputy_id == ME)),
        ids("lead", Issue.id, (Issue.trekker_id == ME) | (Issue.deputy_id == ME)),
        ids("trekker", Issue.id, Issue.trekker_id == ME, Issue.state.in_(MOVING)),
        ids("stand-in", Issue.id, Issue.deputy_id == ME, Issue.trekker_id.in_(_absent())),
        ids("team", Seat.issue_id, Seat.holder_id == ME, Seat.state == "filled"),
        ids("line", HelpLineHelper.line_id, HelpLineHelper.person_id == ME),
        ids(
            "full-line",
            HelpLineHelper.line_id,
            HelpLineHelper.person_id == ME,
            HelpLineHelper.at_most <= _helping(),
        ),
        ids("helped-lesson", LessonHelped.lesson_id, LessonHelped.person_id == ME),
        ids("hand", Bid.task_id, Bid.person_id == ME, Bid.task_id.is_not(None), Bid.state == "raised"),
        ids(
            "seat-hand",
            Bid.seat_id,
            Bid.person_id == ME,
            Bid.seat_id.is_not(None),
            Bid.state.in_(Bid.LIVE),
        ),
        ids(
            "place",
            Task.posting_id,
            Task.holder_id == ME,
            Task.posting_id.is_not(None),
            Task.state == "taken",
        ),
        ids("founder", Founder.pit_id, Founder.person_id == ME, Founder.agreed),
        ids("asked-founder", Founder.pit_id, Founder.person_id == ME, Founder.agreed.is_(None)),
        ids("partner", IssuePartner.issue_id, IssuePartner.partner_id == bindparam("partner", type_=Integer)),
    )


def _helping() -> Any:
    """With how many pitstops of a line (of HelpLineHelper) somebody helps now."""
    from hkplein.models import HelpLineHelper
    from hkplein.models.pitstop import Pitstop
    from hkplein.models.pitstop_table import HELD

    theirs = Pitstop.helper_id == ME, Pitstop.line_id == HelpLineHelper.line_id, Pitstop.state.in_(HELD)
    return select(func.count()).where(*theirs).correlate(HelpLineHelper).scalar_subquery()


def _absent() -> Any:
    """The ids of everybody who is "even weg" today, or has left."""
    from hkplein.models.person import Person

    back = Person.away_until < DAY
    return select(Person.id).where(~Person.active | ((Person.away_from <= DAY) & ~func.coalesce(back, false())))
