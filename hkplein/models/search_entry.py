"""The index of words: folded and stemmed here, so that both databases find the same."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, UniqueConstraint, false, select, text
from sqlalchemy.orm import Mapped, mapped_column

from hkplein.db import Model, db
from hkplein.search import alternatives, tokens


class SearchEntry(Model):
    """What can be found of one thing. A confidential pitstop never has one."""

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
    def matches(model: type[Model], query: str) -> ColumnElement[bool]:
        """A condition on `model`: its words fit `query`. Newest first and ranking is the caller's."""
        words = alternatives(query)
        if not words:
            return false()
        if db.engine.dialect.name == "sqlite":
            match = " AND ".join("(" + " OR ".join(f'"{word}"*' for word in each) + ")" for each in words)
            found: Any = text("SELECT rowid FROM search_fts WHERE search_fts MATCH :match").bindparams(match=match)
            hits = select(SearchEntry.ref).where(SearchEntry.id.in_(found))
        else:
            match = " & ".join("(" + " | ".join(f"{word}:*" for word in each) + ")" for each in words)
            hits = select(SearchEntry.ref).where(text("tsv @@ to_tsquery('simple', :match)").bindparams(match=match))
        return model.id.in_(hits.where(SearchEntry.noun == model.__tablename__))
