"""Twelve weeks of wishes and swap rings, with people who say yes nine times in ten."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random

from sqlalchemy import select

from hkplein import rounds
from hkplein.clock import TRANSITIONS, moved_to, now, today
from hkplein.db import db
from hkplein.models import Event, Ring, RingLink, Task, Wish
from hkplein.models.wish import Wanted
from hkplein.ticker import run
from tests.test_swaps import held

NAMES = ("bram", "chris", "dina", "eva", "sara", "femke", "hugo", "noor")
CLOCK = [transition for transition in TRANSITIONS if "ring_clock" in transition.name or "wish_clock" in transition.name]


class Weeks:
    """People with two tasks each; `owed` is how many each should hold."""

    def __init__(self, cast, seed):
        self.chance = Random(seed)
        about = {"author_id": cast.gijs.id, "due": today() + timedelta(weeks=20)}
        self.tasks = [held(cast, name, title=f"{name} {n}", **about) for name in NAMES for n in (1, 2)]
        self.owed = Counter(task.holder_id for task in self.tasks)
        self.people = {person.id: person for person in cast.people}
        self.ended = Counter()

    def holding(self):
        ids = [task.id for task in self.tasks]
        return Counter(db.session.scalars(select(Task.holder_id).where(Task.id.in_(ids))))

    def count(self):
        assert self.holding() == +self.owed, "somebody holds two for one, or lost one"

    def day(self):
        wishing = set(db.session.scalars(select(Wish.task_id).where(Wish.state == "standing")))
        tasks = db.session.scalars(
            select(Task).where(Task.id.in_([task.id for task in self.tasks])).order_by(Task.id)
        ).all()
        for task in tasks:
            self.offer(task, tasks, wishing)
        if self.chance.random() < 0.2 and None not in wishing:
            Wish.make(self.people[self.chance.choice(sorted(self.owed))], None, Wanted("filter"))
        for wish in db.session.scalars(
            select(Wish).where(Wish.asked, Wish.state == "standing").order_by(Wish.id)
        ).all():
            if self.chance.random() < 0.4:
                wish.keep(self.people[wish.person_id])
        db.session.commit()
        waits = select(RingLink).where(RingLink.live, RingLink.agreed_at.is_(None)).order_by(RingLink.id)
        for link in db.session.scalars(waits).all():
            self.answer(db.session.get_one(Ring, link.ring_id), self.people[link.person_id])

    def offer(self, task, tasks, wishing):
        holder = self.people[task.holder_id]
        if task.offered is None and self.chance.random() < 0.2:
            task.offer(holder, "swap")
        others = [other.id for other in tasks if other.holder_id != task.holder_id and other.offered]
        if task.offered and others and task.id not in wishing and self.chance.random() < 0.5:
            wanted = tuple(self.chance.sample(others, min(4, len(others))))
            Wish.make(holder, task, Wanted(tasks=wanted, starred=wanted[0]))

    def answer(self, ring, person):
        if not ring.agreeable_by(person) or self.chance.random() < 0.4:
            return  # thinks about it for another day
        (ring.agree if self.chance.random() < 0.9 else ring.decline)(person)
        db.session.commit()
        self.ended[ring.state] += 1
        if ring.state == "done" and ring.chain:  # its beginning has one more, its end one fewer
            order = select(RingLink.person_id).where(RingLink.ring_id == ring.id).order_by(RingLink.position)
            first, *_between, last = db.session.scalars(order)
            self.owed[first] += 1
            self.owed[last] -= 1
        self.count()

    def night(self):
        for transition in CLOCK:
            run(transition)
        rounds.swap_rings()
        db.session.expire_all()
        self.count()


def test_in_twelve_weeks_nobody_holds_two_for_one_or_loses_one(cast):
    weeks, moment = Weeks(cast, seed=12), now()
    for _day in range(12 * 7):
        moment += timedelta(days=1)
        with moved_to(moment):
            weeks.night()
            weeks.day()
    assert weeks.ended["done"] >= 5 and weeks.ended["dissolved"] >= 3, weeks.ended
    lapsed = db.session.scalars(select(Event.id).where(Event.noun == "wish", Event.verb == "lapse")).all()
    assert lapsed, "silence was tried as well"
