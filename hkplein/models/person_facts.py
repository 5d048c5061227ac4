"""What somebody is part of: teams, lines, hands, places; asked of the database once, when a rule wants to know."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, Integer, Select, bindparam, false, func, literal, select, union_all

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

    def query(self) -> Any:
        """The same as a query, for a rule that is asked in SQL."""
        parts = _kinds(**self.person.bound)[self.kind]()
        return union_all(*parts) if len(parts) > 1 else parts[0]

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
            for id_, kind in db.session.connection().execute(_facts(), self.bound):
                found[kind].add(id_)
            known[self.id] = {kind: frozenset(ids) for kind, ids in found.items()}
        return known[self.id]  # type: ignore[no-any-return]

    @property
    def bound(self) -> dict[str, Any]:
        """What the queries of facts ask about."""
        return {"me": self.id, "partner": self.partner_id or 0, "day": today()}

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
    def ring_ids(self) -> Ids:
        """Swap rings that this person is part of."""
        return self.fact("ring")

    @property
    def asked_ring_ids(self) -> Ids:
        """Swap rings that wait for this person's answer."""
        return self.fact("asked-ring")

    @property
    def promised_ids(self) -> Ids:
        """Tasks that this person said yes to giving away, in a swap ring that waits for others."""
        return self.fact("promised")

    @property
    def partner_issue_ids(self) -> Ids:
        """Issues that this person's organisation is a partner in."""
        return self.fact("partner")


@functools.cache
def _facts() -> Any:
    """The ids of every kind; made once, for it is asked often."""
    asked = bindparam("me", type_=Integer), bindparam("partner", type_=Integer), bindparam("day", type_=Date)
    kinds = _kinds(*asked).items()
    return union_all(*(part.add_columns(literal(kind)) for kind, parts in kinds for part in parts()))


def _kinds(me: Any, partner: Any, day: Any) -> dict[str, Callable[[], tuple[Select[Any], ...]]]:
    """Where the ids of each kind are found."""
    from hkplein.models import Founder, HelpLineHelper, Issue, IssuePartner, Seat, Task
    from hkplein.models.bid import Bid
    from hkplein.models.issue_table import MOVING
    from hkplein.models.lesson import LessonHelped
    from hkplein.models.ring import RingLink
    from hkplein.models.task_table import HELD

    def ids(column: Any, *where: Any) -> Select[Any]:
        return select(column).where(*where).correlate(None)

    def hands(column: Any, *states: str) -> tuple[Select[Any], ...]:
        return (ids(column, Bid.person_id == me, column.is_not(None), Bid.state.in_(states)),)

    def leads() -> Select[Any]:
        return ids(Issue.id, (Issue.trekker_id == me) | (Issue.deputy_id == me))

    def founds(*agreed: Any) -> tuple[Select[Any], ...]:
        return (ids(Founder.pit_id, Founder.person_id == me, *agreed),)

    def links(column: Any, *where: Any) -> tuple[Select[Any], ...]:
        return (ids(column, RingLink.person_id == me, *where),)

    def lines(*where: Any) -> tuple[Select[Any], ...]:
        return (ids(HelpLineHelper.line_id, HelpLineHelper.person_id == me, *where),)

    return {
        "team": lambda: (leads(), ids(Seat.issue_id, Seat.holder_id == me, Seat.state == "filled")),
        "lead": lambda: (leads(),),
        "posted-issue": lambda: (ids(Issue.id, Issue.author_id == me),),
        "trekker": lambda: (ids(Issue.id, Issue.trekker_id == me, Issue.state.in_(MOVING)),),
        "stand-in": lambda: (ids(Issue.id, Issue.deputy_id == me, Issue.trekker_id.in_(absent(day))),),
        "line": lines,
        "full-line": lambda: lines(HelpLineHelper.at_most <= _helping(me)),
        "helped-lesson": lambda: (ids(LessonHelped.lesson_id, LessonHelped.person_id == me),),
        "hand": lambda: hands(Bid.task_id, "raised"),
        "seat-hand": lambda: hands(Bid.seat_id, *Bid.LIVE),
        "place": lambda: (
            ids(Task.posting_id, Task.holder_id == me, Task.posting_id.is_not(None), Task.state.in_(HELD)),
        ),
        "founder": lambda: founds(Founder.agreed),
        "asked-founder": lambda: founds(Founder.agreed.is_(None)),
        "ring": lambda: links(RingLink.ring_id),
        "asked-ring": lambda: links(RingLink.ring_id, RingLink.live, RingLink.agreed_at.is_(None)),
        "promised": lambda: links(
            RingLink.gives_id, RingLink.gives_id.is_not(None), RingLink.live, RingLink.agreed_at.is_not(None)
        ),
        "partner": lambda: (ids(IssuePartner.issue_id, IssuePartner.partner_id == partner),),
    }


def _helping(me: Any) -> Any:
    """With how many pitstops of a line (of HelpLineHelper) somebody helps now."""
    from hkplein.models import HelpLineHelper
    from hkplein.models.pitstop import Pitstop
    from hkplein.models.pitstop_table import HELD

    theirs = Pitstop.helper_id == me, Pitstop.line_id == HelpLineHelper.line_id, Pitstop.state.in_(HELD)
    return select(func.count()).where(*theirs).correlate(HelpLineHelper).scalar_subquery()


def absent(day: Any) -> Any:
    """The ids of everybody who is "even weg" on a day, or has left."""
    from hkplein.models.person import Person

    back = Person.away_until < day
    return select(Person.id).where(~Person.active | ((Person.away_from <= day) & ~func.coalesce(back, false())))
