"""What may be done with a swap, by whom and when; and which tasks can be swapped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from hkplein.db import (
    FOR_COLLEAGUES,
    LOOKS_ALONG,
    Conditions,
    Verb,
    before,
    differs,
    either,
    rule,
    same,
    table,
    within,
    without,
)
from hkplein.i18n import _l

if TYPE_CHECKING:
    from hkplein.models.person import Person

LIVE = ("proposed", "countered")
ROUNDS = 5
MANDATE = _l("This task asks a mandate, so it cannot be swapped.")
PROMISED = _l("You said yes to a swap ring with this task. It stays as it is until the ring is done, or you say no.")
THEIRS_PROMISED = _l("This task is part of a swap ring now.")
TWO_PLACES = _l("This task has several places, and one person can have one of them.")


class Swappable:
    """The questions that a task answers about swapping."""

    if TYPE_CHECKING:
        id: Any
        holder_id: Any
        state: Any
        offered: Any
        mandate: Any
        posting_id: Any
        issue_id: Any

    @rule()
    def askable_by(self, person: Person) -> Conditions:
        """`person` may propose a swap for it: another holds it and offers it to swap."""
        yield person.acts, LOOKS_ALONG
        yield same(self.state, "taken"), _l("Nobody does this task now, so there is nothing to swap.")
        yield differs(self.holder_id, person.id), _l("You do this task yourself.")
        yield same(self.offered, "swap"), _l("This task is not offered to swap.")
        yield same(self.mandate, False), MANDATE
        yield without(self.posting_id, person.place_ids), TWO_PLACES

    @rule()
    def wishable_by(self, person: Person) -> Conditions:
        """`person` holds it, and may say what they would take for it."""
        yield person.colleague, FOR_COLLEAGUES
        yield same(self.state, "taken"), _l("Nobody does this task now, so there is nothing to swap.")
        yield same(self.holder_id, person.id), _l("You do not do this task.")
        yield same(self.offered, "swap"), _l("Offer this task to swap first.")
        yield same(self.mandate, False), MANDATE

    @rule("swap")
    def swappable_by(self, giver: Person, taker: Person) -> Conditions:
        """It can go from `giver` to `taker`; asked when it is chosen, and again as it is handed over."""
        yield without(self.id, giver.promised_ids), THEIRS_PROMISED
        yield from _passes(self, giver, taker)

    @rule("ring")
    def passable_by(self, giver: Person, taker: Person) -> Conditions:
        """A swap ring can bring it from `giver` to `taker`; asked again as it is handed over."""
        yield from _passes(self, giver, taker)


class SwapRules:
    """The life cycle of a swap."""

    STATES: ClassVar[Mapping[str, Any]] = {
        "proposed": _l("proposed"),
        "countered": _l("another proposal"),
        "done": _l("swapped"),
        "declined": _l("rather not"),
        "withdrawn": _l("withdrawn"),
        "overtaken": _l("overtaken"),
        "expired": _l("expired"),
    }
    VERBS: ClassVar[Mapping[str, Verb]] = table(
        Verb(
            "propose",
            "proposed",
            None,
            "visible_to",
            told=_l("%(who)s proposes a swap to you: “%(what)s”."),
            clock=True,  # no button: a new swap begins with it
        ),
        Verb(
            "accept",
            " ".join(LIVE),
            "done",
            "acceptable_by",
            label=_l("Agreed"),
            said=_l("You have swapped."),
            told=_l("%(who)s agrees. You have swapped: “%(what)s”."),
            icon="check",
            primary=True,
        ),
        Verb(
            "counter",
            " ".join(LIVE),
            "countered",
            "counterable_by",
            label=_l("Another proposal"),
            said=_l("Your proposal is on its way."),
            told=_l("%(who)s makes another proposal: “%(what)s”."),
            icon="arrows-exchange",
        ),
        Verb(
            "decline",
            " ".join(LIVE),
            "declined",
            "declinable_by",
            label=_l("Rather not"),
            said=_l("This swap does not go on. Nothing changes."),
            told=_l("%(who)s would rather not swap: “%(what)s”."),
        ),
        Verb(
            "withdraw",
            " ".join(LIVE),
            "withdrawn",
            "withdrawable_by",
            label=_l("Withdraw"),
            said=_l("You withdrew this. Nothing changes."),
            told=_l("%(who)s withdrew the swap “%(what)s”."),
        ),
        Verb(
            "overtake",
            " ".join(LIVE),
            "overtaken",
            "live",
            told=_l("The swap “%(what)s” cannot go on: one of the tasks has changed."),
            clock=True,
        ),
        Verb(
            "expire",
            " ".join(LIVE),
            "expired",
            "live",
            told=_l("The swap “%(what)s” has ended: it was silent for ten working days."),
            clock=True,
        ),
    )

    if TYPE_CHECKING:
        state: Any
        proposer_id: Any
        other_id: Any
        turn_id: Any
        round: Any

    @rule()
    def visible_to(self, person: Person) -> Conditions:
        """Only the two whom it concerns see it."""
        yield either(same(self.proposer_id, person.id), same(self.other_id, person.id)), ""

    @rule()
    def live(self) -> Conditions:
        """It waits for an answer."""
        yield within(self.state, LIVE), ""

    @rule("accept")
    def acceptable_by(self, person: Person, seen: int | None = None) -> Conditions:
        """Whose turn it is agrees to the round that was `seen`: what you agree to is what you saw."""
        yield same(self.turn_id, person.id), _l("The other has to answer first.")
        if seen is not None:
            yield same(self.round, seen), _l("There is another proposal now. Look at it before you agree.")

    @rule("counter")
    def counterable_by(self, person: Person) -> Conditions:
        """Whose turn it is names other tasks, in at most five rounds."""
        yield same(self.turn_id, person.id), _l("The other has to answer first.")
        yield (
            before(self.round, ROUNDS),
            _l("This was the fifth proposal. Agree to it, or say that you would rather not."),
        )

    @rule("decline")
    def declinable_by(self, person: Person) -> Conditions:
        """Whose turn it is needs no reason to say no."""
        yield same(self.turn_id, person.id), _l("It is the other's turn. You can withdraw your proposal.")

    @rule("withdraw")
    def withdrawable_by(self, person: Person) -> Conditions:
        """Who made the last proposal may take it back."""
        yield either(same(self.proposer_id, person.id), same(self.other_id, person.id)), _l("This swap is not yours.")
        yield differs(self.turn_id, person.id), _l("It is your turn. You can say that you would rather not.")


def _passes(task: Any, giver: Person, taker: Person) -> Conditions:
    yield same(task.holder_id, giver.id), _l("Somebody else does this task now.")
    yield same(task.mandate, False), MANDATE
    yield without(task.posting_id, taker.place_ids), TWO_PLACES
    yield taker.acts, _l("Who would do this task can no longer take it on.")
    if taker.role == "partner":
        yield within(task.issue_id, taker.partner_issue_ids), _l("This task is not open to the partner.")
