"""What may be done with a bid on a seat, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import ScalarSelect, select
from sqlalchemy.ext.hybrid import hybrid_property

from hkplein.db import Conditions, Verb, both, differs, either, given, rule, same, table, within
from hkplein.i18n import _l
from hkplein.models.seat_rules import TAKEN

if TYPE_CHECKING:
    from hkplein.models.person import Person

UNANSWERED = ("raised", "invited", "waiting")
# Why somebody does not sit there, where nobody wrote a sentence.
WHY_NO = {
    "own": _l("You said that you would rather not."),
    "lead": _l("The invitation was withdrawn."),
    "silent": _l("The invitation stayed without an answer."),
    "taken": _l("The seat went to a colleague. Thank you for raising your hand."),
    "end": _l("The seat has ended."),
    "close": _l("The seat has ended, because its issue has ended."),
    "run-out": _l("The seat has ended, because its date has passed."),
}
ANSWERED = _l("This has been answered already: “%(state)s”.")
NOT_YOURS = _l("A raised hand is answered by the trekker or the deputy, an invitation by whoever is invited.")


class BidRules:
    """The life of a bid: raised or invited, then a yes of the other side, or a no, or a place on the waiting list."""

    STATES: ClassVar[Mapping[str, Any]] = {
        "raised": _l("hand raised"),
        "invited": _l("invited"),
        "waiting": _l("on the waiting list"),
        "accepted": _l("accepted"),
        "declined": _l("not this time"),
        "withdrawn": _l("withdrawn"),
        "left": _l("left"),
    }
    VERBS = table(
        Verb(
            "accept",
            "raised invited waiting",
            "accepted",
            "acceptable_by",
            _l("Agree"),
            _l("Agreed. The team and the home pit have been told."),
            _l("Agreed: %(whom)s takes the seat “%(what)s” in “%(issue)s”."),
            gone=ANSWERED,
            icon="check",
            primary=True,
        ),
        Verb(
            "wait",
            "raised",
            "waiting",
            "listed_by",
            _l("Put on the waiting list"),
            _l("Put on the waiting list, and told so."),
            _l("%(whom)s is on the waiting list for the seat “%(what)s” in “%(issue)s”."),
            gone=ANSWERED,
            icon="hourglass",
        ),
        Verb(
            "decline",
            "raised invited waiting",
            "declined",
            "declinable_by",
            _l("Rather not"),
            _l("Your answer is sent."),
            _l("Not this time, says %(who)s: %(whom)s and the seat “%(what)s” in “%(issue)s”."),
            gone=ANSWERED,
        ),
        Verb(
            "withdraw",
            "raised invited waiting",
            "withdrawn",
            "withdrawable_by",
            _l("Withdraw"),
            _l("Withdrawn."),
            _l("The hand or invitation of %(whom)s for the seat “%(what)s” in “%(issue)s” was withdrawn."),
            gone=ANSWERED,
        ),
        Verb(
            "leave",
            "accepted",
            "left",
            "leavable_by",
            _l("Leave this seat"),
            _l("You have left this seat. The trekker and your pit have been told."),
            gone=_l("You do not sit in this seat any more."),
            icon="logout",
        ),
        Verb(
            "offer",
            "waiting",
            "invited",
            "waits",
            told=_l("The seat “%(what)s” in “%(issue)s” is free again, and you are first on the waiting list."),
            clock=True,
        ),
        Verb(
            "remind",
            "raised invited",
            None,
            "unanswered_still",
            told=_l("%(whom)s and the seat “%(what)s” in “%(issue)s” still wait for an answer."),
            clock=True,
        ),
        Verb(
            "pass-over",
            "raised",
            "declined",
            "raised_still",
            told=_l("The seat “%(what)s” in “%(issue)s” went to a colleague. Thank you for raising your hand."),
            clock=True,
        ),
        Verb(
            "run-out",
            "invited",
            "withdrawn",
            "invited_still",
            told=_l("The invitation of %(whom)s for the seat “%(what)s” in “%(issue)s” stayed without an answer."),
            clock=True,
        ),
    )

    if TYPE_CHECKING:
        state: Any
        seat: Any
        seat_id: Any
        person_id: Any
        by_id: Any

    # What a rule asks of the seat.

    @hybrid_property
    def seat_state(self) -> str | None:
        """The state of the seat that it is for."""
        return self.seat.state if self.seat else None

    @seat_state.inplace.expression
    @classmethod
    def _seat_state(cls) -> ScalarSelect[Any]:
        return _of_seat(cls, "state")

    @hybrid_property
    def issue_id(self) -> int | None:
        """The issue in whose team the seat is."""
        return self.seat.issue_id if self.seat else None

    @issue_id.inplace.expression
    @classmethod
    def _issue_id(cls) -> ScalarSelect[Any]:
        return _of_seat(cls, "issue_id")

    # Rules.

    @rule()
    def visible_to(self, person: Person) -> Conditions:
        """A hand for a seat is read by its two sides only."""
        yield given(self.seat_id), ""
        yield (
            either(
                same(self.person_id, person.id),
                same(self.by_id, person.id),
                within(self.issue_id, person.lead_ids),
            ),
            "",
        )

    @rule("accept")
    def acceptable_by(self, person: Person) -> Conditions:
        """By the other side, while nobody sits there."""
        yield _answers(self, person), NOT_YOURS
        yield same(self.seat_state, "open"), TAKEN

    @rule("wait")
    def listed_by(self, person: Person) -> Conditions:
        """By whoever leads the issue."""
        yield _leads(self, person), NOT_YOURS

    @rule("decline")
    def declinable_by(self, person: Person) -> Conditions:
        """By the other side."""
        yield _answers(self, person), NOT_YOURS

    @rule("withdraw")
    def withdrawable_by(self, person: Person) -> Conditions:
        """By whoever raised the hand, or whose issue invites."""
        own = both(within(self.state, ("raised", "waiting")), same(self.person_id, person.id))
        ours = both(same(self.state, "invited"), _leads(self, person))
        yield either(own, ours), _l("A hand is taken down by whoever raised it, an invitation by the trekker.")

    @rule("leave")
    def leavable_by(self, person: Person) -> Conditions:
        """By whoever sits there."""
        yield same(self.person_id, person.id), _l("You do not sit in this seat.")
        yield same(self.seat_state, "filled"), _l("This seat has ended.")

    @rule("offer")
    def waits(self) -> Conditions:
        """Still on the waiting list."""
        return iter(())

    @rule("remind")
    def unanswered_still(self) -> Conditions:
        """Nobody has answered."""
        return iter(())

    @rule("pass-over")
    def raised_still(self) -> Conditions:
        """Still up, while somebody else sits there."""
        yield same(self.seat_state, "filled"), TAKEN

    @rule("run-out")
    def invited_still(self) -> Conditions:
        """The invitation has no answer."""
        return iter(())


def _answers(bid: Any, person: Person) -> Any:
    """Whether it is for `person` to say yes or no: both sides do, one after the other."""
    asked = both(same(bid.state, "invited"), same(bid.person_id, person.id))
    lead = both(within(bid.state, ("raised", "waiting")), _leads(bid, person))
    return either(asked, lead)


def _leads(bid: Any, person: Person) -> Any:
    """Whether `person` moves the issue, and it is not their own hand: nobody is both sides."""
    return both(within(bid.issue_id, person.lead_ids), differs(bid.person_id, person.id))


def _of_seat(bid: Any, column: str) -> ScalarSelect[Any]:
    from hkplein.models.seat import Seat

    return select(getattr(Seat, column)).where(Seat.id == bid.seat_id).correlate(bid).scalar_subquery()
