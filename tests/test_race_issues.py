"""Twenty volunteers for one issue at the same instant: one becomes trekker, and the others are told in words."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from hkplein.clock import now
from hkplein.db import db
from hkplein.errors import Refused
from hkplein.models import Event, Issue, Person
from tests.cast import keep, make_issue

CROWD = 20


def crowd(cast):
    rows = [Person(name=f"Vrijwilliger {n}", email=f"v{n}@voorbeeld.nl", pit_id=cast.groen.id) for n in range(CROWD)]
    db.session.add_all(rows)
    db.session.commit()
    return [row.id for row in rows]


def race(app, ids, act):
    """Everybody at once, each in a transaction of their own; the sentences of those who were refused."""
    ready, refused, broken = threading.Barrier(len(ids)), [], []

    def one(id_):
        with app.app_context():
            try:
                ready.wait(30)
                act(id_)
                db.session.commit()
            except Refused as refusal:
                db.session.rollback()
                refused.append(str(refusal.sentence))
            except Exception as error:
                db.session.rollback()
                broken.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=one, args=(id_,)) for id_ in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    db.session.expire_all()
    assert not broken, broken[:2]
    return refused


@pytest.mark.parametrize(("verb", "state"), [("lead", "seeking"), ("deputise", "forming")])
def test_one_volunteer_wins_and_all_others_are_told(app, cast, verb, state):
    issue = make_issue(cast, state, deputy_id=None)
    ids = crowd(cast)
    refused = race(app, ids, lambda id_: getattr(db.session.get(Issue, issue.id), verb)(db.session.get(Person, id_)))
    issue = db.session.get(Issue, issue.id)
    assert len(refused) == CROWD - 1 and all("deputy" in sentence for sentence in refused)
    assert (issue.trekker_id if verb == "lead" else issue.deputy_id) in ids
    assert db.session.scalar(select(func.count()).select_from(Event).where(Event.verb == verb)) == 1


def test_the_race_sees_a_lead_that_looks_and_then_sets(app, cast):
    """Planted: with a look before the write, several win."""
    for _attempt in range(5):
        issue = keep(Issue(title="T", state="seeking", author_id=cast.anna.id, pit_id=cast.balie.id))
        looked = threading.Barrier(CROWD)
        won = []

        def planted(id_, issue_id=issue.id, looked=looked, won=won):
            free = db.session.execute(select(Issue.trekker_id).where(Issue.id == issue_id)).scalar() is None
            db.session.rollback()  # the transaction of the look is over before that of the write
            looked.wait(30)
            if free:
                values = {"trekker_id": id_, "state": "forming", "sought_at": now()}
                db.session.execute(db.update(Issue).where(Issue.id == issue_id).values(values))
                won.append(id_)

        race(app, db.session.scalars(select(Person.id).limit(CROWD)).all() if _attempt else crowd(cast), planted)
        if len(won) > 1:
            return
    pytest.fail("the race sees nothing")
