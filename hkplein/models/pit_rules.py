"""What may be done with a pit, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.hybrid import hybrid_property

from hkplein.db import FOR_COLLEAGUES, Conditions, Verb, both, db, differs, either, rule, same, table, within
from hkplein.i18n import _l

if TYPE_CHECKING:
    from hkplein.models.person import Person

FOR_MEMBERS = _l("That is for the people of this pit.")
NOT_ASKED = _l("You were not asked for this, or have answered already.")
FOUNDERS = 3  # who start a pit together
PRIVATE = frozenset({"ask-founder", "decline-founding"})  # nobody else's news
SPLIT_ABOVE = 12  # people; a hint, not a rule


class PitRules:
    """The life of a pit: starting → active → closed."""

    STATES: ClassVar[Mapping[str, Any]] = {
        "starting": _l("starting"),
        "active": _l("active"),
        "closed": _l("closed"),
    }
    VERBS = table(
        Verb(
            "join-founding",
            "starting",
            None,
            "cofounded_by",
            _l("Yes, we start this pit together"),
            _l("You said yes."),
            _l("%(who)s says yes to starting the pit “%(what)s”."),
            icon="check",
            primary=True,
        ),
        Verb(
            "decline-founding",
            "starting",
            None,
            "declined_by",
            _l("Rather not"),
            _l("Your answer is sent."),
            _l("%(who)s does not join in starting the pit “%(what)s”. You can ask somebody else."),
        ),
        Verb(
            "ask-founder",
            "starting",
            None,
            "completed_by",
            _l("Ask somebody else"),
            _l("The question is asked."),
            _l("%(who)s asks %(whom)s to start the pit “%(what)s” together."),
            icon="user-plus",
        ),
        Verb(
            "give-up",
            "starting",
            "closed",
            "given_up_by",
            _l("Stop starting this pit"),
            _l("This pit does not start. Everybody you asked has been told."),
            _l("%(who)s does not go on with starting the pit “%(what)s”."),
        ),
        Verb(
            "join",
            "active",
            None,
            "joinable_by",
            _l("This becomes my pit"),
            _l("This is your pit now. Both pits have been told."),
            _l("%(who)s is now in the pit “%(what)s”."),
            icon="user-plus",
        ),
        Verb(
            "edit",
            "active",
            None,
            "editable_by",
            _l("Change purpose and agreements"),
            _l("The pit is changed."),
            _l("%(who)s changed the purpose or the agreements of the pit “%(what)s”."),
            icon="edit",
        ),
        Verb(
            "rename",
            "starting active",
            None,
            "renamable_by",
            _l("Rename"),
            _l("The pit has a new name."),
            _l("%(who)s gave the pit a new name: “%(what)s”."),
            icon="pencil",
        ),
        Verb(
            "announce-closing",
            "active",
            None,
            "announced_by",
            _l("Tell everybody that this pit is going to close"),
            _l("Everybody in this pit has been told."),
            _l("%(who)s wants to close the pit “%(what)s”: its people look for another pit."),
            icon="bell",
        ),
        Verb(
            "rehome",
            "active",
            None,
            "rehomed_by",
            _l("Give all open work to another pit"),
            _l("The work has a new home. That pit has been told."),
            _l("%(who)s gave the open work of the pit “%(what)s” to the pit “%(note)s”."),
            icon="arrows-exchange",
        ),
        Verb(
            "close",
            "active",
            "closed",
            "closable_by",
            _l("Close this pit"),
            _l("This pit is closed. What it did stays readable."),
            _l("%(who)s closed the pit “%(what)s”."),
            icon="archive",
        ),
        Verb(
            "leave",
            "active",
            None,
            "leavable_by",
            _l("Leave this pit"),
            _l("You are between pits now. Your pit has been told."),
            _l("%(who)s left the pit “%(what)s”."),
            icon="logout",
        ),
        # What follows from something else: no button of its own.
        Verb(
            "found",
            "starting",
            None,
            "starting_now",
            told=_l("%(who)s wants to start the pit “%(what)s” with two colleagues."),
            clock=True,
        ),
        Verb(
            "start",
            "starting",
            "active",
            "starting_now",
            told=_l("The pit “%(what)s” has started: its three founders said yes."),
            clock=True,
        ),
        Verb(
            "receive",
            "active",
            None,
            "active_now",
            told=_l("%(who)s gave the open work of the pit “%(note)s” to the pit “%(what)s”."),
            clock=True,
        ),
        Verb(
            "fade",
            "starting",
            "closed",
            "starting_now",
            told=_l("The pit “%(what)s” did not start: not everybody said yes in time."),
            clock=True,
        ),
    )

    if TYPE_CHECKING:
        id: Any
        state: Any

    @hybrid_property
    def deserted(self) -> bool:
        """Nobody is in it any more; asked of the database once and forgotten at every change."""
        from hkplein.models.person import Person

        known = db.session.info.setdefault("facts", {})
        key = f"pit {self.id} is deserted"
        if key not in known:
            lives = select(Person.id).where(Person.pit_id == self.id, Person.active).limit(1)
            known[key] = db.session.scalar(lives) is None
        return bool(known[key])

    @deserted.inplace.expression
    @classmethod
    def _deserted(cls) -> ColumnElement[bool]:
        from hkplein.models.person import Person

        lives = select(func.count()).where(Person.pit_id == cls.id, Person.active)
        return lives.correlate(cls).scalar_subquery() == 0

    @rule()
    def visible_to(self, person: Person) -> Conditions:
        """Everybody but partners."""
        yield person.role != "partner", ""

    @rule("join-founding")
    def cofounded_by(self, person: Person) -> Conditions:
        """Whoever was asked and has not answered yet."""
        yield within(self.id, person.fact("asked-founder")), NOT_ASKED

    @rule("decline-founding")
    def declined_by(self, person: Person) -> Conditions:
        """Whoever was asked and has not answered yet."""
        yield within(self.id, person.fact("asked-founder")), NOT_ASKED

    @rule("ask-founder")
    def completed_by(self, person: Person) -> Conditions:
        """Whoever has said yes, when somebody said no."""
        yield within(self.id, person.fact("founder")), _l("That is for those who start this pit.")

    @rule("give-up")
    def given_up_by(self, person: Person) -> Conditions:
        """Whoever has said yes."""
        yield within(self.id, person.fact("founder")), _l("That is for those who start this pit.")

    @rule("join")
    def joinable_by(self, person: Person) -> Conditions:
        """Any colleague; nobody asks why."""
        yield person.colleague, FOR_COLLEAGUES
        yield differs(self.id, person.pit_id), _l("This is your pit already.")

    @rule("edit")
    def editable_by(self, person: Person) -> Conditions:
        """Its own people."""
        yield same(self.id, person.pit_id), FOR_MEMBERS

    @rule("rename")
    def renamable_by(self, person: Person) -> Conditions:
        """Its own people, those who start it, and the steward."""
        ours = either(same(self.id, person.pit_id), within(self.id, person.fact("founder")))
        yield either(ours, person.steward), FOR_MEMBERS

    @rule("announce-closing")
    def announced_by(self, person: Person) -> Conditions:
        """Its own people."""
        yield same(self.id, person.pit_id), FOR_MEMBERS

    @rule("rehome")
    def rehomed_by(self, person: Person) -> Conditions:
        """Its own people; of a pit that everybody left, any colleague."""
        yield _tidied_by(self, person), FOR_MEMBERS

    @rule("close")
    def closable_by(self, person: Person) -> Conditions:
        """Its own people; of a pit that everybody left, any colleague."""
        yield _tidied_by(self, person), FOR_MEMBERS

    @rule("leave")
    def leavable_by(self, person: Person) -> Conditions:
        """Its own people; nobody asks why."""
        yield same(self.id, person.pit_id), _l("This is not your pit.")

    @rule("start")
    def starting_now(self) -> Conditions:
        """It has not started yet."""
        return iter(())

    @rule("receive")
    def active_now(self) -> Conditions:
        """It is there."""
        return iter(())


def _tidied_by(pit: Any, person: Person) -> Any:
    return either(same(pit.id, person.pit_id), both(person.colleague, pit.deserted))
