"""Skills of two kinds that stay apart everywhere: knowledge and process."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, UniqueConstraint, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hkplein.db import LAZY, Conditions, Model, Verb, change, db, rule, table
from hkplein.errors import Invalid
from hkplein.i18n import _, _l, language

if TYPE_CHECKING:
    from hkplein.models.person import Person

LEAST_FIRST = ("learns", "can", "teaches")  # what somebody may say of a skill
KINDS = {"knowledge": _l("professional knowledge"), "process": _l("process skills")}

STEWARD = _l("Only the administrator changes the list of skills.")


class Skill(Model):
    """Something that people can do: vakkennis (knowledge) or procesvaardigheid (process).

    Anybody proposes one, and it may be used at once; the steward accepts it or merges it into another. A merged skill
    stays findable by its old name.
    """

    __tablename__ = "skill"
    __table_args__ = (
        CheckConstraint("kind IN ('knowledge', 'process')", name="kind"),
        CheckConstraint("state IN ('proposed', 'active', 'merged')", name="state"),
        CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_into"),
        {"sqlite_autoincrement": True},
    )
    PLACE = "skills"
    USABLE: ClassVar[tuple[str, ...]] = ("proposed", "active")
    STATES = {"proposed": _l("proposed"), "active": _l("in use"), "merged": _l("merged")}
    VERBS = table(
        Verb("propose", "", None, "visible_to", told=_l("%(who)s proposes the skill “%(what)s”."), clock=True),
        Verb(
            "accept",
            "proposed",
            "active",
            "acceptable_by",
            _l("Accept"),
            _l("The skill is in use."),
            _l("%(who)s accepted the skill “%(what)s” that you proposed."),
            icon="check",
            primary=True,
        ),
        Verb("rename", "proposed active", None, "renamable_by", _l("Rename"), _l("The name is changed."), icon="edit"),
        Verb(
            "merge",
            "proposed active",
            "merged",
            "mergeable_by",
            _l("Merge"),
            _l("Merged. Everybody who named it has the other one now."),
            _l("%(who)s merged the skill “%(what)s” that you proposed into “%(into)s”."),
            icon="puzzle",
        ),
    )

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

    merged_into: Mapped[Skill | None] = relationship(remote_side="Skill.id", lazy=LAZY)

    @property
    def name(self) -> str:
        """Its name in the language spoken."""
        return self.name_en if language() == "en" and self.name_en else self.name_nl

    @property
    def caption(self) -> str:
        return self.name

    @property
    def wording(self) -> dict[str, str]:
        """Into what it was merged."""
        return {"into": self.merged_into.name if self.merged_into else ""}

    @rule()
    def visible_to(self, person: Person) -> Conditions:
        """Everybody of the municipality."""
        yield person.role != "partner", ""

    @rule("accept")
    def acceptable_by(self, person: Person) -> Conditions:
        """A steward."""
        yield person.steward, STEWARD

    @rule("rename")
    def renamable_by(self, person: Person) -> Conditions:
        """A steward."""
        yield person.steward, STEWARD

    @rule("merge")
    def mergeable_by(self, person: Person) -> Conditions:
        """A steward."""
        yield person.steward, STEWARD

    @staticmethod
    def propose(person: Person, *, kind: str, name_nl: str, name_en: str, description: str) -> Skill:
        """A new skill; it may be used at once, and the stewards look at it."""
        from hkplein.models import Event, Person

        twin = select(Skill).where(Skill.kind == kind, Skill.called(name_nl))
        if found := db.session.scalar(twin):
            raise Invalid(name_nl=_("This one is on the list already, as “%(name)s”.", name=found.name))
        key = re.sub(r"[^a-z0-9]+", "-", name_nl.casefold())[:40].strip("-")
        skill = Skill(
            key=f"{key}-{secrets.token_hex(4)}",
            kind=kind,
            name_nl=name_nl,
            name_en=name_en or name_nl,
            description=description,
            state="active" if person.steward else "proposed",
            proposed_by_id=person.id,
        )
        db.session.add(skill)
        db.session.flush()
        stewards = select(Person.id).where(Person.steward, Person.active)
        Event.record(skill, "propose", by=person, tell={"steward": db.session.scalars(stewards)})
        return skill

    @classmethod
    def called(cls, name: str) -> Any:
        """A condition: it has this name in one of the languages."""
        return or_(cls.name_nl.ilike(_plain(name), escape="/"), cls.name_en.ilike(_plain(name), escape="/"))

    def accept(self, person: Person) -> None:
        """It is in use."""
        change(self, "accept", person)
        self.tell_proposer("accept", person)

    def rename(self, person: Person, *, name_nl: str, name_en: str, description: str) -> None:
        """Another name or description."""
        change(self, "rename", person, name_nl=name_nl, name_en=name_en, description=description)

    def merge(self, person: Person, *, into_id: int) -> None:
        """Everything that names this skill names the other one from now on."""
        into = db.session.get(Skill, into_id)
        if into is None or into.id == self.id or into.state != "active" or into.kind != self.kind:
            raise Invalid(into_id=_("Choose another skill of the same kind that is in use."))
        change(self, "merge", person, merged_into_id=into.id)
        self.hand_on()
        self.tell_proposer("merge", person)

    def hand_on(self) -> None:
        """What names this skill, which was merged, names the other one."""
        if self.merged_into_id is not None:
            _keep_best(self.id, self.merged_into_id)
            for uses in _uses():
                _move(uses, self.id, self.merged_into_id)

    def tell_proposer(self, verb: str, person: Person) -> None:
        from hkplein.models.event import Event

        Event.record(self, verb, by=person, tell={"proposer": [self.proposed_by_id]})

    @staticmethod
    def usable(ids: Iterable[int] = ()) -> Select[Skill]:
        """The skills that may be named, by kind and name; those of `ids` in any case."""
        wanted = Skill.state.in_(Skill.USABLE) | Skill.id.in_(list(ids))
        return select(Skill).where(wanted).order_by(Skill.kind, Skill.name_nl)


def _plain(name: str) -> str:
    """A name for LIKE, with nothing special in it."""
    return re.sub(r"([/%_])", r"/\1", name.strip())


def _uses() -> list[Any]:
    """Every column that names a skill; found in the tables themselves, so that none is forgotten.

    What happened stays with the skill that it happened to.
    """
    return [
        key.parent
        for table_ in Model.metadata.tables.values()
        for key in table_.foreign_keys
        if key.column is Skill.__table__.c.id and table_.name != "event"
    ]


def _keep_best(old: int, new: int) -> None:
    """Who named both skills keeps the most that they said of either."""
    from hkplein.models.person import PersonSkill

    said = select(PersonSkill).where(PersonSkill.skill_id.in_((old, new)))
    rows = {(row.person_id, row.skill_id): row for row in db.session.scalars(said)}
    for (person_id, skill_id), row in rows.items():
        kept = rows.get((person_id, new))
        if skill_id == old and kept and LEAST_FIRST.index(row.level) > LEAST_FIRST.index(kept.level):
            kept.level = row.level


def _move(uses: Any, old: int, new: int) -> None:
    """Let one column name `new` where it named `old`; where that is there already, the old row goes."""
    of = uses.table
    for unique in of.constraints:
        if not isinstance(unique, UniqueConstraint) or uses not in list(unique.columns):
            continue
        twin, columns = of.alias(), [column for column in unique.columns if column is not uses]
        same = [twin.c[column.name] == column for column in columns]
        there = select(twin.c.id).where(twin.c[uses.name] == new, *same).exists()
        db.session.execute(delete(of).where(uses == old, there))
    db.session.execute(update(of).where(uses == old).values({uses: new}))


def skill_name(skill: Any = Skill) -> Any:
    """The name of a skill in the language spoken, as a SQL expression."""
    return func.coalesce(func.nullif(skill.name_en, ""), skill.name_nl) if language() == "en" else skill.name_nl
