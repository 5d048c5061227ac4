"""Swap rings (ruilkringen): everybody passes a task on to the next, as a whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, func, select, text, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from hkplein.clock import end_of, now
from hkplein.db import LAZY, Model, change, db
from hkplein.errors import Refused
from hkplein.i18n import ngettext
from hkplein.models.event import Event, named
from hkplein.models.hand_over import hand_over, locked, overtake, tell
from hkplein.models.person import Person
from hkplein.models.refused_leg import RefusedLeg
from hkplein.models.ring_rules import RingRules, last_day
from hkplein.models.task import Task
from hkplein.models.wish import Wish

Leg = tuple[Task, Person, Person]


class Ring(RingRules, Model):
    """A ring or chain that was found, and waits for a yes of everybody in it.

    In a ring each takes what the next one gives, and the last what the first one gives. A chain begins with somebody
    who gives nothing and ends with somebody who takes nothing.
    """

    __tablename__ = "ring"
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'done', 'dissolved')", name="state"),
        CheckConstraint("(state = 'proposed') = (ended_at IS NULL)", name="ended"),
        {"sqlite_autoincrement": True},
    )
    PLACE = "rings"

    state: Mapped[str] = mapped_column(String(10), default="proposed", index=True)
    chain: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(default=now)
    deadline: Mapped[datetime] = mapped_column(default=lambda: end_of(last_day()))
    moved_at: Mapped[datetime] = mapped_column(default=now)  # when somebody last said yes
    ended_at: Mapped[datetime | None]
    seed: Mapped[int] = mapped_column(default=0)  # of the draw in the round that found it
    helped: Mapped[int] = mapped_column(default=0)  # tasks that found a better place in that round
    most: Mapped[int] = mapped_column(default=0)  # that could have, proven
    again: Mapped[bool] = mapped_column(default=False)  # its people wait for another round

    links: Mapped[list[RingLink]] = relationship(order_by=lambda: RingLink.position, lazy=LAZY)

    @property
    def caption(self) -> str:
        """What it is, and how many it moves."""
        count = self.size
        if self.chain:
            return ngettext("swap chain of one task", "swap chain of %(num)s tasks", count)
        return ngettext("swap ring of one task", "swap ring of %(num)s tasks", count)

    @property
    def size(self) -> int:
        """How many tasks it moves."""
        return sum(link.takes_id is not None for link in self.links)

    @property
    def agreed(self) -> int:
        """How many of its links have said yes."""
        return sum(link.agreed_at is not None for link in self.links)

    def link_of(self, person: Person) -> RingLink:
        """Where `person` is in it."""
        return next(link for link in self.links if link.person_id == person.id)

    # Queries.

    @staticmethod
    def whole() -> list[ORMOption]:
        """What is loaded of a ring to draw it."""
        links = selectinload(Ring.links)
        return [
            links.options(named(RingLink.person), joinedload(RingLink.gives), joinedload(RingLink.takes)),
        ]

    @staticmethod
    def of(person: Person) -> Select[Ring]:
        """The rings that `person` is or was part of."""
        return select(Ring).where(Ring.visible_to(person)).options(*Ring.whole())

    @staticmethod
    def moving(*tasks: Task) -> Select[Ring]:
        """Those that wait for an answer and would move one of `tasks`."""
        ids = [task.id for task in tasks]
        links = select(RingLink.ring_id).where(RingLink.live, RingLink.gives_id.in_(ids))
        return select(Ring).where(Ring.id.in_(links)).order_by(Ring.id)

    # Verbs.

    def agree(self, person: Person) -> None:
        """Say yes; the last yes carries the ring out at once."""
        links = self._locked_links()
        change(self, "agree", person, moved_at=now())
        mine = RingLink.ring_id == self.id, RingLink.person_id == person.id
        db.session.execute(update(RingLink).where(*mine).values(agreed_at=now()))
        stands = update(Wish).where(Wish.id.in_(select(RingLink.wish_id).where(*mine)))
        db.session.execute(stands.values(kept_at=now(), asked=False))  # who says yes still wants it
        Event.record(self, "agree", by=person)
        waits = select(func.count()).where(RingLink.ring_id == self.id, RingLink.agreed_at.is_(None))
        if not db.session.scalar(waits):
            self.carry_out(links)

    def decline(self, person: Person) -> None:
        """Rather not: it needs no reason, nobody hears who it was, and the wish stands without this leg."""
        links = self._locked_links()
        if not self.may("decline", person):
            raise Refused(self, self.why_not("decline", person))
        n = next(n for n, link in enumerate(links) if link.person_id == person.id)
        taker = n if links[n].takes_id is not None else n - 1  # the end of a chain says no to who would take
        other = None if taker == n else links[taker].wish_id
        leg = {"wish_id": links[n].wish_id, "task_id": links[taker].takes_id, "for_id": other}
        self._dissolve("decline", person, but=(links[n].wish_id,))
        if db.session.scalar(select(RefusedLeg.id).filter_by(**leg)) is None:
            db.session.add(RefusedLeg(**leg))

    def carry_out(self, links: list[RingLink]) -> None:
        """Hand over every task, in the order of their ids, each checked again; if one has changed, nothing happens."""
        legs = _legs(links)
        stands = all(link.wish.state == "standing" for link in links)
        if not (stands and all(task.passable_by(giver, taker) for task, giver, taker in legs)):
            self._dissolve("dissolve")
            return
        for task, giver, taker in legs:
            hand_over(task, "ring", giver, taker)
        change(self, "carry-out", ended_at=now())
        self._free()
        for link in links:
            change(link.wish, "meet")
        Event.record(self, "carry-out", by=None, tell={"ring": [link.person_id for link in links]})
        overtake(*(task for task, _giver, _taker in legs))
        for leg in legs:
            tell(leg[0], "ring", *leg[1:])

    def expire(self) -> None:
        """The deadline passed: who was silent is asked whether the wish still stands."""
        links = self._locked_links()
        self._dissolve("expire")
        for link in links:
            if link.agreed_at is None and link.wish.state == "standing":
                change(link.wish, "lapse")
                Event.record(link.wish, "lapse", by=None, tell={"you": [link.person_id]})

    @staticmethod
    def overtake(*tasks: Task) -> None:
        """One of `tasks` is no longer to be had: the rings that would move it dissolve."""
        for ring in db.session.scalars(Ring.moving(*tasks).with_for_update(key_share=True)).all():
            ring._dissolve("dissolve")  # noqa: SLF001 - a ring like this one

    @staticmethod
    def leave(wish: Wish) -> None:
        """`wish` is taken back: the ring that waits for it dissolves."""
        rings = select(RingLink.ring_id).where(RingLink.wish_id == wish.id, RingLink.live)
        given = db.session.scalars(select(RingLink.gives_id).where(RingLink.ring_id.in_(rings)))
        locked(*given)
        Wish.lock([wish.id])  # from here on no ring with it is proposed
        for ring in db.session.scalars(select(Ring).where(Ring.id.in_(rings)).order_by(Ring.id)).all():
            ring._dissolve("dissolve", but=(wish.id,))  # noqa: SLF001 - a ring

    def _dissolve(self, verb: str, *asked: object, but: Iterable[int] = ()) -> None:
        """Nothing changes hands; who said yes goes first next time, and all hear the same sentence."""
        change(self, verb, *asked, ended_at=now(), again=True)
        yes = select(RingLink.wish_id).where(RingLink.ring_id == self.id, RingLink.agreed_at.is_not(None))
        first = set(db.session.scalars(yes)) - set(but)
        Wish.lock(first)
        db.session.execute(update(Wish).where(Wish.id.in_(first)).values(goes_first=True))
        people = db.session.scalars(select(RingLink.person_id).where(RingLink.ring_id == self.id)).all()
        self._free()
        Event.record(self, "dissolve", by=None, tell={"ring": people})

    def _free(self) -> None:
        db.session.execute(update(RingLink).where(RingLink.ring_id == self.id).values(live=False))

    def _locked_links(self) -> list[RingLink]:
        """Its links, in their order, once nobody else can touch its tasks."""
        mine = select(RingLink).where(RingLink.ring_id == self.id).order_by(RingLink.position)
        ids = db.session.scalars(mine.with_only_columns(RingLink.gives_id)).all()
        locked(*ids)
        whole = joinedload(RingLink.person), joinedload(RingLink.gives), joinedload(RingLink.wish)
        return list(db.session.scalars(mine.options(*whole), execution_options={"populate_existing": True}))


class RingLink(Model):
    """A link (schakel) of a ring: the wish of one colleague, with what they give and what they take."""

    __tablename__ = "ring_link"
    __table_args__ = (
        *(
            Index(f"uq_ring_link_live_{name}", f"{name}_id", unique=True, sqlite_where=where, postgresql_where=where)
            for name, where in (("gives", text("live AND gives_id IS NOT NULL")), ("wish", text("live")))
        ),
        {"sqlite_autoincrement": True},
    )

    ring_id: Mapped[int] = mapped_column(ForeignKey("ring.id"), index=True)
    position: Mapped[int]
    wish_id: Mapped[int] = mapped_column(ForeignKey("wish.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    gives_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    takes_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    others: Mapped[int] = mapped_column(default=0)  # rings and chains that were possible with this wish as well
    more: Mapped[int] = mapped_column(default=0)  # tasks that this one moves more than the best of those
    agreed_at: Mapped[datetime | None]
    live: Mapped[bool] = mapped_column(default=True)  # the ring waits for an answer

    wish: Mapped[Wish] = relationship(lazy=LAZY)
    person: Mapped[Person] = relationship(lazy=LAZY)
    gives: Mapped[Task | None] = relationship(foreign_keys=gives_id, lazy=LAZY)
    takes: Mapped[Task | None] = relationship(foreign_keys=takes_id, lazy=LAZY)


def _legs(links: list[RingLink]) -> list[Leg]:
    """Which task goes from whom to whom, in the order of the tasks."""
    after = [*links[1:], links[0]]
    legs = [
        (giver.gives, giver.person, taker.person)
        for taker, giver in zip(links, after, strict=True)
        if taker.takes_id is not None and giver.gives is not None
    ]
    return sorted(legs, key=lambda leg: leg[0].id)
