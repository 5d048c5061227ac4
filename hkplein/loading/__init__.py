"""Loading a municipality from a file: all of it, or nothing and a list of everything that is wrong."""

from __future__ import annotations

from pathlib import Path

from flask import current_app
from sqlalchemy import func, select

from hkplein.db import db
from hkplein.demo import PASSWORD
from hkplein.loading.checks import check
from hkplein.loading.format import FORMAT
from hkplein.loading.help import add_lessons, add_pitstops
from hkplein.loading.issues import add_issues
from hkplein.loading.rings import add_rings, add_wishes
from hkplein.loading.source import Entry, Faulty, Source
from hkplein.loading.tasks import add_swaps, add_tasks
from hkplein.loading.town import Town, add_guides, build
from hkplein.models import Issue, Municipality, Person, Pit, Pitstop, Task
from hkplein.passwords import hashed

__all__ = ["Faulty", "Loaded", "load", "read"]


STEPS = build, add_issues, add_tasks, add_swaps, add_wishes, add_rings, add_pitstops, add_lessons, add_guides
COUNTED = {"people": Person, "pits": Pit, "issues": Issue, "tasks": Task, "pitstops": Pitstop}


class Loaded(Exception):
    """The database holds a municipality already."""


def read(path: Path) -> Entry:
    """The file, checked from end to end; raises Faulty with everything that is wrong."""
    source = Source(path)
    root = source.root()
    file = None
    try:
        file = FORMAT(source, root) if root is not None else None
    except RecursionError:
        source.wrong(1, "this file contains itself, or goes too deep")
    if root is None and not source.problems:
        source.wrong(1, "this file is empty")
    if isinstance(file, Entry):
        check(source, file)
        source.check_references()
    source.finish()
    assert isinstance(file, Entry)  # noqa: S101 - else there was a problem
    return file


def load(path: Path) -> dict[str, int]:
    """Load the file in one transaction; returns how much of what. Raises Faulty or Loaded, and then wrote nothing."""
    file = read(path)
    invented = file["meta"]["verzonnen"] and current_app.config["DEMO"]
    password_hash = hashed(PASSWORD) if invented else None  # once: it takes 20 ms, outside the transaction
    with db.session.begin():
        there = db.session.scalar(select(Municipality.name))
        if there is not None:
            raise Loaded(f"This database already holds {there}. Load into an empty one.")
        town = Town(file, password_hash)
        refuse_known_addresses(path, town)
        for step in STEPS:
            step(town)
        if town.problems:
            raise Faulty([f"{path}:{line}: {reason}" for line, reason in sorted(set(town.problems))])
        town.history.write()
        return {what: db.session.scalar(select(func.count(model.id))) or 0 for what, model in COUNTED.items()}


def refuse_known_addresses(path: Path, town: Town) -> None:
    """An address of the file that already has an account here is a problem of the file."""
    lines = {p["email"].lower(): p.at("email") for p in town.file["profielen"] if p.get("email")}
    known = db.session.scalars(select(Person.email).where(Person.email.in_(lines)))
    problems = [f"{path}:{lines[email]}: “{email}” has an account here already" for email in known]
    if problems:
        raise Faulty(sorted(problems))
