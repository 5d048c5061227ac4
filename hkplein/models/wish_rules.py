"""What may be done with a wish, by whom and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from hkplein.db import LOOKS_ALONG, Conditions, Verb, rule, same, table
from hkplein.i18n import _l

if TYPE_CHECKING:
    from hkplein.models.person import Person

LIVE = ("standing", "lapsed")  # it stands, or could stand again
NOT_YOURS = _l("This wish is not yours.")


class WishRules:
    """The life cycle of a wish."""

    STATES: ClassVar[Mapping[str, Any]] = {
        "standing": _l("stands"),
        "met": _l("came true"),
        "revoked": _l("revoked"),
        "lapsed": _l("rests"),
        "over": _l("is over"),
    }
    VERBS: ClassVar[Mapping[str, Verb]] = table(
        Verb(
            "make",
            "standing",
            None,
            "own",
            told=_l("%(who)s made the wish “%(what)s”."),
            clock=True,  # no button: a new wish begins with it
        ),
        Verb(
            "keep",
            " ".join(LIVE),
            "standing",
            "keepable_by",
            label=_l("Yes, I still want this"),
            said=_l("Your wish stands. We ask again in a week."),
            told=_l("%(who)s keeps the wish “%(what)s”."),
            icon="check",
            primary=True,
        ),
        Verb(
            "change",
            "standing",
            None,
            "changeable_by",
            label=_l("Change my wish"),
            said=_l("Your wish is changed."),
            told=_l("%(who)s changed the wish “%(what)s”."),
            icon="edit",
        ),
        Verb(
            "revoke",
            " ".join(LIVE),
            "revoked",
            "revocable_by",
            label=_l("Revoke my wish"),
            said=_l("Your wish is revoked. Nothing else changes."),
            told=_l("%(who)s revoked the wish “%(what)s”."),
        ),
        Verb(
            "ask",
            "standing",
            None,
            "standing",
            told=_l("Do you still want this? Your wish “%(what)s” has stood for a week."),
            clock=True,
        ),
        Verb(
            "lapse",
            "standing",
            "lapsed",
            "standing",
            told=_l("Your wish “%(what)s” rests: we heard nothing from you. With one tap it stands again."),
            clock=True,
        ),
        Verb(
            "meet",
            "standing",
            "met",
            "standing",
            told=_l("Your wish “%(what)s” came true."),
            clock=True,  # no button: a swap ring does it
        ),
        Verb(
            "end",
            " ".join(LIVE),
            "over",
            "ending",
            told=_l("Your wish “%(what)s” is over: you no longer offer that task to swap."),
            clock=True,  # no button: it happens when the task goes elsewhere
        ),
    )

    if TYPE_CHECKING:
        person_id: Any
        state: Any

    @rule()
    def visible_to(self, person: Person) -> Conditions:
        """Only whose it is sees it."""
        yield same(self.person_id, person.id), ""

    @rule()
    def own(self, person: Person) -> Conditions:
        """It is yours, and you take part."""
        yield person.acts, LOOKS_ALONG
        yield same(self.person_id, person.id), NOT_YOURS

    @rule("keep")
    def keepable_by(self, person: Person) -> Conditions:
        """It is yours; a wish that rests stands again."""
        yield same(self.person_id, person.id), NOT_YOURS

    @rule("change")
    def changeable_by(self, person: Person) -> Conditions:
        """It is yours."""
        yield same(self.person_id, person.id), NOT_YOURS

    @rule("revoke")
    def revocable_by(self, person: Person) -> Conditions:
        """It is yours; it needs no reason."""
        yield same(self.person_id, person.id), NOT_YOURS

    @rule("ask")
    def standing(self) -> Conditions:
        """It takes part in the next round."""
        return iter(())

    @rule("end")
    def ending(self) -> Conditions:
        """It stands, or could stand again."""
        return iter(())
