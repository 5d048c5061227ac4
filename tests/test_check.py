"""`hkplein check` sees every kind of fault that can be planted, and nothing where there is none."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from hkplein import checks, cli, config, terminal
from hkplein.checks import database, findings
from hkplein.checks.invariants import INVARIANTS
from hkplein.clock import now
from hkplein.db import db
from hkplein.models import (
    NOUNS,
    Bid,
    Event,
    Founder,
    Leg,
    Lesson,
    PersonSkill,
    Pit,
    Question,
    Ring,
    RingLink,
    SearchEntry,
    SeatSkill,
    SignIn,
    Swap,
    TaskSkill,
    Wish,
)
from tests import cast as players
from tests.cast import keep, make_issue, make_pitstop, make_seat, make_task
from tests.conftest import built, fresh_postgresql

assert checks.__doc__


def closed(who: str) -> str:
    return f"UPDATE person SET active = false, pit_id = NULL WHERE id = {{{who}}}"


# How each invariant is broken: `UPDATE …` of a row of `town`, past the walls of the database.
PLANTED = {
    "sign_in: is open, though the account is closed": closed("noor"),
    "person: is closed, and still administrator": "UPDATE person SET active = false WHERE id = {gijs}",
    "person: is closed, and still in a pit": "UPDATE person SET active = false WHERE id = {hugo}",
    "person: is no colleague, and in a pit": "UPDATE person SET pit_id = {balie} WHERE id = {wim}",
    "person: is in a pit that is closed": "UPDATE person SET pit_id = {closed_pit} WHERE id = {noor}",
    "person: is of a partner that nobody knows, or is none": "UPDATE person SET partner_id = NULL WHERE id = {petra}",
    "person_skill: names a skill that was merged": "UPDATE person_skill SET skill_id = {merged}",
    "task: is taken, and nobody does it; or nobody took it, and somebody does": (
        "UPDATE task SET holder_id = {hugo} WHERE id = {open}"
    ),
    "task: is done by somebody who is no longer there": closed("chris"),
    "task: counts more or fewer hands than are up": "UPDATE task SET hands = 2 WHERE id = {open}",
    "task: is taken, and has free places": "UPDATE task SET places = 2 WHERE id = {mine}",
    "task: is offered, and not taken": "UPDATE task SET offered = 'give' WHERE id = {open}",
    "task: needs a mandate, and is offered to swap": "UPDATE task SET mandate = true WHERE id = {mine}",
    "task: waits for an author who is gone, or whom others stand in for": (
        "UPDATE task SET author_left = true WHERE id = {open}"
    ),
    "task_skill: names a skill that was merged": "UPDATE task_skill SET skill_id = {merged}",
    "task: cannot be found by its words": "DELETE FROM search_entry WHERE noun = 'task' AND ref = {open}",
    "bid: is of somebody who is no longer there": "UPDATE person SET role = 'board' WHERE id = {hugo}",
    "bid: is up for a task that is not open": "UPDATE task SET state = 'expired' WHERE id = {open}",
    "bid: waits for a seat that has ended": (
        "UPDATE bid SET state = 'raised', seat_id = {ended_seat} WHERE id = {accepted}"
    ),
    "bid: was accepted, and somebody else has the seat": "UPDATE seat SET holder_id = {hugo} WHERE id = {seat}",
    "seat: is held by somebody who is no longer there": closed("sara"),
    "seat: is filled, and nobody holds it; or open, and somebody does": (
        "UPDATE seat SET state = 'open' WHERE id = {seat}"
    ),
    "seat: is there, though its issue has ended": "UPDATE issue SET state = 'finished' WHERE id = {issue}",
    "seat_skill: names a skill that was merged": "UPDATE seat_skill SET skill_id = {merged}",
    "seat: cannot be found by its words": "DELETE FROM search_entry WHERE noun = 'seat'",
    "issue: has no trekker": "UPDATE issue SET trekker_id = NULL WHERE id = {issue}",
    "issue: is moved by somebody who is no longer there": closed("eva"),
    "issue: is offered to somebody who is no longer there": (
        "UPDATE issue SET offered_lead_id = {wim} WHERE id = {issue}"
    ),
    "issue: has one person as trekker and deputy": "UPDATE issue SET deputy_id = trekker_id WHERE id = {issue}",
    "issue: cannot be found by its words": "DELETE FROM search_entry WHERE noun = 'issue'",
    "question: was answered by nobody, or never": "UPDATE question SET answered_by_id = {dina}",
    "swap: waits for somebody who is no longer there": (
        "UPDATE person SET role = 'board', pit_id = NULL WHERE id = {bram}"
    ),
    "swap: waits for somebody who has no part in it": "UPDATE swap SET turn_id = {hugo} WHERE id = {swap}",
    "swap: moves nothing": "DELETE FROM leg WHERE swap_id = {swap}",
    "swap: waits, though its tasks have changed hands": "UPDATE task SET holder_id = {hugo} WHERE id = {mine}",
    "swap: is done, and its tasks are elsewhere without a reason": (
        "UPDATE task SET holder_id = {hugo} WHERE id = {swapped}"
    ),
    "ring_link: waits, though its ring does not; or the other way around": "UPDATE ring SET state = 'dissolved'",
    "ring_link: gives a task that its person does not have": "UPDATE task SET holder_id = {hugo} WHERE id = {mine}",
    "ring_link: waits for somebody who is no longer there": "UPDATE ring_link SET person_id = {wim}",
    "ring_link: waits for a wish that does not stand": "UPDATE wish SET state = 'over'",
    "wish: is of somebody who is no longer there": "UPDATE wish SET person_id = {wim}",
    "wish: gives a task that its person does not have, or does not offer": (
        "UPDATE task SET offered = NULL WHERE id = {mine}"
    ),
    "pitstop: has no helper": "UPDATE pitstop SET helper_id = NULL",
    "pitstop: is read by a helper who has left the line": "DELETE FROM help_line_helper WHERE person_id = {femke}",
    "search_entry: holds the words of a pitstop": "UPDATE search_entry SET noun = 'pitstop' WHERE noun = 'lesson'",
    "help_line_helper: is of somebody who is no longer there": closed("hugo"),
    "founder: is asked of somebody who is no longer there": "UPDATE founder SET person_id = {wim}",
    "pit: is closed, and not when; or the other way around": "UPDATE pit SET closed_at = NULL WHERE id = {closed_pit}",
    "skill: is merged, and not into another; or the other way around": (
        "UPDATE skill SET merged_into_id = NULL WHERE id = {merged}"
    ),
    "lesson: cannot be found by its words": "DELETE FROM search_entry WHERE noun = 'lesson'",
    "notification: is of an event that is not there": "UPDATE notification SET event_id = 999999",
    "event: happened to nothing": (
        "INSERT INTO event (at, noun, verb, note) VALUES ('2026-11-26 12:00:00.000000', 'task', 'claim', '')"
    ),
}
ALL = [invariant for each in INVARIANTS.values() for invariant in each]


@pytest.fixture
def town(cast) -> SimpleNamespace:
    """A town in which all is well: the ids of what the plants break."""
    merged = players.Skill(
        key="oud", name_nl="Oud", name_en="Old", kind="process", state="merged", merged_into_id=cast.schrijven.id
    )
    starting = keep(Pit(key="nieuw", name="Nieuw", purpose="Dat", state="starting"))
    closed = keep(Pit(key="oud", name="Oud", purpose="Dat", state="closed", closed_at=now()))
    opened, mine = make_task(cast, choice="hands", hands=1), make_task(cast, "taken", offered="swap")
    theirs, swapped = (make_task(cast, "taken", holder_id=cast.bram.id, author_id=cast.dina.id) for _n in range(2))
    issue = make_issue(cast)
    seat, ended = make_seat(cast, issue, "filled"), make_seat(cast, issue, "ended")
    lesson = keep(Lesson(title="Les", text="Leer", author_id=cast.anna.id, state="shared"))
    pitstop = make_pitstop(cast, "picked-up")
    swap, done = (
        Swap(proposer_id=cast.chris.id, other_id=cast.bram.id, turn_id=cast.bram.id, pair=pair, state=state)
        for pair, state in (("1", "proposed"), ("2", "done"))
    )
    wish = keep(Wish(person_id=cast.chris.id, task_id=mine.id))
    ring = keep(Ring(state="proposed"))
    db.session.add_all([keep(merged), keep(swap), keep(done)])
    give, take = (
        {"giver_id": cast.chris.id, "taker_id": cast.bram.id},
        {"giver_id": cast.bram.id, "taker_id": cast.chris.id},
    )
    accepted = keep(Bid(seat_id=seat.id, person_id=cast.sara.id, by_id=cast.sara.id, state="accepted"))
    db.session.add_all(
        [
            Leg(swap_id=swap.id, round=1, task_id=mine.id, **give),
            Leg(swap_id=swap.id, round=1, task_id=theirs.id, **take),
            Leg(swap_id=done.id, round=1, task_id=swapped.id, **give),
            Bid(task_id=opened.id, person_id=cast.hugo.id, by_id=cast.hugo.id),
            RingLink(ring_id=ring.id, position=0, wish_id=wish.id, person_id=cast.chris.id, gives_id=mine.id),
            TaskSkill(task_id=opened.id, skill_id=cast.tellen.id),
            SeatSkill(seat_id=seat.id, skill_id=cast.tellen.id),
            PersonSkill(person_id=cast.hugo.id, skill_id=cast.tellen.id, level="can"),
            SignIn(digest="x", person_id=cast.noor.id, expires_at=now() + timedelta(days=1)),
            Question(issue_id=issue.id, by_id=cast.wim.id, text="?"),
            Founder(pit_id=starting.id, person_id=cast.hugo.id, agreed=True),
        ]
    )
    for thing in (opened, mine, theirs, swapped, issue, seat, ended, lesson):
        SearchEntry.put(thing, thing.title)
    Event.record(swapped, "swap", by=cast.chris, whom_id=cast.bram.id, tell={"author": [cast.anna.id]})
    db.session.commit()
    rows = {"open": opened, "mine": mine, "swapped": swapped, "issue": issue, "seat": seat, "ended_seat": ended}
    rows |= {"merged": merged, "closed_pit": closed, "swap": swap, "accepted": accepted, "pitstop": pitstop}
    people = {name: getattr(cast, name) for name in (*players.PEOPLE, "balie")}
    return SimpleNamespace(**{name: row.id for name, row in (rows | people).items()})


@contextlib.contextmanager
def no_walls():
    """Inside the block the database lets everything through; what was done is undone."""
    if db.engine.dialect.name == "sqlite":
        db.session.execute(sa.text("PRAGMA ignore_check_constraints=ON"))
        db.session.execute(sa.text("PRAGMA defer_foreign_keys=ON"))
    else:
        db.session.execute(sa.text("SET LOCAL session_replication_role = replica"))
        walls = sa.inspect(db.session.connection()).get_multi_check_constraints().items()
        for (_schema, table), found in walls:
            for each in found:
                db.session.execute(sa.text(f'ALTER TABLE "{table}" DROP CONSTRAINT "{each["name"]}"'))
    try:
        yield
    finally:
        if db.engine.dialect.name == "sqlite":
            db.session.execute(sa.text("PRAGMA ignore_check_constraints=OFF"))
        db.session.rollback()


def test_a_town_in_which_all_is_well_has_no_findings(town):
    assert [line for each in ALL for line in findings.broken(each)] == []
    assert list(database.totals()) == []


def test_tasks_that_are_swapped_there_and_back_are_where_they_should_be(cast):
    one, other = (make_task(cast, "taken", holder_id=who.id) for who in (cast.bram, cast.chris))
    for _time in range(3):
        for task in (one, other):
            task.offer(db.session.get_one(players.Person, task.holder_id), "swap")
        proposer, who = (db.session.get_one(players.Person, task.holder_id) for task in (one, other))
        Swap.propose(proposer, one.id, other)[0].accept(who)
        db.session.commit()
    assert [line for each in INVARIANTS["swap"] for line in findings.broken(each)] == []


def test_every_invariant_is_seen_to_be_broken(town):
    """A new invariant fails here: say in PLANTED how it is broken."""
    assert {f"{each.model.__tablename__}: {each.sentence}" for each in ALL} == set(PLANTED)
    for each in ALL:
        planted = PLANTED[f"{each.model.__tablename__}: {each.sentence}"].format(**vars(town))
        with no_walls():
            assert db.session.execute(sa.text(planted)).rowcount, planted
            (line,) = findings.broken(each)
            assert line.endswith(f": {each.sentence}") and line.startswith(f"{each.model.__tablename__} "), planted
            assert line.split(":")[0].removeprefix(f"{each.model.__tablename__} ").replace(" ", "").isdigit()


def test_every_noun_says_what_is_always_true_of_it():
    assert set(INVARIANTS) == set(NOUNS)


def test_a_line_names_twenty_and_counts_the_rest(town):
    db.session.execute(sa.delete(SearchEntry).filter_by(noun="task"))
    task = next(each for each in ALL if each.sentence == "cannot be found by its words")
    cast = SimpleNamespace(
        anna=db.session.get_one(players.Person, town.anna), balie=db.session.get_one(Pit, town.balie)
    )
    for _n in range(25):
        make_task(cast)
    (line,) = findings.broken(task)
    assert line.endswith(" and 9 more: cannot be found by its words")


def test_what_is_kept_beside_the_rows_is_counted_again(town):
    db.session.execute(sa.text("INSERT INTO square_count (facet, value, n) VALUES ('theme', 'zorg', 1)"))
    db.session.execute(sa.text("UPDATE square_count SET n = n + 1 WHERE facet = 'hours'"))
    db.session.add(SearchEntry(noun="task", ref=10**6, title="x", body=""))
    lines = list(database.totals())
    assert [line.split(":")[0] for line in lines[:2]] == ["square_count hours", "square_count theme"]
    assert lines[2].startswith("search_entry ") and len(lines) == 3


# The database itself.


@pytest.fixture(params=["sqlite", "postgresql"])
def own(request, tmp_path, monkeypatch):
    """A database of its own, which the command looks at."""
    for setting in config.SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    monkeypatch.setenv("HKPLEIN_SECRET_KEY", "k" * 40)
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'plein.sqlite3'}"
    else:
        url = fresh_postgresql(request.getfixturevalue("pg_server"), "check")
    monkeypatch.setenv("HKPLEIN_DATABASE_URL", url)
    with built(url) as app, app.app_context():
        players.assemble()
        db.session.remove()
    return request.param


def check():
    """How the command ends, and what it prints."""
    result = CliRunner().invoke(cli.main, ["check"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout.splitlines()


def do(*statements):
    """Change the database itself, past its walls."""
    with terminal.at_hand():
        raw = db.engine.raw_connection()
        if db.engine.dialect.name == "sqlite":
            raw.execute("PRAGMA foreign_keys=OFF")
        for statement in statements:
            raw.cursor().execute(statement)
        raw.commit()
        raw.close()


@pytest.mark.filterwarnings("ignore:Can't validate argument")  # of SQLAlchemy, about a constraint that is not valid
def test_every_fault_of_the_tables_is_one_line_and_where_there_is_none_all_is_well(own):
    assert check() == (0, [])
    cast_off = {
        "sqlite": [
            "DROP TRIGGER task_counted",
            "DROP TRIGGER seat_counted",
            "CREATE TRIGGER seat_counted AFTER DELETE ON seat BEGIN SELECT 1; END",
            "INSERT INTO search_fts(rowid, title, body) VALUES (999, 'x', 'x')",
            "UPDATE person SET pit_id = 99 WHERE id = 2",
        ],
        "postgresql": [
            "DROP TRIGGER task_counted ON task",
            "CREATE OR REPLACE FUNCTION seat_counted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
            "ALTER TABLE seat DISABLE TRIGGER seat_counted_in",
            "ALTER TABLE person DROP CONSTRAINT ck_person_role",
            "ALTER TABLE task DROP CONSTRAINT ck_task_hours, ADD CONSTRAINT ck_task_hours CHECK (hours >= 1) NOT VALID",
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_task_author_id'::regclass",
            "SET session_replication_role = replica",
            "UPDATE person SET pit_id = 99 WHERE id = 2",
        ],
    }[own]
    do("ALTER TABLE task ADD COLUMN mood INTEGER", "DROP INDEX ix_bid_person_id", *cast_off)
    code, lines = check()
    wanted = [
        "tables: differ from the models: remove_column task mood",
        "tables: differ from the models: add_index ix_bid_person_id",
        "trigger task_counted: is missing",
        "trigger seat_counted: was changed",
    ]
    wanted += {
        "sqlite": ["person 2: names a row that is not there (1)", "search_fts: the index of words is not that"],
        "postgresql": [
            "trigger seat.seat_counted_in: is switched off",
            "constraint person.ck_person_role: is missing",
            "constraint task.ck_task_hours: was never checked",
            "index ix_task_author_id: is not valid",
            "person 2: names in pit_id a row that is not there",
        ],
    }[own]
    assert code == 1
    for words in wanted:
        assert [line for line in lines if line.startswith(words)], (words, lines)
    assert len(lines) <= len(wanted) + 1 and not [line for line in lines if "Anna" in line or "@" in line]


def test_tables_of_another_time_are_said_first(own):
    for revision, words in (("0001", "are older than this program"), ("9999", "are of a newer program")):
        do(f"UPDATE alembic_version SET version_num = '{revision}'")
        code, lines = check()
        assert code == 1 and words in lines[0] and len(lines) == 1


@pytest.mark.parametrize("own", ["sqlite"], indirect=True)
def test_a_wall_that_is_gone_and_a_file_that_is_broken_are_seen(own, tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / "plein.sqlite3", isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'hours >= 1', 'hours >= 0') WHERE name = 'task'"
        )
        connection.execute("PRAGMA writable_schema=RESET")
        assert check() == (1, ["constraint task.ck_task_hours: was changed"])
        place = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_person_pit_id'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with (tmp_path / "plein.sqlite3").open("r+b") as file:
        file.seek((place - 1) * size + size - 40)
        file.write(b"\x07" * 40)
    code, lines = check()
    assert code == 1 and any(line.startswith("file: ") for line in lines)
