"""The `hkplein` command, as somebody who runs an installation meets it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, select, update

from hkplein import cli, config, create_app
from hkplein.clock import now
from hkplein.db import db
from hkplein.models import Municipality, Notification, Person
from hkplein.passwords import check
from tests.conftest import fresh_postgresql
from tests.small_town import SMALL_TOWN


@pytest.fixture
def hkplein(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`hkplein("people")` runs the command on a database of its own."""
    for setting in config.SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    monkeypatch.setenv("HKPLEIN_SECRET_KEY", "k" * 40)
    monkeypatch.setenv("HKPLEIN_INSTANCE", str(tmp_path / "instance"))

    def run(*arguments: str, typed: str | None = None) -> Result:
        result = CliRunner().invoke(cli.main, arguments, input=typed)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


@pytest.fixture
def town(tmp_path: Path) -> str:
    """The small municipality, in a file."""
    path = tmp_path / "town.yaml"
    path.write_text(SMALL_TOWN)
    return str(path)


def test_load_says_what_was_loaded_and_people_lists_them(hkplein, town):
    loaded = hkplein("load", town)
    assert loaded.exit_code == 0 and "Loaded 3 people, 2 pits, 1 issues, 1 tasks, 1 pitstops." in loaded.stderr
    people = json.loads(hkplein("people", "--format", "json").stdout)
    assert [set(person) for person in people] == [{"id", "name", "email", "pit", "roles"}] * 3
    ans, bep, cor = people
    assert (ans["name"], ans["email"], ans["pit"]) == ("Ans Aker", "ans@duinmeer.example", "loket")
    assert "trekker" in ans["roles"] and "deputy" in bep["roles"]
    assert {"colleague", "steward", "helper:hulp"} <= set(cor["roles"])
    assert "ans@duinmeer.example" in hkplein("people").stdout


def test_load_names_every_problem_on_a_line_of_its_own_and_fails(hkplein, tmp_path):
    path = tmp_path / "town.yaml"
    path.write_text(SMALL_TOWN.replace("uren: 3", "uren: drie").replace("titel: Fietsen", "titl: Fietsen"))
    result = hkplein("load", str(path))
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert len([line for line in lines if line.startswith(f"{path}:")]) == 3
    assert lines[-1] == "Error: 3 problems; nothing was loaded."
    assert json.loads(hkplein("people", "--format", "json").stdout) == []


def test_a_second_load_is_refused_in_a_sentence(hkplein, town):
    hkplein("load", town)
    result = hkplein("load", town)
    assert result.exit_code == 1
    assert "Error: This database already holds Duinmeer. Load into an empty one." in result.stderr


def test_outside_the_demo_a_secret_key_is_asked_for(hkplein, monkeypatch):
    monkeypatch.delenv("HKPLEIN_SECRET_KEY")
    result = hkplein("people")
    assert result.exit_code == 1 and "HKPLEIN_SECRET_KEY is not set." in result.stderr
    monkeypatch.setenv("HKPLEIN_SECRET_KEY", "short")
    assert "too short" in hkplein("people").stderr


WRONG = {
    "HKPLEIN_DATABASE_URL": ("mysql://me:geheim@host/name", "“mysql” is not supported"),
    "HKPLEIN_SECRET_KEY": ("geheim", "too short"),
    "HKPLEIN_DEMO": ("maybe", "neither yes (1, true, yes, on) nor no"),
    "HKPLEIN_SECURE": ("2", "neither yes"),
    "HKPLEIN_PROXIES": ("-1", "whole number from 0 to 9"),
    "HKPLEIN_CODES": ("perhaps", "not one of: stewards, all"),
    "HKPLEIN_SSO_URL": ("http://geheim.example.nl", "must not be overheard"),
    "HKPLEIN_SSO_EMAILS": ("some", "not one of: verified, trusted"),
    "HKPLEIN_SESSION_HOURS": ("8785", "whole number from 1 to 8784"),
    "HKPLEIN_IDLE_HOURS": ("1.5", "whole number from 0 to 8784"),
    "HKPLEIN_URL": ("plein.example.nl", "write https://host or http://host"),
    "HKPLEIN_SMTP_URL": ("smtp://me:geheim", "write smtp://host"),
    "HKPLEIN_MAIL_FROM": ("plein", "not an e-mail address"),
    "HKPLEIN_SECURITY_CONTACT": ("me@example.nl", "write mailto:you@example.nl or https://host"),
    "HKPLEIN_WORKERS": ("0", "whole number from 1 to 64"),
    "HKPLEIN_THREADS": ("many", "whole number from 1 to 64"),
    "HKPLEIN_TICK_SECONDS": ("9" * 5000, "whole number from 1 to 86400"),
    "HKPLEIN_TICK_LATE": ("0", "whole number from 1 to 9999"),
    "HKPLEIN_RINGS": ("9", "whole number from 2 to 5"),
    "HKPLEIN_CHAINS": ("9", "whole number from 0 to 5"),
    "HKPLEIN_LOG": ("xml", "not one of: json"),
    "HKPLEIN_METRICS": ("geheim", "a key of at least 32 characters, or networks"),
    "HKPLEIN_POSTGRES_BIN": ("/nowhere", "no pg_dump in “/nowhere”"),
}


def test_every_setting_that_is_wrong_is_named_at_once_and_shows_no_secret(hkplein, monkeypatch):
    any_text = {setting.name for setting in config.SETTINGS if setting.kind is config.text}
    assert {setting.name for setting in config.SETTINGS} == {*WRONG, *any_text}
    for name, (value, _sentence) in WRONG.items():
        monkeypatch.setenv(name, value)
    result = hkplein("people")
    assert result.exit_code == 1 and "geheim" not in result.output
    for name, (_value, sentence) in WRONG.items():
        assert [line for line in result.stderr.splitlines() if f"{name}: " in line and sentence in line], name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HKPLEIN_INSTANCE", "{file}/instance"),
        ("HKPLEIN_DATABASE_URL", "sqlite:///{file}/plein.sqlite3"),
        ("HKPLEIN_DATABASE_URL", "sqlite://"),
        ("HKPLEIN_DATABASE_URL", "postgresql+psycopg://me:geheim@host:port/name"),
    ],
)
def test_a_database_that_can_be_nowhere_is_said_in_a_sentence(name, value, hkplein, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv(name, value.format(file=tmp_path / "file"))
    result = hkplein("people")
    assert result.exit_code == 1 and f"{name}: " in result.stderr and "geheim" not in result.stderr


def test_a_database_that_does_not_answer_is_said_in_a_sentence(hkplein, monkeypatch):
    monkeypatch.setenv("HKPLEIN_DATABASE_URL", "postgresql+psycopg://me:geheim@127.0.0.1:1/plein")
    result = hkplein("people")
    assert result.exit_code == 1 and "me:***@127.0.0.1:1/plein does not answer: " in result.stderr


@pytest.mark.parametrize(("said", "meant"), [("TRUE", True), ("yes", True), ("on", True), ("0", False), ("", False)])
def test_yes_and_no_are_said_in_several_ways_and_empty_is_the_default(said, meant, hkplein, monkeypatch):
    for name in ("HKPLEIN_SECURE", "HKPLEIN_WORKERS"):
        monkeypatch.setenv(name, said if name == "HKPLEIN_SECURE" else "")
    assert config.setting("HKPLEIN_SECURE") is meant and config.setting("HKPLEIN_WORKERS") == 2


def test_a_cookie_lasts_as_long_as_the_sign_in(hkplein, monkeypatch):
    monkeypatch.setenv("HKPLEIN_SESSION_HOURS", "1000")
    assert create_app().permanent_session_lifetime == timedelta(hours=1000)


def test_the_first_steward_gets_a_password_for_once(hkplein, tmp_path):
    result = hkplein("add-steward", "Ans@Duinmeer.example", "--name", "Ans")
    assert result.exit_code == 0
    secret = result.stdout.rsplit(" ", 1)[1].strip()
    with cli.app_context():
        ans = db.session.scalars(select(Person)).one()
        assert ans.steward and ans.password_until is not None and check(ans.password_hash, secret)


def test_a_steward_may_choose_a_password_and_a_bad_one_is_refused(hkplein):
    bad = hkplein("add-steward", "ans@duinmeer.example", "--name", "Ans", "--ask", typed="kort\nkort\n")
    assert bad.exit_code == 1 and "at least 8 characters" in bad.stderr
    good = "een lange zin van mij"
    assert (
        hkplein("add-steward", "ans@duinmeer.example", "--name", "Ans", "--ask", typed=f"{good}\n{good}\n").exit_code
        == 0
    )
    with cli.app_context():
        ans = db.session.scalars(select(Person)).one()
        assert ans.password_until is None and check(ans.password_hash, good)


def test_a_colleague_from_the_file_becomes_steward_and_gets_a_password_to_come_in_with(hkplein, town):
    hkplein("load", town)
    made = hkplein("add-steward", "ans@duinmeer.example")
    assert made.exit_code == 0 and "seven days" in made.stderr
    first = made.stdout.rsplit(" ", 1)[1].strip()
    again = hkplein("add-steward", "Ans@Duinmeer.example")
    assert "is a steward now; the password stays as it was" in again.stdout
    with cli.app_context() as app:
        app.config["WTF_CSRF_ENABLED"] = False
        ans = db.session.scalars(select(Person).filter_by(email="ans@duinmeer.example")).one()
        assert ans.steward and ans.must_choose_password and check(ans.password_hash, first)
        db.session.rollback()
        data = {"email": "ans@duinmeer.example", "password": first}
        assert app.test_client().post("/sign-in", data=data).status_code == 303
    people = json.loads(hkplein("people", "--format", "json").stdout)
    assert "steward" in people[0]["roles"] and len(people) == 3
    with cli.app_context():
        db.session.execute(update(Person).values(password_until=now() - timedelta(days=1)))
        db.session.commit()
    assert "One-time password" in hkplein("add-steward", "ans@duinmeer.example").stdout, (
        "the first was not used in time"
    )


@pytest.mark.parametrize("email", ["ans", "a b@c d", "ans@duinmeer", "@duinmeer.example", f"{'a' * 320}@b.nl", ""])
def test_an_address_that_is_none_makes_no_steward(hkplein, email):
    result = hkplein("add-steward", email, "--name", "Ans")
    assert result.exit_code == 1 and "not an e-mail address" in result.stderr


@pytest.mark.parametrize("name", [(), ("--name", ""), ("--name", "  "), ("--name", "x" * 201)])
def test_a_new_account_needs_a_name(hkplein, name):
    result = hkplein("add-steward", "ans@duinmeer.example", *name)
    assert result.exit_code == 1 and "give a name of at most 200 characters with --name" in result.stderr
    assert json.loads(hkplein("people", "--format", "json").stdout) == []


def test_only_a_colleague_with_an_open_account_can_be_steward(hkplein, town):
    hkplein("load", town)
    with cli.app_context():
        db.session.execute(update(Person).where(Person.email == "ans@duinmeer.example").values(active=False))
        db.session.execute(update(Person).where(Person.email == "bep@duinmeer.example").values(role="board"))
        db.session.commit()
    for who in ("ans", "bep"):
        result = hkplein("add-steward", f"{who}@duinmeer.example")
        assert result.exit_code == 1 and "Only a colleague with an open account" in result.stderr


@pytest.fixture
def invented(hkplein, town, monkeypatch):
    """The small municipality, invented, as a demo."""
    monkeypatch.setenv("HKPLEIN_DEMO", "1")
    hkplein("load", town)
    with cli.app_context():
        db.session.execute(update(Municipality).values(invented=True))
        db.session.commit()


def test_tick_does_what_is_due_at_a_moment_and_then_nothing(hkplein, invented):
    assert hkplein("tick").stdout.strip() == "0  in all"
    assert "task" in hkplein("tick", "--at", "2099-01-01").stdout
    for _ in range(3):  # what is put back has a clock of its own
        hkplein("tick", "--at", "2099-01-01")
    assert hkplein("tick", "--at", "2099-01-01").stdout.strip() == "0  in all"


@pytest.mark.parametrize(
    "at", ["soon", "", "2026-13-01", "0001-01-01", "9999-12-31T23:59", "1999-12-31", "2100-01-01T00:00Z"]
)
def test_a_moment_that_is_none_is_refused_in_words(at, hkplein):
    result = hkplein("tick", "--at", at)
    assert result.exit_code == 2 and ("2026-11-30T09:00" in result.stderr or "in this century" in result.stderr)


def test_the_clock_of_a_municipality_that_exists_is_moved_by_nobody(hkplein, town, invented, monkeypatch):
    monkeypatch.setenv("HKPLEIN_DEMO", "")
    result = hkplein("tick", "--at", "2099-01-01")
    assert result.exit_code == 1 and "Only the clock of a demo can be moved" in result.stderr
    monkeypatch.setenv("HKPLEIN_DEMO", "1")
    with cli.app_context():
        db.session.execute(update(Municipality).values(invented=False))
        db.session.commit()
    result = hkplein("tick", "--at", "2099-01-01")
    assert result.exit_code == 1 and "holds Duinmeer, which is not invented" in result.stderr
    assert hkplein("tick").stdout.strip() == "0  in all", "its own time goes on"


def test_db_upgrade_says_whether_there_was_something_to_do(hkplein):
    assert "are the newest now" in hkplein("db", "upgrade").stdout
    assert "were the newest already" in hkplein("db", "upgrade").stdout


def test_settings_names_every_setting_with_its_meaning_and_shows_no_secret(hkplein, monkeypatch):
    monkeypatch.setenv("HKPLEIN_DATABASE_URL", "postgresql+psycopg://me:geheim@db/hkplein")
    monkeypatch.setenv("HKPLEIN_WORKERS", "7")
    said = hkplein("settings").stdout
    for setting in config.SETTINGS:
        assert setting.name in said and setting.meaning in said
    assert "HKPLEIN_WORKERS=7" in said and "k" * 40 not in said and "geheim" not in said


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_demo_reset_begins_afresh(hkplein, monkeypatch, request, database):
    if database == "postgresql":
        monkeypatch.setenv("HKPLEIN_DATABASE_URL", fresh_postgresql(request.getfixturevalue("pg_server"), "reset"))
    assert hkplein("demo-reset").exit_code == 0
    with cli.app_context():
        db.session.execute(delete(Notification))
        db.session.execute(update(Person).where(Person.email.startswith("noor.")).values(name="Anders"))
        db.session.commit()
    assert hkplein("demo-reset").exit_code == 0
    people = json.loads(hkplein("people", "--format", "json").stdout)
    assert len(people) == 354 and people[0]["name"] == "Noor de Graaf"


def test_demo_reset_refuses_a_municipality_that_exists(hkplein, town):
    hkplein("load", town)
    result = hkplein("demo-reset")
    assert result.exit_code == 1 and "holds Duinmeer, which is not invented" in result.stderr
    assert len(json.loads(hkplein("people", "--format", "json").stdout)) == 3


def test_deliver_says_how_much_it_sent(hkplein, town):
    hkplein("load", town)
    assert hkplein("deliver").stdout.strip() == "0 sent"
