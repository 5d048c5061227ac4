"""The floor: the least that a page of this kind can do in Flask, without sign-in, translation, rights or filters.

A list of 25 rows, one thing with its history and five like it, and a claim in one transaction, over the same rows as
the product has; what the product costs is told as a multiple of this.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, abort
from jinja2 import DictLoader

SCHEMA = """
CREATE TABLE area (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT NOT NULL, summary TEXT NOT NULL, state TEXT NOT NULL,
  area_id INTEGER, kind TEXT NOT NULL, hours INTEGER NOT NULL, due TEXT NOT NULL, holder_id INTEGER);
CREATE TABLE event (id INTEGER PRIMARY KEY, item_id INTEGER NOT NULL, person_id INTEGER, kind TEXT NOT NULL, at TEXT);
"""
COPY = """
INSERT INTO area SELECT id, name FROM product.pit;
INSERT INTO person SELECT id, name FROM product.person;
INSERT INTO item SELECT id, title, description, state, pit_id, choice, hours, due, holder_id FROM product.task;
INSERT INTO event SELECT id, task_id, by_id, verb, at FROM product.event WHERE task_id IS NOT NULL;
CREATE INDEX ix_item_open ON item (due, id) WHERE state = 'open';
CREATE INDEX ix_event_item ON event (item_id, id);
"""
HEAD = """<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>{{ title }}</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="stylesheet" href="/static/app.css">
<script src="/static/htmx.js" defer></script></head><body><a class="skip" href="#main">Skip to content</a>
<header><a href="/">Marketplace</a><nav aria-label="Main menu"><ul><li><a href="/list" aria-current="page">Work</a></li>
<li><a href="/shifts">Shifts</a></li><li><a href="/teams">Teams</a></li><li><a href="/people">People</a></li>
<li><a href="/notices">Notices</a></li><li><a href="/me">My work</a></li></ul></nav></header><main id="main">"""
FOOT = """</main><footer><p>Municipality · <a href="/privacy">Privacy</a> · <a href="/help">Help</a></p></footer>
</body></html>"""
FILTERS = """<form action="/list" role="search"><label>Search <input name="q" type="search"></label><label>Kind
<select name="kind"><option value="">All</option><option>task</option><option>shift</option></select></label>
<label>Hours <input name="h" type="number"></label><button>Filter</button></form>"""
ROW = """<li class="card" id="i{{ r.id }}"><h3><a href="/item/{{ r.id }}">{{ r.title }}</a></h3><p>{{ r.summary }}</p>
<p class="meta"><span class="badge">{{ r.kind }}</span> <span>{{ r.hours }} hours</span> <time>{{ r.due }}</time>
<span>{{ areas[r.area_id] }}</span></p><button data-hx-post="/claim/{{ r.id }}">Claim</button></li>"""
TEMPLATES = {
    "list": f"{HEAD}<h1>{{{{ title }}}}</h1>{FILTERS}<ul>{{% for r in rows %}}{ROW}{{% endfor %}}</ul>"
    '<a rel="next" href="/list?after={{ rows[-1].due }}_{{ rows[-1].id }}">More</a>' + FOOT,
    "item": HEAD
    + "<h1>{{ it.title }}</h1><p>{{ it.summary }}</p><dl><dt>Department</dt><dd>{{ areas[it.area_id] }}</dd>"
    "<dt>Hours</dt><dd>{{ it.hours }}</dd><dt>Due</dt><dd>{{ it.due }}</dd><dt>State</dt><dd>{{ it.state }}</dd></dl>"
    '<form method="post" action="/claim/{{ it.id }}"><button>Claim</button></form><h2>History</h2><ol>'
    "{% for e in events %}<li>{{ e.kind }} <b>{{ e.name }}</b> <time>{{ e.at }}</time></li>{% endfor %}</ol>"
    "<h2>See also</h2><ul>"
    '{% for s in like %}<li><a href="/item/{{ s.id }}">{{ s.title }}</a></li>{% endfor %}</ul>' + FOOT,
}


def copy(product: Path, floor: Path) -> None:
    """Make the floor's database of the product's rows."""
    connection = sqlite3.connect(floor)
    connection.executescript(f"PRAGMA journal_mode=WAL; {SCHEMA}")
    connection.execute("ATTACH ? AS product", (str(product),))
    connection.executescript(f"{COPY} ANALYZE;")
    connection.close()


def engine(path: Path, begin: str) -> sa.Engine:
    """An engine whose transactions begin with `begin`."""
    made = sa.create_engine(f"sqlite:///{path}")

    @sa.event.listens_for(made, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(made, "begin")
    def start(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return made


def create(path: Path) -> Flask:
    """The floor app over one database file."""
    app = Flask("floor", static_folder=None)
    app.jinja_env.loader = DictLoader(TEMPLATES)
    app.jinja_env.autoescape = True
    list_page, item_page = app.jinja_env.get_template("list"), app.jinja_env.get_template("item")
    reading, writing = engine(path, "BEGIN"), engine(path, "BEGIN IMMEDIATE")
    columns = "id, title, summary, kind, hours, due, area_id, state"
    newest = sa.text(f"SELECT {columns} FROM item WHERE state = 'open' ORDER BY due, id LIMIT 25")
    one = sa.text(f"SELECT {columns} FROM item WHERE id = :id")
    history = sa.text(
        "SELECT e.kind, e.at, p.name FROM event e LEFT JOIN person p ON p.id = e.person_id"
        " WHERE e.item_id = :id ORDER BY e.id DESC LIMIT 10"
    )
    alike = sa.text("SELECT id, title FROM item WHERE state = 'open' AND due > :due ORDER BY due, id LIMIT 5")
    take = sa.text("UPDATE item SET state = 'taken', holder_id = 1 WHERE id = :id AND state = 'open'")
    note = sa.text("INSERT INTO event (item_id, person_id, kind, at) VALUES (:id, 1, 'claim', 'now')")
    with reading.connect() as connection:
        areas = dict(connection.execute(sa.text("SELECT id, name FROM area")).tuples().all())
    areas[None] = ""

    @app.get("/list")
    def list_() -> str:
        with reading.connect() as connection:
            rows = connection.execute(newest).all()
        return list_page.render(title="Open work", rows=rows, areas=areas)

    @app.get("/item/<int:id>")
    def item(id: int) -> str:
        with reading.connect() as connection:
            it = connection.execute(one, {"id": id}).first() or abort(404)
            events = connection.execute(history, {"id": id}).all()
            like = connection.execute(alike, {"due": it.due}).all()
        return item_page.render(title=it.title, it=it, events=events, like=like, areas=areas)

    @app.post("/claim/<int:id>")
    def claim(id: int) -> Response:
        with writing.begin() as connection:
            if not connection.execute(take, {"id": id}).rowcount:
                return Response("taken", 409)
            connection.execute(note, {"id": id})
        return Response(status=303, headers={"Location": f"/item/{id}"})

    return app
