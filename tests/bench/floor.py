"""The floor: the least that a page of this kind can do in Flask, without sign-in, translation, rights or filters.

A list of 25 rows, one thing with its history and five like it, and a claim in one transaction, over the same rows as
the product has; what the product costs is told as a multiple of this. The budgets were set against a page of this
weight: change what it draws or asks, and they mean nothing any more.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, abort
from jinja2 import DictLoader

SCHEMA = """
CREATE TABLE area (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT NOT NULL, summary TEXT NOT NULL, body TEXT NOT NULL,
  state TEXT NOT NULL, area_id INTEGER, kind TEXT NOT NULL, skill_id INTEGER, hours INTEGER NOT NULL,
  created_at INTEGER NOT NULL, due_at INTEGER NOT NULL, claimed_by INTEGER);
CREATE TABLE event (id INTEGER PRIMARY KEY, item_id INTEGER NOT NULL, person_id INTEGER, kind TEXT NOT NULL,
  at INTEGER);
"""
COPY = """
INSERT INTO area SELECT id, name FROM product.pit;
INSERT INTO person SELECT id, name FROM product.person;
INSERT INTO item SELECT id, title, substr(description || char(10), 1, instr(description || char(10), char(10)) - 1),
  description, state, pit_id, choice, learns_id, hours, unixepoch(created_at), unixepoch(due), holder_id
  FROM product.task;
INSERT INTO event SELECT id, task_id, by_id, verb, unixepoch(at) FROM product.event WHERE task_id IS NOT NULL;
CREATE INDEX ix_item_open ON item (due_at, id) WHERE state = 'open';
CREATE INDEX ix_event_item ON event (item_id, id);
"""
HEAD = """<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Open work</title>\
<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="stylesheet" href="/static/app.css?v=3">\
<script src="/static/htmx.js?v=2" defer></script></head><body hx-boost="true">\
<a class="skip" href="#main">Skip to content</a><header class="top"><a class="logo" href="/">Marketplace</a>\
<nav aria-label="Main menu"><ul><li><a href="/list" aria-current="page">Work</a></li>\
<li><a href="/shifts">Shifts</a></li><li><a href="/teams">Teams</a></li><li><a href="/people">People</a></li>\
<li><a href="/notices">Notices</a></li><li><a href="/me">My work</a></li></ul></nav></header><main id="main">"""
FOOT = """</main><footer><p>Municipality · <a href="/privacy">Privacy</a> · <a href="/a11y">Accessibility</a> · \
<a href="/help">Help</a></p></footer></body></html>"""
FILTERS = """<form class="filters" action="/list" hx-get="/list" hx-target="#rows" hx-push-url="true" role="search">\
<label>Search <input name="q" type="search" placeholder="Words in title or text"></label><label>Kind \
<select name="kind"><option value="">All kinds</option><option value="task">Task</option>\
<option value="shift">Shift</option><option value="project">Project</option></select></label>\
<label>Hours <input name="h" type="number" min="1" max="40"></label><button>Filter</button></form>"""
ROW = """<li class="card" id="i{{ r.id }}"><h3><a href="/item/{{ r.id }}">{{ r.title }}</a></h3><p>{{ r.summary }}</p>\
<p class="meta"><span class="badge b-{{ r.kind }}">{{ r.kind }}</span> <span>{{ r.hours }} hours</span> \
<time>{{ day(r.due_at) }}</time> <span>{{ areas[r.area_id] }}</span></p>\
<button hx-post="/claim/{{ r.id }}">Claim</button></li>\n"""
DETAIL = """<h1>{{ it.title }}</h1><p>{{ it.summary }}</p><div class="body">{{ it.body }}</div><dl><dt>Department</dt>\
<dd>{{ it.area }}</dd><dt>Hours</dt><dd>{{ it.hours }}</dd><dt>Due</dt><dd>{{ day(it.due_at) }}</dd><dt>State</dt>\
<dd>{{ it.state }}</dd></dl><form method="post" action="/claim/{{ it.id }}" hx-post="/claim/{{ it.id }}">\
<button>Claim</button></form><h2>History</h2><ol>{% for e in events %}<li>{{ e.kind }} <b>{{ e.name }}</b> \
<time>{{ day(e.at) }}</time></li>{% endfor %}</ol><h2>See also</h2>\
<ul>{% for s in alike %}<li><a href="/item/{{ s.id }}">{{ s.title }}</a></li>{% endfor %}</ul>"""
NEXT = '<a rel="next" href="/list?after={{ next }}" hx-get="/list?after={{ next }}" hx-swap="afterend">More</a>'
ROWS = f'<ul id="rows">{{% for r in rows %}}{ROW}{{% endfor %}}</ul>'
TEMPLATES = {"list": f"{HEAD}<h1>Open work</h1>{FILTERS}{ROWS}{NEXT}{FOOT}", "item": f"{HEAD}{DETAIL}{FOOT}"}


def table(name: str, *columns: str) -> Any:
    """A table, as far as the queries need it; what is no text is a number."""
    texts = {"title", "summary", "body", "state", "kind", "name"}
    return sa.table(name, *(sa.column(each, sa.Text() if each in texts else sa.Integer()) for each in columns))


area, person = table("area", "id", "name"), table("person", "id", "name")
event = table("event", "id", "item_id", "person_id", "kind", "at")
item = table(
    "item",
    *("id", "title", "summary", "body", "state", "area_id", "kind", "skill_id", "hours", "created_at", "due_at"),
    "claimed_by",
)
OPEN = item.c.state == sa.literal_column("'open'")
LIST = (
    sa.select(*(item.c[name] for name in ("id", "title", "summary", "kind", "hours", "due_at", "area_id")))
    .where(OPEN)
    .order_by(item.c.due_at, item.c.id)
    .limit(25)
)
ONE = (
    sa.select(item, area.c.name.label("area"))
    .join(area, area.c.id == item.c.area_id)
    .where(item.c.id == sa.bindparam("id"))
)
HISTORY = (
    sa.select(event.c.kind, event.c.at, person.c.name)
    .join(person, person.c.id == event.c.person_id)
    .where(event.c.item_id == sa.bindparam("id"))
    .order_by(event.c.id.desc())
    .limit(10)
)
ALIKE = (
    sa.select(item.c.id, item.c.title)
    .where(OPEN, item.c.due_at > sa.bindparam("due"))
    .order_by(item.c.due_at, item.c.id)
    .limit(5)
)
CLAIM = (
    sa.update(item)
    .where(item.c.id == sa.bindparam("i"), item.c.state == "open")
    .values(state="taken", claimed_by=sa.bindparam("who"))
)
NOTE = sa.insert(event)


def copy(product: Path, floor: Path) -> None:
    """Make the floor's database of the product's rows."""
    connection = sqlite3.connect(floor)
    connection.executescript(f"PRAGMA journal_mode=WAL; {SCHEMA}")
    connection.execute("ATTACH ? AS product", (str(product),))
    connection.executescript(f"{COPY} ANALYZE;")
    connection.close()


def engine(path: Path) -> sa.Engine:
    """An engine over one database file."""
    made = sa.create_engine(f"sqlite:///{path}")

    @sa.event.listens_for(made, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")

    return made


def day(seconds: int) -> str:
    """A date."""
    return time.strftime("%d-%m-%Y", time.gmtime(seconds))


def create(path: Path) -> Flask:
    """The floor app over one database file."""
    app = Flask("floor", static_folder=None)
    app.jinja_env.loader = DictLoader(TEMPLATES)
    app.jinja_env.autoescape = True
    app.jinja_env.globals["day"] = day
    list_page, item_page = app.jinja_env.get_template("list"), app.jinja_env.get_template("item")
    reading, writing = engine(path).execution_options(isolation_level="AUTOCOMMIT"), engine(path)

    @sa.event.listens_for(writing, "begin")
    def start(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with reading.connect() as connection:
        areas = dict(connection.execute(sa.select(area.c.id, area.c.name)).tuples().all())

    @app.get("/list")
    def list_() -> str:
        with reading.connect() as connection:
            rows = connection.execute(LIST).all()
        return list_page.render(rows=rows, next=f"{rows[-1].due_at}_{rows[-1].id}", areas=areas)

    @app.get("/item/<int:id>")
    def item_(id: int) -> str:
        with reading.connect() as connection:
            it = connection.execute(ONE, {"id": id}).first() or abort(404)
            events = connection.execute(HISTORY, {"id": id}).all()
            alike = connection.execute(ALIKE, {"due": it.due_at}).all()
        return item_page.render(it=it, events=events, alike=alike, areas=areas)

    @app.post("/claim/<int:id>")
    def claim(id: int) -> Response:
        with writing.begin() as connection:
            taken = connection.execute(CLAIM, {"i": id, "who": 1}).rowcount
            if taken:
                row = {"item_id": id, "person_id": 1, "kind": "claimed", "at": int(time.time())}
                connection.execute(NOTE, row)
        return Response(status=303, headers={"Location": f"/item/{id}"}) if taken else Response("taken", 409)

    return app
