"""Swaps (ruilen): I do yours, you do mine, as a whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Select, String, and_, or_, select, text
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from hkplein.clock import now
from hkplein.db import LAZY, Model, change, db
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _
from hkplein.models.event import Event, named
from hkplein.models.hand_over import hand_over, locked, overtake, tell
from hkplein.models.person import Person
from hkplein.models.swap_rules import LIVE, SwapRules
from hkplein.models.task import Task

_LIVE = text("state IN ('proposed', 'countered')")


class Swap(SwapRules, Model):
    """A proposal to exchange tasks, and the exchange itself.

    Every round keeps its own legs, so a counter-proposal never changes what was proposed before. Whatever touches tasks
    and swaps locks the tasks first and the swaps after, each in the order of their ids: nobody waits in a circle.
    """

    __tablename__ = "swap"
    __table_args__ = (
        CheckConstraint(
            "state IN ('proposed', 'countered', 'done', 'declined', 'withdrawn', 'overtaken', 'expired')",
            name="state",
        ),
        CheckConstraint("proposer_id <> other_id", name="two_people"),
        Index("uq_swap_live_pair", "pair", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        {"sqlite_autoincrement": True},
    )
    PLACE = "swaps"

    state: Mapped[str] = mapped_column(String(10), default="proposed", index=True)
    proposer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # whose turn it is
    round: Mapped[int] = mapped_column(default=1)
    pair: Mapped[str] = mapped_column(String(120))  # the tasks of this round: two mirrored proposals are one swap
    at: Mapped[datetime] = mapped_column(default=now)
    moved_at: Mapped[datetime] = mapped_column(default=now)

    proposer: Mapped[Person] = relationship(foreign_keys=proposer_id, lazy=LAZY)
    other: Mapped[Person] = relationship(foreign_keys=other_id, lazy=LAZY)
    legs: Mapped[list[Leg]] = relationship(  # of the round that is on the table
        primaryjoin=lambda: and_(Leg.swap_id == Swap.id, Leg.round == Swap.round),
        order_by=lambda: Leg.task_id,
        lazy=LAZY,
    )
    rounds: Mapped[list[Leg]] = relationship(order_by=lambda: (Leg.round, Leg.task_id), lazy=LAZY, viewonly=True)

    @property
    def caption(self) -> str:
        """The tasks that change hands."""
        return " ⇄ ".join(leg.task.title for leg in self.legs)

    @property
    def is_live(self) -> bool:
        """It waits for an answer."""
        return self.state in LIVE

    def partner_of(self, person: Person) -> int:
        """The id of the other of the two."""
        return self.other_id if person.id == self.proposer_id else self.proposer_id

    # Queries.

    @staticmethod
    def of(person: Person) -> Select[Swap]:
        """The swaps that `person` sees, with what a list shows of them."""
        whole = (named(Swap.proposer), named(Swap.other), selectinload(Swap.legs).joinedload(Leg.task))
        return select(Swap).where(Swap.visible_to(person)).options(*whole)

    @staticmethod
    def choices(giver: Person, taker: Person) -> Select[Task]:
        """The tasks of `giver` that could go to `taker`, soonest first."""
        return select(Task).where(Task.swappable_by(giver, taker)).order_by(Task.due, Task.id).limit(50)

    @staticmethod
    def _live_on(tasks: Iterable[Task]) -> Select[Swap]:
        """Live proposals that touch one of `tasks`, locked in the order of their ids."""
        return select(Swap).where(Swap._moves(tasks)).order_by(Swap.id).with_for_update(key_share=True)

    @staticmethod
    def _moves(tasks: Iterable[Task]) -> ColumnElement[bool]:
        ids = [task.id for task in tasks]
        legs = select(Leg.id).where(Leg.swap_id == Swap.id, Leg.round == Swap.round, Leg.task_id.in_(ids)).exists()
        return and_(Swap.live(), legs)

    @staticmethod
    def standing(person: Person, task: Task) -> Select[Swap]:
        """What is on the table between `person` and whoever else holds `task`, about it; the last proposal first."""
        two = or_(*(and_(Swap.proposer_id == one, Swap.other_id == two) for one, two in _both(person, task)))
        return select(Swap).where(Swap._moves([task]), two).order_by(Swap.id.desc()).limit(1)

    # Verbs.

    @staticmethod
    def propose(person: Person, mine: int, theirs: Task, words: str = "") -> tuple[Swap, bool]:
        """Propose to give the task with the id `mine` for `theirs`; returns the swap, and whether it is a new one.

        Whoever proposes what the other proposed already, or what is on the table, gets that swap. Raises Refused when
        `theirs` cannot be asked for, Invalid when `mine` cannot be given.
        """
        given, got = locked(mine, theirs.id)
        if got is not None and not got.askable_by(person) and (known := db.session.scalar(Swap.standing(person, got))):
            return known, False
        if got is None or not got.askable_by(person):
            raise Refused(theirs, theirs.worded(theirs.askable_by.why_not(person)))
        other = db.session.get_one(Person, got.holder_id)
        mine_, theirs_ = _checked(person, other, given, got)
        pair = _pair(mine_, theirs_)
        if known := db.session.scalar(select(Swap).where(Swap.pair == pair, Swap.live())):
            return known, False
        swap = Swap(proposer_id=person.id, other_id=other.id, turn_id=other.id, round=1, pair=pair)
        swap.legs = _legs(swap, person, other, mine_, theirs_)
        db.session.add(swap)
        db.session.flush()
        Event.record(swap, "propose", by=person, tell={"swap": [other.id]}, note=words)
        return swap, True

    def counter(self, person: Person, mine: int, theirs: int, words: str = "") -> None:
        """Propose other tasks of the same two people, by their ids; the turn goes to the other."""
        other = db.session.get_one(Person, self.partner_of(person))
        mine_, theirs_ = _checked(person, other, *locked(mine, theirs))
        pair = _pair(mine_, theirs_)
        if pair == self.pair:
            raise Invalid(mine=_("This is what is proposed already. Choose another task."))
        if db.session.scalar(select(Swap.id).where(Swap.pair == pair, Swap.live())):
            raise Invalid(mine=_("You two have another swap of these tasks. Answer that one."))
        change(self, "counter", person, round=self.round + 1, turn_id=other.id, pair=pair, moved_at=now())
        db.session.add_all(_legs(self, person, other, mine_, theirs_))
        db.session.flush()
        db.session.expire(self, ["legs", "rounds"])
        Event.record(self, "counter", by=person, tell={"swap": [other.id]}, note=words)

    def accept(self, person: Person, seen: int | None = None) -> None:
        """Agree to the round that was `seen`: everything changes hands at once, or nothing does."""
        self.carry_out(person, self.round if seen is None else seen)

    def carry_out(self, person: Person, seen: int) -> None:
        """Hand over every leg, in the order of the tasks; each is checked again as it is done."""
        if not self.acceptable_by(person, seen):
            raise Refused(self, self.why_not("accept", person, seen))
        legs = db.session.scalars(
            select(Leg)
            .where(Leg.swap_id == self.id, Leg.round == seen)
            .order_by(Leg.task_id)
            .options(joinedload(Leg.task), joinedload(Leg.giver), joinedload(Leg.taker))
        ).all()
        for leg in legs:
            try:
                hand_over(leg.task, "swap", leg.giver, leg.taker)
            except Refused as refused:
                raise Refused(self, refused.sentence) from None
        change(self, "accept", person, seen, moved_at=now())
        Event.record(self, "accept", by=person, tell={"swap": [self.partner_of(person)]})
        overtake(*(leg.task for leg in legs))
        for leg in legs:
            tell(leg.task, "swap", leg.giver, leg.taker)

    def decline(self, person: Person) -> None:
        """Rather not; nobody asks why."""
        self._end("decline", person)

    def withdraw(self, person: Person) -> None:
        """Take the proposal back."""
        self._end("withdraw", person)

    def _end(self, verb: str, person: Person) -> None:
        change(self, verb, person, moved_at=now())
        Event.record(self, verb, by=person, tell={"swap": [self.partner_of(person)]})

    @staticmethod
    def overtake(*tasks: Task) -> None:
        """One of `tasks` changed hands, was reported or released: live proposals about it end, both are told."""
        for swap in db.session.scalars(Swap._live_on(tasks)).all():
            change(swap, "overtake", moved_at=now())
            Event.record(swap, "overtake", by=None, tell={"swap": [swap.proposer_id, swap.other_id]})


class Leg(Model):
    """One hand-over inside a round of a swap: `task` goes from `giver` to `taker`."""

    __tablename__ = "leg"

    swap_id: Mapped[int] = mapped_column(ForeignKey("swap.id"), index=True)
    round: Mapped[int] = mapped_column(default=1)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    taker_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    task: Mapped[Task] = relationship(lazy=LAZY)
    giver: Mapped[Person] = relationship(foreign_keys=giver_id, lazy=LAZY)
    taker: Mapped[Person] = relationship(foreign_keys=taker_id, lazy=LAZY)


def _both(person: Person, task: Task) -> list[tuple[Any, Any]]:
    """The two of them, either way round."""
    return [(person.id, task.holder_id), (task.holder_id, person.id)]


def _pair(*tasks: Task) -> str:
    return "-".join(str(id_) for id_ in sorted(task.id for task in tasks))


def _legs(swap: Swap, person: Person, other: Person, mine: Task, theirs: Task) -> list[Leg]:
    """The two hand-overs of the round that is on the table."""
    return [
        Leg(swap_id=swap.id, round=swap.round, task_id=task.id, giver_id=giver.id, taker_id=taker.id)
        for task, giver, taker in ((mine, person, other), (theirs, other, person))
    ]


def _checked(person: Person, other: Person, mine: Task | None, theirs: Task | None) -> tuple[Task, Task]:
    """Both tasks; raises Invalid, beside the right field, when one of them cannot go to the other person."""
    problems = {}
    for name, task, giver, taker in (("mine", mine, person, other), ("theirs", theirs, other, person)):
        why = _("This task is not there.") if task is None else task.swappable_by.why_not(giver, taker)
        if why is not None:
            problems[name] = str(why)
    if problems or mine is None or theirs is None:
        raise Invalid(**problems)
    return mine, theirs
