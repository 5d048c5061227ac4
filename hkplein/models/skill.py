"""Skills of two kinds that stay apart everywhere: knowledge and process."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from hkplein.db import Model
from hkplein.i18n import _l, language

KINDS = {"knowledge": _l("professional knowledge"), "process": _l("process skills")}


class Skill(Model):
    """Something that people can do: vakkennis (knowledge) or procesvaardigheid (process)."""

    __tablename__ = "skill"
    __table_args__ = (
        CheckConstraint("kind IN ('knowledge', 'process')", name="kind"),
        CheckConstraint("state IN ('proposed', 'active', 'merged')", name="state"),
        {"sqlite_autoincrement": True},
    )
    PLACE = "skills"
    STATES = {"proposed": _l("proposed"), "active": _l("in use"), "merged": _l("merged")}

    key: Mapped[str] = mapped_column(String(60), unique=True)
    name_nl: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10))
    group: Mapped[str] = mapped_column(String(60), default="")
    description: Mapped[str] = mapped_column(default="")
    esco: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(10), default="active", index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("skill.id"))
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    @property
    def name(self) -> str:
        """Its name in the language spoken."""
        return self.name_en if language() == "en" and self.name_en else self.name_nl
