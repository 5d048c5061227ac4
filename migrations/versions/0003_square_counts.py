"""Counts on the square: triggers that write a line for every change of what its filters show.

A later migration that rebuilds `task`, `seat`, `task_skill`, `seat_skill` or `issue` in batch mode on SQLite drops the
triggers on it: it must make them again.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = depends_on = None

# Per noun: when it stands on the square, the columns that decide which filters show it, and the lines that it counts
# in: facet, value, and where else to look. {row} is NEW, OLD or the table itself.
NOUNS = {
    "task": (
        "({row}.state = 'open' OR {row}.offered IS NOT NULL)",
        "state, offered, hours, place, pit_id, issue_id, less_fun, learns_id",
        (
            ("kind", "CASE WHEN {row}.state = 'open' THEN 'open' ELSE {row}.offered END", "", ""),
            ("hours", "CAST({row}.hours AS VARCHAR)", "", ""),
            ("place", "{row}.place", "", "{row}.place <> ''"),
            ("pit", "CAST({row}.pit_id AS VARCHAR)", "", "{row}.pit_id IS NOT NULL"),
            ("less_fun", "'1'", "", "{row}.less_fun"),
            ("learns", "'1'", "", "{row}.learns_id IS NOT NULL"),
            ("theme", "issue.theme", "issue", "issue.id = {row}.issue_id AND issue.theme <> ''"),
            ("skill", "CAST(task_skill.skill_id AS VARCHAR)", "task_skill", "task_skill.task_id = {row}.id"),
        ),
    ),
    "seat": (
        "{row}.state = 'open'",
        "state, hours, issue_id",
        (
            ("kind", "'seat'", "", ""),
            ("hours", "CAST({row}.hours AS VARCHAR)", "", ""),
            ("pit", "CAST(issue.pit_id AS VARCHAR)", "issue", "issue.id = {row}.issue_id"),
            ("theme", "issue.theme", "issue", "issue.id = {row}.issue_id AND issue.theme <> ''"),
            ("skill", "CAST(seat_skill.skill_id AS VARCHAR)", "seat_skill", "seat_skill.seat_id = {row}.id"),
        ),
    ),
}
WRITE = "INSERT INTO square_count (facet, value, n) "


def lines(noun: str, row: str, sign: int) -> str:
    """Count `row` in (1) or out (-1)."""
    on_square, _columns, facets = NOUNS[noun]
    selects = []
    for facet, value, source, where in facets:
        conditions = " AND ".join(part for part in (on_square, where) if part)
        selects.append(f"SELECT '{facet}', {value}, {sign}{source and f' FROM {source}'} WHERE {conditions}")
    return WRITE + " UNION ALL ".join(selects).format(row=row) + ";"


def skill_line(noun: str, row: str, sign: int) -> str:
    """Count one skill that a thing on the square asks in or out."""
    on_square = NOUNS[noun][0].format(row=noun)
    return (
        f"{WRITE}SELECT 'skill', CAST({row}.skill_id AS VARCHAR), {sign} FROM {noun}"
        f" WHERE {noun}.id = {row}.{noun}_id AND {on_square};"
    )


def issue_lines(row: str, sign: int) -> str:
    """Count the theme and the pit of an issue in or out, for everything of it that is on the square."""
    tasks, seats = (f"{noun} WHERE {noun}.issue_id = {row}.id AND {NOUNS[noun][0].format(row=noun)}" for noun in NOUNS)
    theme = f"SELECT 'theme', {row}.theme, {sign} FROM {{things}} AND {row}.theme <> ''"
    pit = f"SELECT 'pit', CAST({row}.pit_id AS VARCHAR), {sign} FROM {seats}"
    return WRITE + " UNION ALL ".join((theme.format(things=tasks), theme.format(things=seats), pit)) + ";"


def triggers() -> list[tuple[str, str, str, str]]:
    """Name, table, moment and what to do."""
    made = []
    for noun, (_on_square, columns, _facets) in NOUNS.items():
        out, in_ = lines(noun, "OLD", -1), lines(noun, "NEW", 1)
        link, gone, new = f"{noun}_skill", skill_line(noun, "OLD", -1), skill_line(noun, "NEW", 1)
        made += [
            (f"{noun}_counted_in", noun, "INSERT", in_),
            (f"{noun}_counted", noun, f"UPDATE OF {columns}", f"{out} {in_}"),
            (f"{noun}_counted_out", noun, "DELETE", out),
            (f"{link}_counted_in", link, "INSERT", new),
            (f"{link}_counted", link, "UPDATE OF skill_id", f"{gone} {new}"),
            (f"{link}_counted_out", link, "DELETE", gone),
        ]
    return [
        *made,
        ("issue_counted", "issue", "UPDATE OF theme, pit_id", f"{issue_lines('OLD', -1)} {issue_lines('NEW', 1)}"),
    ]


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table, moment, act in triggers():
        if sqlite:
            op.execute(f"CREATE TRIGGER {name} AFTER {moment} ON {table} FOR EACH ROW BEGIN {act} END")
        else:
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {act} RETURN NULL; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} AFTER {moment} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    op.execute("DELETE FROM square_count")
    for noun, (on_square, _columns, facets) in NOUNS.items():
        for facet, value, source, where in facets:
            tables = ", ".join(part for part in (noun, source) if part)
            conditions = " AND ".join(part for part in (on_square, where) if part)
            count = f"SELECT '{facet}', {value}, count(*) FROM {tables} WHERE {conditions} GROUP BY 2"
            op.execute(WRITE + count.format(row=noun))


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table, _moment, _act in triggers():
        op.execute(f"DROP TRIGGER {name}" if sqlite else f"DROP TRIGGER {name} ON {table}")
        if not sqlite:
            op.execute(f"DROP FUNCTION {name}()")
