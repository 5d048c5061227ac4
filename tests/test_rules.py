"""Every rule gives the same answer in Python and in SQL, for every person and everything in every state."""

from __future__ import annotations

import inspect

import pytest
from sqlalchemy import select

from hkplein.db import Question, db, rule
from hkplein.models import NOUNS
from tests import world

RULES = sorted(
    {
        (noun, name)
        for noun, model in NOUNS.items()
        for town in model.__mro__
        for name, found in vars(town).items()
        if isinstance(found, rule)
    }
)


@pytest.mark.parametrize("noun", sorted(NOUNS))
def test_every_noun_has_rules_for_its_verbs(noun):
    for verb in NOUNS[noun].VERBS.values():
        assert isinstance(getattr(NOUNS[noun], verb.rule), Question), f"{noun}.{verb.name}: no rule {verb.rule}"
        assert callable(getattr(NOUNS[noun], verb.method, None)) or verb.clock, f"{noun}.{verb.name}: no method"
        assert verb.clock or str(verb.label), f"{noun}.{verb.name} has no button"
        assert set(verb.start) <= set(NOUNS[noun].STATES), f"{noun}.{verb.name} starts in an unknown state"
        assert verb.end is None or verb.end in NOUNS[noun].STATES, f"{noun}.{verb.name} leads to an unknown state"


def test_rules_are_the_same_in_python_and_in_sql(cast):
    """Both ways disagree on nothing: not for NULL, not for somebody of a partner, not in a state nobody thought of."""
    world.build(cast)
    wrong, asked = [], 0
    for noun, name in RULES:
        model, rows = NOUNS[noun], world.every(noun)
        question = getattr(model, name)
        count = len(inspect.signature(question.rule.body).parameters) - 1
        if count > 1:
            continue  # a rule with more to it has its own test
        for person in cast.people if count else [None]:
            who = (person,) if person else ()
            in_sql = {row.id for row in db.session.execute(select(model.id).where(question(*who)))}
            in_python = {row.id for row in rows if getattr(row, name)(*who)}
            asked += len(rows)
            for id_ in in_sql ^ in_python:
                row = next(r for r in rows if r.id == id_)
                where = "SQL" if id_ in in_sql else "Python"
                wrong.append(f"{noun}.{name}({person and person.name}) holds in {where} only, of {vars(row)}")
    assert not wrong, "\n".join(wrong[:5])
    assert asked > 10_000


def test_a_rule_that_says_no_always_has_a_sentence(cast):
    world.build(cast)
    for noun, model in NOUNS.items():
        for row in world.every(noun):
            for verb in model.VERBS.values():
                if verb.clock:
                    continue
                for person in cast.people:
                    assert row.may(verb.name, person) or len(row.why_not(verb.name, person) or "") > 8, (
                        noun,
                        verb.name,
                    )


def test_the_parity_test_sees_a_rule_that_reads_differently(cast, monkeypatch):
    """Planted: `!=` is no answer for NULL in SQL, and one in Python."""
    task = NOUNS["task"]

    def planted(self, person):
        yield self.holder_id != person.id, "x"

    monkeypatch.setattr(task, "visible_to", rule()(planted))
    with pytest.raises(AssertionError, match="visible_to"):
        test_rules_are_the_same_in_python_and_in_sql(cast)
