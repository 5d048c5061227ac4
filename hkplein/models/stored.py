"""What is stored about people: every column, what it is for, and how long it stays.

The page "what is stored about me" is this list, and whatever takes data out or erases it reads it too. A test holds it
against the schema: a table with people in it says in `stored_people` or `stored_work` what each of its columns is for,
in every role that somebody has in it (author, holder …); any other table says in IMPERSONAL why nobody is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import func, select

from hkplein.db import db
from hkplein.i18n import _l
from hkplein.models.person import Person
from hkplein.models.stored_people import PEOPLE
from hkplein.models.stored_terms import Stored
from hkplein.models.stored_work import ROLES

STORED: tuple[Stored, ...] = (*PEOPLE, *ROLES)
ACCOUNT = PEOPLE[0]
SECRET = _l("kept, and shown to nobody")
SECRETS = {  # of no use to you, and of much to a thief
    *("person.password_hash", "sign_in.digest", "attempt.key", "authenticator.secret", "recovery_code.digest"),
}

# Tables in which nobody is: why not.
IMPERSONAL: Mapping[str, str] = {
    "erasure": "the numbers of accounts that were erased, so that a backup brings nobody back; not whose they were",
    "forgetting": "the key to what is append-only, while something is forgotten; otherwise it is empty",
    "help_line": "a line, its promise, and who staffs it in the municipality's own words",
    "issue_partner": "which organisation takes part in an issue",
    "issue_pit": "which pits an issue touches",
    "municipality": "the municipality; its confidants stand there with the names that the administrator typed",
    "partner": "an organisation",
    "pit": "a team",
    "pit_skill": "what a pit looks for",
    "ring": "a ring, its deadline and how it was found; its people stand in its links",
    "search_entry": "words of tasks, seats, issues and lessons; they change and go with the thing",
    "seat_skill": "what a seat asks",
    "square_count": "totals of open work",
    "submission": "random numbers of forms that were handled; not whose they were",
    "task_skill": "what a task asks",
    "tick": "when this program last did what was due",
}


class Field(NamedTuple):
    """One column: what it is for, how long it stays, and what stands in it about somebody, a value for each row."""

    table: str
    column: str
    purpose: str
    kept: str
    values: list[Any]


def counts_of(person: Person) -> list[tuple[Stored, int]]:
    """How many rows are stored about `person` in each role, asked at once."""
    each = [select(func.count()).select_from(it.rows).where(it.of(person)).scalar_subquery() for it in STORED]
    return list(zip(STORED, db.session.execute(select(*each)).one(), strict=True))


def rows_of(person: Person, it: Stored) -> Iterator[dict[str, Any]]:
    """What is stored about `person` in one role, row by row, few of them at a time; what is secret is not told."""
    query = select(*(it.rows.c[name] for name in it.purposes)).where(it.of(person)).order_by(it.rows.c.id)
    secret = {name for name in it.purposes if f"{it.table}.{name}" in SECRETS}
    for row in db.session.execute(query, execution_options={"yield_per": 500}).mappings():
        yield {name: SECRET if name in secret and row[name] is not None else row[name] for name in it.purposes}


def fields_of(person: Person, *roles: Stored) -> Iterator[Field]:
    """Every field that is stored about `person`, role by role (or in these roles)."""
    for it in roles or STORED:
        rows = list(rows_of(person, it))
        for name, purpose in it.purposes.items():
            yield Field(it.table, name, str(purpose), str(it.kept), [row[name] for row in rows])
