"""The market of wishes as a graph, and the rings that a round of it found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from hkplein.clock import now, today
from hkplein.db import db
from hkplein.models.event import Event
from hkplein.models.hand_over import locked
from hkplein.models.person import Person
from hkplein.models.person_facts import absent
from hkplein.models.ring import Ring, RingLink
from hkplein.models.task import Task
from hkplein.models.wish import Wish

if TYPE_CHECKING:
    from hkplein.rings import Clearing, Graph

ALWAYS = 10_000.0  # days; who said yes to a ring that came to nothing waits longer than anybody
Found = list["Place"]


@dataclass(frozen=True)
class Place:
    """Where a wish is in a ring that was found: what its holder takes, and what else there was."""

    wish_id: int
    takes_id: int | None
    others: int
    more: int


class Standing(NamedTuple):
    """What a round asks of a wish, as it was when the round began."""

    id: int
    person_id: int
    task_id: int | None
    at: datetime
    goes_first: bool


@dataclass
class Market:
    """Wishes that may be in a ring: first those that give a task, then those that give nothing."""

    wishes: list[Standing]
    arcs: list[tuple[int, int]] = field(default_factory=list)  # the first would take what the second gives
    starred: set[tuple[int, int]] = field(default_factory=set)

    @property
    def pairs(self) -> int:
        """How many give a task."""
        return sum(wish.task_id is not None for wish in self.wishes)

    @property
    def waiting(self) -> list[float]:
        """How many days each has stood; who goes first comes before all."""
        return [ALWAYS if wish.goes_first else float((now() - wish.at).days) for wish in self.wishes]

    def graph(self) -> Graph:
        """The market as the clearing reads it: every task that finds a better place is worth one."""
        from hkplein.rings import Graph

        return Graph.of(self.pairs, len(self.wishes) - self.pairs, [(u, v, 1.0) for u, v in self.arcs])

    def twice(self, clearing: Clearing) -> list[tuple[int, int]]:
        """An arc of each ring or chain that somebody with two tasks is in twice: nobody answers for two at once."""
        paths = (*clearing.rings, *clearing.chains)
        return [path[-2:] for path in paths if len({self.wishes[n].person_id for n in path}) < len(path)]  # type: ignore[misc]

    def found(self, clearing: Clearing, graph: Graph) -> list[tuple[bool, Found]]:
        """The chains (True) and rings of an answer, each place with what it is explained with."""
        lengths = clearing.longest_ring, clearing.longest_chain
        paths = ((False, clearing.rings), (True, clearing.chains))
        return [(chain, self.places(path, graph, *lengths)) for chain, found in paths for path in found]

    def places(self, path: Sequence[int], graph: Graph, rings: int, chains: int) -> Found:
        """The places of a ring or chain, with what else there was of at most this length."""
        from hkplein.rings.others import through

        chain = path[0] >= graph.pairs
        moves = len(path) - chain
        places = []
        for n, vertex in enumerate(path):
            others = [other for other in through(graph, vertex, rings, chains) if set(other) != set(path)]
            best = max((len(other) - (other[0] >= graph.pairs) for other in others), default=0)
            last = chain and n == len(path) - 1
            takes = None if last else self.wishes[path[(n + 1) % len(path)]].task_id
            places.append(Place(self.wishes[vertex].id, takes, len(others), moves - best if others else 0))
        return places


def free() -> Select[Wish]:
    """The wishes that stand and are in no ring that waits for an answer, of colleagues who are there to answer."""
    in_ring = select(RingLink.id).where(RingLink.wish_id == Wish.id, RingLink.live).exists()
    there = select(Person.id).where(Person.role == "colleague", Person.id.not_in(absent(today())))
    found = select(Wish).where(Wish.state == "standing", ~in_ring, Wish.person_id.in_(there))
    return found.options(joinedload(Wish.person)).order_by(Wish.task_id.is_(None), Wish.id)


def whole_market() -> Market:
    """Every wish that may be in a ring."""
    return _joined(db.session.scalars(free()).all())


def around(wish_ids: Iterable[int], longest: int) -> Market:
    """The part of the market in which a ring or chain of at most `longest` could go through one of these wishes."""
    everybody = {wish.id: wish for wish in db.session.scalars(free())}
    by_task = {wish.task_id: wish for wish in everybody.values() if wish.task_id is not None}
    near = {id_: everybody[id_] for id_ in wish_ids if id_ in everybody}
    edge = list(near.values())
    for _step in range(longest):
        takes = {id_ for wish in edge for id_ in _candidates(wish)}
        edge = [by_task[id_] for id_ in takes if id_ in by_task and by_task[id_].id not in near]
        near |= {wish.id: wish for wish in edge}
    chosen = near.keys() | {wish.id for wish in everybody.values() if wish.task_id is None}
    return _joined([wish for wish in everybody.values() if wish.id in chosen])


def _joined(wishes: Sequence[Wish]) -> Market:
    market = Market([Standing(*(getattr(wish, name) for name in Standing._fields)) for wish in wishes])
    place = {wish.task_id: n for n, wish in enumerate(wishes) if wish.task_id is not None}
    for n, wish in enumerate(wishes):
        for id_ in _candidates(wish):
            other = place.get(id_)
            if other is not None:
                market.arcs.append((n, other))
                if id_ == wish.starred_id:
                    market.starred.add((n, other))
    return market


def _candidates(wish: Wish) -> Sequence[int]:
    return db.session.scalars(wish.possible().with_only_columns(Task.id)).all()


def propose(chain: bool, places: Found, *, seed: int, helped: int, most: int) -> Ring | None:
    """Ask everybody in a ring that was found; None when one of its wishes has changed since."""
    locked(*(place.takes_id for place in places))
    ids = [place.wish_id for place in places]
    Wish.lock(ids)
    wishes = {wish.id: wish for wish in db.session.scalars(free().where(Wish.id.in_(ids)))}
    if len(wishes) < len(places) or not all(_still(wishes[place.wish_id], place) for place in places):
        return None
    ring = Ring(chain=chain, seed=seed, helped=helped, most=most)
    ring.links = [
        RingLink(
            position=n,
            wish_id=place.wish_id,
            person_id=wishes[place.wish_id].person_id,
            gives_id=wishes[place.wish_id].task_id,
            takes_id=place.takes_id,
            others=place.others,
            more=place.more,
        )
        for n, place in enumerate(places)
    ]
    db.session.add(ring)
    db.session.flush()
    Event.record(ring, "propose", by=None, tell={"ring": [link.person_id for link in ring.links]})
    return ring


def _still(wish: Wish, place: Place) -> bool:
    """Whether this wish would take that task now."""
    if place.takes_id is None:
        return True
    there = wish.possible().with_only_columns(Task.id).limit(None).where(Task.id == place.takes_id)
    return db.session.scalar(there) is not None
