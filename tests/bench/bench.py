"""`make bench`: list, detail and claim as CPU time ÷ the floor in the same run, with what they must stay under.

Each app runs in a process of its own and is asked in bursts that take turns, so that other work on the machine hardly
moves the ratios (± 5 %). Nothing here is a test: a number that a busy machine can change may not fail a build.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

MUST = {"list": 3.0, "part": 2.3, "detail": 2.6, "claim": 3.0}
STATEMENTS = {"list": 4, "part": 3, "detail": 6, "claim": 6}
FLOOR = {"list": "/list", "part": "/list", "detail": "/item/{id}", "claim": "/claim/{id}"}
PRODUCT = {"list": "/tasks", "part": "/tasks", "detail": "/tasks/{id}", "claim": "/tasks/{id}/claim"}
ONE = "vergunning wijk straat groen afval water jeugd zorg verkeer balie overleg toezicht subsidie sport school".split()
OTHER = "plan dienst werk zaak controle aanvraag overzicht ronde inzet steun advies beheer toets meting kaart".split()
WORDS = [one + other for one in ONE for other in OTHER]  # as long as the words that the budgets were set with


def fill(path: Path, count: int) -> None:
    """The demo municipality with `count` tasks on top, one in ten of them open."""
    from sqlalchemy import insert, select

    from hkplein import create_app
    from hkplein.clock import now, today
    from hkplein.config import ROOT
    from hkplein.db import db
    from hkplein.loading import load
    from hkplein.models import Event, Person, Pit, Skill, Task, TaskSkill
    from hkplein.models.square_count import add_up

    app = create_app({"SECRET_KEY": "k" * 40, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{path}"})
    with app.app_context():
        import flask_migrate

        flask_migrate.upgrade()
        load(ROOT / "hkplein" / "demo" / "kolkwaarden.yaml")
        draw = random.Random(7)
        people = db.session.scalars(select(Person.id).where(Person.role == "colleague")).all()
        pits, skills = db.session.scalars(select(Pit.id)).all(), db.session.scalars(select(Skill.id)).all()
        first = (db.session.scalar(select(db.func.max(Task.id))) or 0) + 1
        for start in range(first, first + count, 5000):
            ids = range(start, min(start + 5000, first + count))
            tasks, events, asked = [], [], []
            for id_ in ids:
                is_open = draw.random() < 0.1
                author, holder = draw.sample(people, 2)
                title, summary, body = (" ".join(draw.choices(WORDS, k=k)) for k in (6, 14, 60))
                tasks.append(
                    {
                        "id": id_,
                        "title": title.capitalize(),
                        "description": f"{summary}\n\n{body}",
                        "state": "open" if is_open else "done",
                        "author_id": author,
                        "pit_id": draw.choice(pits),
                        "hours": draw.randrange(1, 17),
                        "due": today() + timedelta(days=draw.randrange(1, 300)),
                        "posted_at": now(),
                        "holder_id": None if is_open else holder,
                        "place": "Oosterwijde",
                    }
                )
                events += [{"noun": "task", "verb": "post", "by_id": author, "task_id": id_} for _ in range(2)]
                asked.append({"task_id": id_, "skill_id": draw.choice(skills)})
            db.session.execute(insert(Task), tasks)
            db.session.execute(insert(Event), events)
            db.session.execute(insert(TaskSkill), asked)
            db.session.commit()
        add_up()  # what the clock does
        db.session.execute(db.text("ANALYZE"))
        db.session.commit()


def product(path: Path) -> tuple[Any, dict[str, str]]:
    """The product over that database, and the cookie of somebody who is signed in."""
    from hkplein import create_app
    from hkplein.db import db
    from hkplein.models import Person, SignIn

    app = create_app(
        {"SECRET_KEY": "k" * 40, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{path}", "WTF_CSRF_ENABLED": False}
    )
    with app.app_context():
        person = db.session.scalars(db.select(Person).where(Person.role == "colleague").order_by(Person.id)).first()
        assert person is not None
        token = SignIn.begin(person, 24)
        db.session.commit()
    client = app.test_client()
    with client.session_transaction() as session:
        session.permanent = True
        session.update(_user_id=token, _fresh=True)
    client.get("/account")  # as browsers have it: with what the first page put into it
    cookie = client.get_cookie("session") or client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    return app, {"HTTP_COOKIE": f"{cookie.key}={cookie.value}"}


def child(kind: str, path: Path) -> None:
    """Answer bursts: read [page, seconds, ids] on standard input, write CPU time and statements a request."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from werkzeug.test import EnvironBuilder, run_wsgi_app

    if kind == "floor":
        from tests.bench.floor import create

        app, extra, urls = create(path), {}, FLOOR
    else:
        app, extra = product(path)
        urls = PRODUCT
    statements = [0]

    @event.listens_for(Engine, "before_cursor_execute")
    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements[0] += not statement.startswith(("PRAGMA", "BEGIN"))

    print("ready", flush=True)
    for line in sys.stdin:
        page, seconds, ids = json.loads(line)
        method = "POST" if page == "claim" else "GET"
        headers = {**extra, **({"HTTP_HX_REQUEST": "true"} if page == "part" else {})}
        environs = [EnvironBuilder(urls[page].format(id=id_), method=method).get_environ() | headers for id_ in ids]
        gc.collect()
        done = bad = size = 0
        statements[0] = 0
        begun, until = time.process_time(), time.perf_counter() + seconds
        while done < len(environs) and (time.perf_counter() < until or done < 5):
            body, status, _headers = run_wsgi_app(app, environs[done], buffered=True)
            size += sum(len(part) for part in body)
            bad += int(status[:3]) >= 400
            done += 1
        spent = time.process_time() - begun
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        answer = {"us": 1e6 * spent / done, "bad": bad, "sql": statements[0] / done, "bytes": size / done, "mb": memory}
        print(json.dumps(answer), flush=True)


def ask(process: subprocess.Popen[str], page: str, seconds: float, ids: Iterator[int], most: int) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps([page, seconds, list(itertools.islice(ids, most))]) + "\n")
    process.stdin.flush()
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    return answer


def measure(
    count: int, rounds: int, seconds: float, home: Path
) -> list[tuple[str, float, dict[str, Any], dict[str, Any]]]:
    """The median ratio of each page at `count` tasks, with the last answers of both apps."""
    import sqlite3

    from tests.bench import floor

    database, below = home / f"product-{count}.sqlite3", home / f"floor-{count}.sqlite3"
    fill(database, count)
    floor.copy(database, below)
    with sqlite3.connect(database) as connection:
        claimable = "state = 'open' AND choice = 'first' AND places = 1 AND author_id <> 1"
        found = [id_ for (id_,) in connection.execute(f"SELECT id FROM task WHERE {claimable} ORDER BY id")]
    here = str(Path(__file__).resolve())
    run = [sys.executable, here, "--child"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    apps = {
        kind: subprocess.Popen(
            [*run, kind, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        for kind, path in (("floor", below), ("product", database))
    }
    results = []
    try:
        for process in apps.values():
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "ready"
        claims = {kind: iter(found) for kind in apps}  # each is claimed once
        for page in MUST:
            ratios, last = [], {}
            for turn in range(rounds + 1):
                for kind in random.sample(list(apps), 2):
                    draw = random.Random(turn)
                    ids = claims[kind] if page == "claim" else iter(lambda d=draw: d.choice(found), None)
                    most = 600 if page != "claim" else len(found) // (rounds + 1)
                    last[kind] = ask(apps[kind], page, seconds if turn else 0.1, ids, most)
                if turn:  # the first round warms up
                    ratios.append(last["product"]["us"] / last["floor"]["us"])
            results.append((page, statistics.median(ratios), last["product"], last["floor"]))
    finally:
        for process in apps.values():
            process.stdin.close()  # type: ignore[union-attr]
            process.wait(10)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--child", nargs=2, metavar=("KIND", "PATH"))
    parser.add_argument("--tasks", default="1000,100000", help="how many tasks, separated by commas")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.4)
    given = parser.parse_args()
    if given.child:
        child(given.child[0], Path(given.child[1]))
        return
    heads = f"{'µs':>7}{'floor':>7}{'SQL':>6}{'must':>6}{'bytes':>8}{'bad':>5}{'MB':>6}"
    print(f"{'tasks':>8} {'page':8}{'ratio':>7}{'must':>6}  {'':6}{heads}")
    for count in map(int, given.tasks.split(",")):
        with tempfile.TemporaryDirectory(prefix="hkplein-bench-") as home:
            for page, ratio, ours, floor in measure(count, given.rounds, given.seconds, Path(home)):
                held = "held" if ratio <= MUST[page] and ours["sql"] <= STATEMENTS[page] else "BROKEN"
                print(
                    f"{count:8} {page:8}{ratio:7.2f}{MUST[page]:6.1f}  {held:6}{ours['us']:7.0f}{floor['us']:7.0f}"
                    f"{ours['sql']:6.1f}{STATEMENTS[page]:6}{ours['bytes']:8.0f}{ours['bad']:5}{ours['mb']:6}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
