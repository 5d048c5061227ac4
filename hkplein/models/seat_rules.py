"""What may be done with a seat, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from hkplein.db import Conditions, Verb, rule, table, within, without
from hkplein.i18n import _l

if TYPE_CHECKING:
    from hkplein.models.person import Person

NOT_YOURS = _l("Only the trekker or the deputy of this issue can do that.")
TAKEN = _l("Somebody else sits in this seat now, or the seat has ended.")


class SeatRules:
    """The life of a seat: open → filled → ended, and open again when its holder leaves."""

    STATES: ClassVar[Mapping[str, Any]] = {"open": _l("open"), "filled": _l("filled"), "ended": _l("ended")}
    VERBS = table(
        Verb(
            "raise-hand",
            "open",
            None,
            "hand_welcome_from",
            _l("I raise my hand"),
            _l("Your hand is up. You always get an answer."),
            _l("%(who)s raised a hand for the seat “%(what)s” in “%(issue)s”."),
            gone=TAKEN,
            icon="hand-stop",
            primary=True,
        ),
        Verb(
            "invite",
            "open",
            None,
            "invites",
            _l("Invite a colleague"),
            _l("The invitation is sent."),
            _l("%(who)s invites %(whom)s for the seat “%(what)s” in “%(issue)s”."),
            gone=TAKEN,
            icon="mail",
        ),
        Verb(
            "edit",
            "open filled",
            None,
            "editable_by",
            _l("Change this seat"),
            _l("The seat is changed."),
            _l("%(who)s changed the seat “%(what)s” in “%(issue)s”: %(hours)s until %(until)s."),
            icon="edit",
        ),
        Verb(
            "end",
            "open filled",
            "ended",
            "endable_by",
            _l("End this seat"),
            _l("The seat has ended. Everybody concerned has been told."),
            _l("%(who)s ended the seat “%(what)s” in “%(issue)s”."),
        ),
        # What follows from something else: no button of its own.
        Verb(
            "describe",
            "open",
            None,
            "open_now",
            told=_l("%(who)s looks for somebody for the seat “%(what)s” in “%(issue)s”."),
            clock=True,
        ),
        Verb(
            "fill",
            "open",
            "filled",
            "open_now",
            told=_l("%(who)s joins “%(issue)s” as “%(what)s”: gives %(hours)s until %(until)s."),
            gone=TAKEN,
            clock=True,
        ),
        Verb(
            "answer-others",
            "filled",
            None,
            "filled_now",
            told=_l("The seat “%(what)s” in “%(issue)s” is filled. Give the other raised hands an answer too."),
            clock=True,
        ),
        Verb(
            "free",
            "filled",
            "open",
            "filled_now",
            told=_l("%(who)s left the seat “%(what)s” in “%(issue)s”."),
            clock=True,
        ),
        Verb(
            "close",
            "open filled",
            "ended",
            "not_over",
            told=_l("The seat “%(what)s” has ended: the issue “%(issue)s” has ended."),
            clock=True,
        ),
        Verb(
            "last-week",
            "filled",
            None,
            "filled_now",
            told=_l("The seat “%(what)s” in “%(issue)s” ends on %(until)s. Going on longer? Then move the date."),
            clock=True,
        ),
        Verb(
            "run-out",
            "open filled",
            "ended",
            "not_over",
            told=_l("The seat “%(what)s” in “%(issue)s” has ended: it was until %(until)s."),
            clock=True,
        ),
    )

    if TYPE_CHECKING:
        id: Any
        issue_id: Any
        state: Any

    @rule()
    def visible_to(self, person: Person) -> Conditions:
        """Everybody reads seats; a partner those in its own issues."""
        if person.role == "partner":
            yield within(self.issue_id, person.partner_issue_ids), ""

    @rule("raise-hand")
    def hand_welcome_from(self, person: Person) -> Conditions:
        """One hand a person, and not of those who move the issue: they are in the team."""
        yield without(self.issue_id, person.lead_ids), _l("You move this issue, so you are in the team already.")
        yield (
            without(self.id, person.fact("seat-hand")),
            _l("Your hand for this seat is up already, or you are invited."),
        )

    @rule("invite")
    def invites(self, person: Person) -> Conditions:
        """The trekker or the deputy asks somebody."""
        yield within(self.issue_id, person.lead_ids), NOT_YOURS

    @rule("edit")
    def editable_by(self, person: Person) -> Conditions:
        """The trekker or the deputy says what it asks."""
        yield within(self.issue_id, person.lead_ids), NOT_YOURS

    @rule("end")
    def endable_by(self, person: Person) -> Conditions:
        """The trekker or the deputy needs it no longer."""
        yield within(self.issue_id, person.lead_ids), NOT_YOURS

    # What follows from something else asks nobody; the state is checked all the same.

    @rule("fill")
    def open_now(self) -> Conditions:
        """Nobody sits in it: one person too many is impossible."""
        return iter(())

    @rule("free")
    def filled_now(self) -> Conditions:
        """Somebody sits in it."""
        return iter(())

    @rule("close")
    def not_over(self) -> Conditions:
        """It has not ended yet."""
        return iter(())
