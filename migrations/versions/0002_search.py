"""The index of words: FTS5 on SQLite, tsvector on PostgreSQL."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_fts USING fts5(title, body, content='search_entry', content_rowid='id',"
            " tokenize='unicode61 remove_diacritics 0', prefix='2 3')"
        )
        new = "INSERT INTO search_fts(rowid, title, body) VALUES (new.id, new.title, new.body);"
        old = "INSERT INTO search_fts(search_fts, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);"
        for name, when, what in (
            ("ai", "INSERT", new),
            ("ad", "DELETE", old),
            ("au", "UPDATE", old + " " + new),
        ):
            op.execute(f"CREATE TRIGGER search_entry_{name} AFTER {when} ON search_entry BEGIN {what} END")
    else:
        op.execute(
            "ALTER TABLE search_entry ADD COLUMN tsv tsvector GENERATED ALWAYS AS ("
            "setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', body), 'D')) STORED"
        )
        op.execute("CREATE INDEX ix_search_entry_tsv ON search_entry USING gin (tsv)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_fts")
        for name in ("ai", "ad", "au"):
            op.execute(f"DROP TRIGGER search_entry_{name}")
    else:
        op.execute("ALTER TABLE search_entry DROP COLUMN tsv")
