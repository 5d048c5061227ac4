"""The `hkplein` command."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from hkplein import config, demo
from hkplein.backup.command import backup, erasures, restore
from hkplein.checks.command import check
from hkplein.rings.command import rings
from hkplein.terminal import app_context, at_hand, say


@click.group()
def main() -> None:
    """HK-plein: the internal marketplace of a self-organising municipality. Settings: `hkplein settings`."""


for command in (backup, check, erasures, restore, rings):
    main.add_command(command)


@main.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--demo", "as_demo", is_flag=True, help="With the demo municipality; the same as HKPLEIN_DEMO=1.")
def run(port: int, host: str, as_demo: bool) -> None:
    """Run the site, its clock and its mail until Ctrl-C."""
    from hkplein import serve

    if as_demo:
        os.environ["HKPLEIN_DEMO"] = "1"
    try:
        serve.check_port(host, port)
    except serve.PortTaken as error:
        raise click.ClickException(str(error)) from None
    with app_context() as app:
        if app.config["DEMO"] and not town():
            apart(load_demo)
        where = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        lines = welcome(where, as_demo=app.config["DEMO"])
    sys.exit(serve.run(app, host, port, ready=lambda: say(lines)))


def apart(task: Callable[[], None]) -> None:
    """Do it in a process of its own: what it takes of memory, the web processes do not carry along."""
    from hkplein.db import db

    db.engine.dispose()  # no connection is shared with a child
    if child := os.fork():
        if code := os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
            raise SystemExit(code)
        return
    code = 1
    try:
        task()
        code = 0
    except click.ClickException as wrong:
        wrong.show()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def town() -> Any:
    """The municipality that is loaded, if any."""
    from hkplein.db import db
    from hkplein.models import Municipality

    found = db.session.scalar(db.select(Municipality))
    db.session.rollback()
    return found


def welcome(where: str, *, as_demo: bool) -> str:
    """Where to look, and who to be."""
    there = town()
    if there is None:
        return f"HK-plein: {where}\nThere is no municipality yet: hkplein load FILE"
    lines = [f"HK-plein of {there.name}: {where}"]
    if as_demo and there.guides:
        width = max(len(guide["email"]) for guide in there.guides)
        lines += ["Look around as one of these; the sign-in page has a button for each:"]
        lines += [f"  {guide['email']:{width}}  {guide['who_en']}" for guide in there.guides]
        lines += [f"Everybody's password is {demo.PASSWORD}"]
    return "\n".join([*lines, "Stop with Ctrl-C."])


def load_demo() -> None:
    """The demo municipality into an empty database."""
    say("Loading the demo municipality …")
    load_file(demo.TOWN)


def load_file(path: Path) -> None:
    """A municipality into an empty database, or every problem on a line of its own."""
    from hkplein import loading

    try:
        counts = loading.load(path)
    except loading.Faulty as faulty:
        click.echo(faulty, err=True)
        number = len(faulty.problems)
        problems = "1 problem" if number == 1 else f"{number} problems"
        raise click.ClickException(f"{problems}; nothing was loaded.") from None
    except loading.Loaded as loaded:
        raise click.ClickException(str(loaded)) from None
    say("Loaded " + ", ".join(f"{number} {what}" for what, number in counts.items()) + ".")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def load(file: Path) -> None:
    """Load a municipality from FILE: all of it, or nothing and everything that is wrong with it."""
    with app_context():
        load_file(file)


@main.command("demo-reset")
def demo_reset() -> None:
    """Begin the demo afresh: everything in the database goes."""
    from hkplein import schema

    os.environ["HKPLEIN_DEMO"] = "1"
    with at_hand():
        if schema.current() is not None:
            refuse_unless_invented()
            schema.wipe()
        schema.upgrade()
        load_demo()


def refuse_unless_invented() -> None:
    """Nobody does to a real municipality what is meant for the demo."""
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    from hkplein.db import db

    with db.engine.connect() as connection:
        try:
            real = connection.scalar(text("SELECT name FROM municipality WHERE NOT invented"))
        except SQLAlchemyError:
            real = None  # tables of another time
    if real:
        raise click.ClickException(f"This database holds {real}, which is not invented. Nothing was done.")


@main.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def people(form: str) -> None:
    """List everybody: id, name, e-mail address, pit and roles."""
    from hkplein.roster import roster

    with app_context():
        rows = roster()
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        roles = ", ".join(row["roles"])
        click.echo(f"{row['id']:>5}  {row['name']:<28}  {row['email']:<44}  {row['pit'] or '-':<12}  {roles}")


@main.command()
@click.option("--at", metavar="TIME", help="Move the clock of a demo: do what would be due at TIME (ISO 8601).")
def tick(at: str | None) -> None:
    """Do what time sets in motion, once."""
    from hkplein import ticker

    then = None if at is None else moment(at)
    with app_context() as app:
        if then and not app.config["DEMO"]:
            raise click.ClickException("Only the clock of a demo can be moved: set HKPLEIN_DEMO=1. Nothing was done.")
        if then:
            refuse_unless_invented()
        try:
            done = ticker.tick(then)
        except ticker.Busy:
            raise click.ClickException("Another clock is at work on this database; try again in a moment.") from None
    for name, count in done.items():
        if count:
            click.echo(f"{count:>5}  {name}")
    click.echo(f"{sum(done.values()):>5}  in all")


def moment(text: str) -> datetime:
    """A moment as somebody types it; without a zone it is Dutch time, without a time it is noon."""
    from hkplein.clock import ZONE

    try:
        found = datetime.fromisoformat(text if len(text) > 10 else f"{text}T12:00")
    except ValueError:
        raise click.BadParameter("write it as 2026-11-30T09:00, or 2026-11-30", param_hint="--at") from None
    if not 2000 <= found.year < 2100:
        raise click.BadParameter("take a moment in this century", param_hint="--at")
    return found if found.tzinfo else found.replace(tzinfo=ZONE)


@main.command()
def deliver() -> None:
    """Send the mail that waits, once."""
    from hkplein import delivery

    with app_context():
        click.echo(f"{delivery.deliver()} sent")


@main.command("add-steward")
@click.argument("email")
@click.option("--name", default="", help="Of whom has no account yet.")
@click.option("--ask", is_flag=True, help="Ask for a password; otherwise a one-time password is printed.")
def add_steward(email: str, name: str, ask: bool) -> None:
    """Make the colleague with this address steward; a new account needs a name."""
    from hkplein.i18n import speaking
    from hkplein.passwords import hashed, one_time, problem_with
    from hkplein.roster import make_steward

    password = click.prompt("Password", hide_input=True, confirmation_prompt=True) if ask else None
    with speaking("en"):
        sentence = problem_with(password, email, name) if password is not None else None
    if sentence:
        raise click.ClickException(sentence)
    secret = password or one_time()
    with app_context():
        try:
            new = make_steward(email.strip().lower(), name.strip(), hashed(secret), one_time=password is None)
        except ValueError as error:
            raise click.ClickException(str(error)) from None
    if not new:
        click.echo(f"{email} is a steward now; the password stays as it was.")
    elif password is None:
        say("It works for seven days, and must be changed at the first sign-in.")
        click.echo(f"One-time password of {email}: {secret}")
    else:
        click.echo(f"{email} can sign in.")


@main.group()
def db() -> None:
    """The database."""


@db.command()
def upgrade() -> None:
    """Bring the tables to the newest schema."""
    from hkplein import schema

    with at_hand():
        changed = schema.upgrade()
    click.echo("The tables are the newest now." if changed else "The tables were the newest already.")


@main.command()
def settings() -> None:
    """Every setting: its name, its value now, and what it means."""
    for setting in config.SETTINGS:
        value = os.environ.get(setting.name, setting.default)
        key = setting.kind in (config.secret, config.watchers)
        secret = key or ("://" in value and "@" in value)  # with a password
        shown = "(set)" if value and secret else value
        click.echo(f"{setting.name}={shown}\n    {setting.meaning}")
