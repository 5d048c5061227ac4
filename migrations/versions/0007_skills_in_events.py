"""Events name the skill that they are about; and no pitstop is in the index of words."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = depends_on = None


def upgrade() -> None:
    # In SQL, which both databases read: a batch on SQLite would rebuild the largest table for one column.
    op.execute("ALTER TABLE event ADD COLUMN skill_id INTEGER CONSTRAINT fk_event_skill_id_skill REFERENCES skill (id)")
    named = "(SELECT min(skill.id) FROM skill WHERE skill.name_nl = event.note)"
    op.execute(f"UPDATE event SET skill_id = {named}, note = '' WHERE noun = 'skill'")
    op.execute("DELETE FROM search_entry WHERE noun = 'pitstop'")


def downgrade() -> None:
    op.drop_column("event", "skill_id")
