"""The index of words: folded and stemmed here, so that both databases find the same."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    UniqueConstraint,
    case,
    column,
    delete,
    false,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy import table as sql_table
from sqlalchemy.orm import Mapped, mapped_column

from hkplein.db import Model, db
from hkplein.search import Sought, alternatives, tokens

NEWEST = 500  # hits that are looked at: ranking all of a common word takes seconds
_fts: Any = sql_table("search_fts", column("rowid"))


class SearchEntry(Model):
    """What can be found of one thing. A pitstop never has one."""

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("noun", "ref"), {"sqlite_autoincrement": True})

    noun: Mapped[str] = mapped_column(String(20))
    ref: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]

    @staticmethod
    def put(thing: Model, title: str, *body: str) -> None:
        """Index `thing` (anew); part of the caller's transaction."""
        entry = db.session.scalar(select(SearchEntry).filter_by(noun=thing.noun, ref=thing.id))
        entry = entry or SearchEntry(noun=thing.noun, ref=thing.id)
        entry.title, entry.body = tokens(title), tokens(" ".join(body))
        db.session.add(entry)

    @staticmethod
    def drop(thing: Model) -> None:
        """It can no longer be found by its words; part of the caller's transaction."""
        db.session.execute(delete(SearchEntry).filter_by(noun=thing.noun, ref=thing.id))

    @staticmethod
    def newest(model: type[Model], query: str, *where: Any, every: bool = True) -> Select[Any]:
        """The newest 500 rows of `model` that `where` holds for and whose words fit `query`.

        Every word of the query must be there, or with `every=False` at least one. Selects `ref`, the id of the row, and
        `rank`: how many words of the query stand in its title.
        """
        words = alternatives(query)
        found = (
            select(SearchEntry.ref, sum((_in_title(each) for each in words), literal(0)).label("rank"))
            .join(model, model.id == SearchEntry.ref)
            .where(SearchEntry.noun == model.__tablename__, *where)
            .order_by(SearchEntry.id.desc())
            .limit(NEWEST)
        )
        if not words:
            return found.where(false())
        if db.engine.dialect.name == "sqlite":
            match = _joined(words, '"{}"', "*", " OR ", " AND " if every else " OR ")
            hit = text("search_fts MATCH :match").bindparams(match=match)
            return found.join(_fts, _fts.c.rowid == SearchEntry.id).where(hit)
        match = _joined(words, "{}", ":*", " | ", " & " if every else " | ")
        return found.where(text("search_entry.tsv @@ to_tsquery('simple', :match)").bindparams(match=match))

    @staticmethod
    def matches(model: type[Model], query: str, *, every: bool = True) -> ColumnElement[bool]:
        """A condition on `model`: its words fit `query`, and it is among the newest that do."""
        return model.id.in_(select(SearchEntry.newest(model, query, every=every).subquery().c.ref))


def _joined(words: list[Sought], form: str, on: str, either: str, link: str) -> str:
    """A question to the index: one of the forms of each word; `on` is written after those that may go on."""
    asked = ([*(form.format(one) + on for one in word.beginnings), form.format(word.root)] for word in words)
    return link.join(f"({either.join(forms)})" for forms in asked)


def _in_title(word: Sought) -> Any:
    """1 when one of its forms stands in the title, else 0."""
    title = literal(" ") + SearchEntry.title + " "
    begun = (title.like(f"% {one}%") for one in word.beginnings)
    return case((or_(*begun, title.like(f"% {word.root} %")), 1), else_=0)
