"""What may be done with a swap ring, by whom and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from hkplein.clock import now, today, working_days_after
from hkplein.db import Conditions, Verb, after, before, rule, table, within
from hkplein.i18n import _l

if TYPE_CHECKING:
    from hkplein.models.person import Person

NOT_IN = _l("You are not part of this ring.")
TOO_FAR = _l("The deadline of this ring has passed.")
ANSWER_IN = 2  # working days


def last_day() -> date:
    """The day on which everybody has answered a ring that is proposed now."""
    return working_days_after(today(), ANSWER_IN)


class RingRules:
    """The life cycle of a ring."""

    STATES: ClassVar[Mapping[str, Any]] = {
        "proposed": _l("proposed"),
        "done": _l("carried out"),
        "dissolved": _l("dissolved"),
    }
    VERBS: ClassVar[Mapping[str, Verb]] = table(
        Verb(
            "propose",
            "proposed",
            None,
            "proposed",
            told=_l("There is a swap ring with you in it: “%(what)s”. Look before the deadline whether you want it."),
            clock=True,
        ),
        Verb(
            "agree",
            "proposed",
            None,
            "agreeable_by",
            label=_l("Agreed"),
            said=_l("You said yes."),
            told=_l("%(who)s said yes to “%(what)s”."),
            gone=_l("This ring waits no longer: it is “%(state)s”."),
            icon="check",
            primary=True,
        ),
        Verb(
            "decline",
            "proposed",
            "dissolved",
            "declinable_by",
            label=_l("Rather not"),
            said=_l("This ring does not go on. Nobody hears that it was you, and your wish stands."),
            gone=_l("This ring waits no longer: it is “%(state)s”."),
        ),
        Verb(
            "carry-out",
            "proposed",
            "done",
            "proposed",
            told=_l("Everybody said yes: “%(what)s” is carried out."),
            clock=True,  # no button: the last yes does it
        ),
        Verb(
            "dissolve",
            "proposed",
            "dissolved",
            "proposed",
            told=_l("“%(what)s” does not go on. Nothing has changed hands."),
            clock=True,  # no button: a no does it, or a task that changed
        ),
        Verb("expire", "proposed", "dissolved", "overdue", clock=True),
    )

    if TYPE_CHECKING:
        id: Any
        state: Any
        deadline: Any

    @rule()
    def visible_to(self, person: Person) -> Conditions:
        """Only who is part of it sees it."""
        yield within(self.id, person.ring_ids), ""

    @rule("agree")
    def agreeable_by(self, person: Person) -> Conditions:
        """Who is part of it and has not said yes, before the deadline."""
        yield within(self.id, person.ring_ids), NOT_IN
        yield within(self.id, person.asked_ring_ids), _l("You said yes already. The others have to answer.")
        yield after(self.deadline, now()), TOO_FAR

    @rule("decline")
    def declinable_by(self, person: Person) -> Conditions:
        """Who is part of it; a yes can be taken back as long as the others think."""
        yield within(self.id, person.ring_ids), NOT_IN

    @rule("carry-out")
    def proposed(self) -> Conditions:
        """It waits for answers."""
        return iter(())

    @rule("expire")
    def overdue(self) -> Conditions:
        """Its deadline has passed."""
        yield before(self.deadline, now()), _l("Its deadline has not passed.")
