"""Whatever people do to a few tasks, in whatever order: it comes out as in a model of forty lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from hkplein.clock import now
from hkplein.db import db
from hkplein.models import Event, Ring, RingLink, Task
from tests.harness.finding import Finding
from tests.harness.history import holder as shown
from tests.harness.race import RELEASE
from tests.harness.site import Site
from tests.harness.town import filled

FIELDS: dict[str, dict[str, str]] = {
    "release": RELEASE,
    "return": {"reason": "Kijk nog"},
    "withdraw": {"reason": "Nee"},
}
VERBS = "claim undo keep take-over release report confirm return withdraw offer".split()
SELDOM = {"withdraw", "report", "release", "keep"}  # ways out, that would soon leave nothing to do
PEOPLE, MOST = 5, 4  # people, of whom the first one posts; tasks
SEVERAL = st.integers(0, 99)


@dataclass
class Circle:
    """A swap ring: everybody takes what the next one holds, once all have said yes."""

    id: int
    people: list[int]
    tasks: list[Thing]
    agreed: set[int] = field(default_factory=set)
    state: str = "proposed"

    def dissolve(self) -> None:
        """Nothing changes hands."""
        self.state = "dissolved" if self.state == "proposed" else self.state

    def carry_out(self) -> None:
        """Everything does."""
        self.state = "done"
        for n, person in enumerate(self.people):
            thing = self.tasks[(n + 1) % len(self.people)]
            thing.holder, thing.offered, thing.undo = person, None, None
            thing.events += 1


@dataclass
class Thing:
    """A task, as it should be. `undo` is what undoing leads to: the holder and the offer of before."""

    id: int
    state: str = "open"
    holder: int | None = None
    offered: str | None = None
    undo: tuple[int | None, str | None] | None = None
    ring: Circle | None = None
    events: int = 1

    @property
    def promised(self) -> bool:
        """Its holder said yes to a ring that waits for others."""
        return bool(self.ring and self.ring.state == "proposed" and self.holder in self.ring.agreed)

    def may(self, verb: str, who: int) -> bool:
        """Whether this can be done now."""
        mine, taken = self.holder == who, self.state == "taken"
        free = mine and taken and not self.promised
        return {
            "claim": self.state == "open" and who != 0,
            "withdraw": self.state == "open" and who == 0,
            "undo": free and self.undo is not None,
            "keep": free and self.offered is not None,
            "release": free,
            "report": free,
            "offer": taken and mine and self.offered is None,
            "take-over": taken and not mine and self.offered == "give",
            "confirm": self.state == "reported" and who == 0,
            "return": self.state == "reported" and who == 0,
        }[verb]

    def well(self, who: int) -> list[str]:
        """What this person can do now."""
        return [verb for verb in VERBS if self.may(verb, who)]

    @property
    def given(self) -> bool:
        """Undoing leads back to the colleague who gave it away."""
        return bool(self.undo and self.undo[0] is not None)

    def do(self, verb: str, who: int, kind: str) -> None:
        """Do it."""
        before = self.holder, self.offered
        self.events += 1
        if self.ring and verb in ("undo", "keep", "take-over", "release", "report"):
            self.ring.dissolve()
        if verb in ("claim", "take-over"):
            self.state, self.holder, self.offered, self.undo = "taken", who, None, before
        elif verb == "undo":
            assert self.undo
            self.holder, self.offered = self.undo
            self.state, self.undo = "taken" if self.holder is not None else "open", None
        elif verb == "offer":
            self.offered = kind
        elif verb == "keep":
            self.offered = None
        elif verb == "release":
            self.state, self.holder, self.offered, self.undo = "open", None, None, None
        elif verb == "report":
            self.state, self.offered, self.undo = "reported", None, None
        else:
            self.state = {"confirm": "done", "return": "taken", "withdraw": "withdrawn"}[verb]


class Square(RuleBasedStateMachine):
    """A few people and their tasks, on the real server beside the model."""

    site: Site
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.things, self.rings, self.said = list[Thing](), list[Circle](), list[str]()
        crowd = self.site.town.crowd
        self.people = [self.site.town.cast.anna, *crowd[: PEOPLE - 1]]

    def send(self, who: int, path: str, **fields: object) -> tuple[int, str]:
        """One form; what came, and where it leads."""
        reply = self.site.ask(self.site.town.browser(self.people[who]), "POST", path, **fields)
        self.said.append(f"{who} {path.rpartition('/')[0][-8:]}/{path.rpartition('/')[2]}: {reply.status}")
        type(self).steps += 1
        return reply.status, reply.headers.get("Location", "")

    def expect(self, status: int, wanted: int) -> None:
        """It came out as the model says."""
        assert status == wanted, f"{status}, not {wanted}, after {self.said}"

    @rule()
    def post(self) -> None:
        """A new task."""
        if len(self.things) < MOST:
            status, where = self.send(0, "/tasks/new", **filled("Bel tien inwoners"))
            self.expect(status, 303)
            self.things.append(Thing(int(where.rpartition("/")[2])))

    @rule(which=SEVERAL, who=st.integers(0, PEOPLE - 1), verb=st.sampled_from(VERBS))
    def act(self, which: int, who: int, verb: str) -> None:
        """Somebody does something to a task, whether it can be done or not."""
        if self.things:
            self.deed(self.things[which % len(self.things)], who, verb, which)

    @rule(which=SEVERAL, choice=SEVERAL)
    def act_well(self, which: int, choice: int) -> None:
        """Somebody does something that can be done."""
        if not self.things:
            return self.post()
        deeds = [(thing, who, verb) for thing in self.things for who in range(PEOPLE) for verb in thing.well(who)]
        rare = [deed for deed in deeds if deed[2] == "take-over" or (deed[2] == "undo" and deed[0].given)]
        thing = self.things[which % len(self.things)]
        often = [deed for deed in deeds if deed[0] is thing and (deed[2] not in SELDOM or choice % 5 == 0)]
        if chosen := rare if rare and choice % 4 else often:
            self.deed(*chosen[choice // 4 % len(chosen)], which)
        return None

    def deed(self, thing: Thing, who: int, verb: str, draw: int) -> None:
        """One verb."""
        may, kind = thing.may(verb, who), "swap" if draw % 2 else "give"
        fields = {"kind": kind} if verb == "offer" else FIELDS.get(verb, {})
        status, _where = self.send(who, f"/tasks/{thing.id}/{verb}", **fields)
        self.expect(status, 303 if may else 409)
        if may:
            thing.do(verb, who, kind)

    @rule(which=SEVERAL)
    def propose(self, which: int) -> None:
        """Three who each offer a task to swap wish for each other's, and a ring is found."""
        free = {thing.holder: thing for thing in self.things if thing.offered == "swap" and not self.waits(thing)}
        if len(free) < 3:
            return self.offer(which)
        people, tasks = [who for who in free if who is not None][:3], list(free.values())[:3]
        wishes = []
        for n, (who, thing) in enumerate(zip(people, tasks, strict=True)):
            wanted = {"kind": "tasks", "tasks": tasks[(n + 1) % 3].id, "starred": ""}
            status, where = self.send(who, f"/wishes/new?task={thing.id}", **wanted)
            self.expect(status, 303)
            wishes.append(int(where.rpartition("/")[2]))
        with self.site.town.writing():  # what the round of the night does
            ring = Ring(deadline=now() + timedelta(days=1))
            db.session.add(ring)
            db.session.flush()
            for n, (who, thing) in enumerate(zip(people, tasks, strict=True)):
                moves = {"gives_id": thing.id, "takes_id": tasks[(n + 1) % 3].id, "wish_id": wishes[n]}
                db.session.add(RingLink(ring_id=ring.id, position=n, person_id=self.people[who].id, **moves))
        found = Circle(ring.id, people, tasks)
        self.rings.append(found)
        for thing in tasks:
            thing.ring = found
        return None

    def waits(self, thing: Thing) -> bool:
        """It is part of a ring that waits for answers."""
        return thing.ring is not None and thing.ring.state == "proposed"

    def offer(self, which: int) -> None:
        """On the way to a ring: somebody takes what is open, or offers what they hold."""
        for verb in ("offer", "claim"):
            for thing in self.things:
                who = thing.holder if thing.holder is not None else 1 + which % (PEOPLE - 1)
                if thing.may(verb, who):
                    return self.deed(thing, who, verb, 1)
        return self.post()

    @rule(which=SEVERAL, who=st.integers(0, PEOPLE - 1), yes=st.integers(0, 4))
    def answer(self, which: int, who: int, yes: int) -> None:
        """Somebody answers a ring; four in five say yes."""
        if not self.rings:
            return self.propose(which)
        ring = self.rings[-1 - which % len(self.rings)]
        part, verb = who in ring.people, "agree" if yes else "decline"
        may = part and ring.state == "proposed" and not (yes and who in ring.agreed)
        status, _where = self.send(who, f"/rings/{ring.id}/{verb}")
        self.expect(status, 303 if may else 409 if part else 404)
        if may and yes:
            ring.agreed.add(who)
            if len(ring.agreed) < len(ring.people):
                self.deed(ring.tasks[ring.people.index(who)], who, "release", which)  # which was promised away
            else:
                ring.carry_out()
        elif may:
            ring.dissolve()
        return None

    @invariant()
    def as_it_should_be(self) -> None:
        """Every task and every ring is as in the model, nothing was recorded twice, and the page of one says so."""
        if not self.things:
            return
        ids = [thing.id for thing in self.things]
        self.site.town.fresh()
        columns = select(Task.id, Task.state, Task.holder_id, Task.offered).where(Task.id.in_(ids)).order_by(Task.id)
        rows = [tuple(row) for row in db.session.execute(columns)]
        wanted = [(thing.id, thing.state, self.id_of(thing.holder), thing.offered) for thing in self.things]
        assert rows == sorted(wanted), f"{rows}, not {wanted}, after {self.said}"
        counted = select(func.count()).where(Event.task_id.in_(ids), Event.noun == "task")
        assert db.session.scalar(counted) == sum(thing.events for thing in self.things), f"events after {self.said}"
        states = {ring.id: ring.state for ring in self.rings}
        there = db.session.execute(select(Ring.id, Ring.state).where(Ring.id.in_(states)))
        assert {row.id: row.state for row in there} == states, f"rings {states} after {self.said}"
        thing = self.things[len(self.said) % len(self.things)]
        page = self.site.ask(self.site.town.browser(self.people[0]), "GET", f"/tasks/{thing.id}")
        assert shown(page) == (self.id_of(thing.holder) or 0), f"the page of {thing} after {self.said}"

    def id_of(self, who: int | None) -> int | None:
        """Somebody of the model, in the database."""
        return None if who is None else self.people[who].id


def model(site: Site, runs: int, steps: int) -> Finding:
    """So many lives of a few tasks, of at most so many steps."""
    finding = Finding("a model says the same")

    class Here(Square):
        """On this site."""

    Here.site, Here.steps = site, 0
    how = settings(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=not site.planted,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(Here, settings=how)
    except AssertionError as error:
        finding.wrong.append(str(error)[-600:])
    finding.number = f"{runs} lives, {Here.steps} deeds"
    return finding
