"""How long things are kept, what columns are for in words that many share, and how one line of that list is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, select

from hkplein import terms
from hkplein.db import Base
from hkplein.i18n import _l
from hkplein.models.person import Person
from hkplein.models.session import Attempt

# How long: a sentence for the person.
ACCOUNT = _l("As long as you have an account; what you typed yourself until you change it.")
PROFILE = _l("Until you or the administrator change it.")
SIGNED_IN = _l("Until you sign out, or until the moment that stands in it.")
MINUTES = _l("Until you sign in, or %(after)s.", after=terms.ATTEMPTS.words)
AUTHENTICATOR = _l("Until you or an administrator switch it off.")
IDENTITY = _l("Until an administrator disconnects it, or your account is erased.")
MESSAGES = _l(
    "Until %(after)s after you have read it; what you do not read, as long as what happened is kept.",
    after=terms.READ.words,
)
HISTORY = _l("%(after)s; after that nobody sees any more who did it.", after=terms.HISTORY.words)
SECURITY = _l("%(after)s.", after=terms.SECURITY.words)
WORK = _l("As long as the work; with “oud-collega” instead of your name once your account is erased.")
SWAPS = _l("As long as the work; a swap that was declined is gone after %(after)s.", after=terms.DECLINED.words)
RINGS = _l("As long as the wish; a ring that came to nothing is gone after %(after)s.", after=terms.DISSOLVED.words)
PITSTOP = _l(
    "As long as the pitstop; the text of a confidential one %(after)s after it ended, or shorter if the asker wants.",
    after=terms.CONFIDENTIAL.words,
)

# What for: words that many columns share.
ROW = _l("the number by which this program finds it")
YOU = _l("that it is you")
STATE = _l("how far it is, so that buttons and lists are right")
WHEN = _l("when it happened, so that nothing waits in silence")
CLOCK = _l("what this program has reminded of, and when, so that it does not do so twice")
WHERE = _l("where it belongs, so that the right people see it")
TEXT = _l("words that people wrote for others to read")
COUNT = _l("how many places and hands there are, so that no place goes to two people")


ROWS = "*"


class Stored(NamedTuple):
    """What one table keeps of somebody in one role: of the rows whose column `whose` is that person."""

    table: str
    whose: str
    title: Any
    kept: Any
    purposes: Mapping[str, Any]  # by column
    through: str = ""  # the column of another table that says who it is, when `whose` is a row of that table
    gone: tuple[str, ...] = ()  # what an erasure empties; ROWS: it takes the rows themselves

    @property
    def rows(self) -> Table:
        """The table itself."""
        return Base.metadata.tables[self.table]

    @property
    def together(self) -> dict[str, list[str]]:
        """The names of the columns by what they are for."""
        found: dict[str, list[str]] = {}
        for column, purpose in self.purposes.items():
            found.setdefault(str(purpose), []).append(column)
        return found

    def of(self, person: Person) -> ColumnElement[bool]:
        """The condition for the rows of `person`."""
        column: ColumnElement[Any] = self.rows.c[self.whose]
        if self.through:
            table, _dot, name = self.through.partition(".")
            rows = Base.metadata.tables[table]
            return column.in_(select(rows.c.id).where(rows.c[name] == person.id))
        return column == (Attempt.account(person.email) if self.table == "attempt" else person.id)


def about(whose: str, title: Any, kept: Any, purposes: Mapping[str, Any], through: str = "", gone: str = "") -> Stored:
    """What `table.column` keeps of whom it names.

    `purposes` says what columns, with spaces between them, are for; `gone` names those that an erasure empties.
    """
    table, _dot, column = whose.partition(".")
    each = {name: purpose for names, purpose in purposes.items() for name in names.split()}
    return Stored(table, column, title, kept, {"id": ROW, column: YOU, **each}, through, tuple(gone.split()))
