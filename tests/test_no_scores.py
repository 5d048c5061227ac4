"""Nothing knows a score, a rank or a rating of a person, nor when or how fast somebody did what."""

from __future__ import annotations

import re
import subprocess

import pytest
import sqlalchemy as sa

from hkplein import models
from hkplein.config import ROOT
from hkplein.db import Base

# What a column, an address or a file would be called that scored, ranked, timed or watched people.
WORDS = set(
    """score scores scored scoring rank ranks ranked ranking rankings rating ratings rated rate grade grades graded
    points karma kudos reputation leaderboard leaderboards badge badges medal medals award awards star stars starred
    streak streaks level levels like likes liked vote votes percentile fitness performance productivity speed
    reliability trust seen online presence present visit visits visited view views viewed hit hits click clicks
    login logins latency duration tally competence talent potential punctuality absence absences sickness sick
    evaluation appraisal assessment score_of cijfer rang ranglijst beoordeling punten""".split()
)
# Where one of these words stands for something else, and what.
HARMLESS = {
    "notification.seen_at": "that you read your own message; only you see it",
    "person_skill.level": "that you can, teach or want to learn something: you say so of yourself",
    "wish.starred_id": "the task that you would like most; nobody gives a star to a person",
    "issue.effect_seen": "whether residents noticed what an issue was for",
    "hkplein/views/": "the doors of the house, in its code",
    "/lessons/like": "lessons like the one that somebody is writing",
    "/pitstops/like": "lessons and lines that fit what somebody is asking",
    "templates/lessons/_like.html": "lessons like the one that somebody is writing",
    "templates/pitstops/_like.html": "lessons and lines that fit what somebody is asking",
    "tests/harness/trust.py": "what the program promises",
    "tests/test_trust.py": "what the program promises",
    "tests/test_no_scores.py": "this file",
}
COUNTED = {"id", "room"}  # whole numbers in a row of a person that are no key: none but the hours that one can give


def known(name, harmless=HARMLESS):
    """The words in a name that would be about people; none when it is harmless."""
    for place in harmless:
        name = "" if name == place else name.removeprefix(place) if place.endswith("/") else name
    return WORDS & set(re.findall(r"[a-z]+", name.lower()))


def columns(metadata):
    """Tables, and their columns, by name."""
    return [
        name for table in metadata.sorted_tables for name in (table.name, *(f"{c.table}.{c.name}" for c in table.c))
    ]


def addresses(app):
    return [rule.rule for rule in app.url_map.iter_rules()]


def files():
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.splitlines() or [str(path.relative_to(ROOT)) for path in ROOT.glob("hkplein/**/*.py")]


def telling(names):
    """The names that know too much."""
    return [name for name in names if known(name)]


def numbers_of(metadata):
    """Whole numbers that stand in the row of a person and are no key."""
    person = metadata.tables["person"]
    return {
        c.name for c in person.columns if isinstance(c.type, sa.Integer | sa.Float) and not c.foreign_keys
    } - COUNTED


def test_no_column_route_or_file_knows_a_score_of_a_person(sqlite_app):
    assert models.Person
    assert telling(columns(Base.metadata)) == [], "work is on the market, people are not; or say in HARMLESS what it is"
    assert telling(addresses(sqlite_app)) == []
    assert telling(files()) == []
    assert numbers_of(Base.metadata) == set()


def test_the_walk_sees_a_score_that_somebody_plants(sqlite_app, monkeypatch):
    schema = sa.MetaData()
    sa.Table("person", schema, sa.Column("id", sa.Integer, primary_key=True), sa.Column("done", sa.Integer))
    sa.Table("visit", schema, sa.Column("person_id", sa.ForeignKey("person.id")))
    sa.Table("bid", schema, sa.Column("fitness", sa.Float), sa.Column("response_latency", sa.Integer))
    assert telling(columns(schema)) == ["bid.fitness", "bid.response_latency", "visit", "visit.person_id"]
    assert numbers_of(schema) == {"done"}
    assert telling(["/people/<id:id>/ranking", "/people", "/tasks?by=score"]) == [
        "/people/<id:id>/ranking",
        "/tasks?by=score",
    ]
    planted = ["hkplein/views/ranking.py", "hkplein/models/leaderboard.py", "templates/people/_rating.html"]
    assert telling([*planted, "hkplein/models/task.py"]) == planted


@pytest.mark.parametrize("place", HARMLESS)
def test_what_is_called_harmless_is_there_and_would_be_found(place, sqlite_app):
    """An exception that is no longer needed goes."""
    names = [*columns(Base.metadata), *addresses(sqlite_app), *files()]
    assert any(known(place, {}) and name.startswith(place) for name in names), f"{place} needs no exception"
