"""What may be done with a task, when, and by whom; each rule with the sentence that explains a no."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from hkplein.clock import end_of, now, today, working_days_ago
from hkplein.db import (
    Conditions,
    Verb,
    after,
    before,
    both,
    differs,
    either,
    given,
    missing,
    rule,
    same,
    within,
    without,
)
from hkplein.i18n import _l
from hkplein.models.swap_rules import PROMISED, Swappable
from hkplein.models.task_table import PRIVATE, STATES, VERBS

if TYPE_CHECKING:
    from hkplein.models.person import Person

NOT_YOURS = _l("You do not do this task.")
NOT_AUTHOR = _l("Only who posted this task can do that.")
OWN = _l("You posted this yourself.")
ONE_PLACE = _l("You already have one of these places.")


class TaskRules(Swappable):
    """The rules of a task, for the model and for a light row on a list alike."""

    STATES: ClassVar[Mapping[str, Any]] = STATES
    VERBS: ClassVar[Mapping[str, Verb]] = VERBS
    PRIVATE: ClassVar[frozenset[str]] = PRIVATE
    TIPS_AFTER = 3  # working days that it is open
    INVITE_AFTER = 5
    SETTLED_AFTER = 5  # working days after it was reported

    if TYPE_CHECKING:
        id: Any
        state: Any
        author_id: Any
        author_left: Any
        holder_id: Any
        pit_id: Any
        issue_id: Any
        posting_id: Any
        choice: Any
        hands: Any
        due: Any
        offered: Any
        undo_until: Any
        posted_at: Any
        reported_at: Any
        asked: Any

    @rule()
    def visible_to(self, person: Person) -> Conditions:
        """What was never posted is its author's; a partner sees the tasks of its own issues."""
        yield either(given(self.posted_at), same(self.author_id, person.id)), ""
        if person.role == "partner":
            yield within(self.issue_id, person.partner_issue_ids), ""

    @rule()
    def answered_by(self, person: Person) -> Conditions:
        """The author; when that can do nothing any more, the own pit, or who moves the issue."""
        posted, left = same(self.author_id, person.id), same(self.author_left, True)
        if left is not False:  # a column, or somebody who left; most pages need not ask what else one is
            ours = same(self.pit_id, person.pit_id) if person.pit_id else False
            leads = within(self.issue_id, person.lead_ids)
            posted = either(posted, both(left, ours), both(left, leads))
        yield posted, NOT_AUTHOR

    @rule("post")
    def postable_by(self, person: Person) -> Conditions:
        """Your own draft, with a date to come."""
        yield same(self.author_id, person.id), NOT_AUTHOR
        yield after(self.due, yesterday()), _l("Its date has passed. Change the date first.")

    @rule("edit")
    def editable_by(self, person: Person) -> Conditions:
        """The author, the own pit or the team of the issue; nobody loses what they agreed to."""
        yield person.colleague, _l("Only colleagues change a task.")
        ours = same(self.pit_id, person.pit_id) if person.pit_id else False
        yield (
            either(same(self.author_id, person.id), ours, within(self.issue_id, person.team_ids)),
            _l("Only who posted this, their pit or the team can change it."),
        )
        yield same(self.hands, 0), _l("Colleagues raised their hand for what it says now. So it stays like this.")
        yield missing(self.posting_id), _l("A colleague took a place for what it says now. So it stays like this.")

    @rule("claim")
    def claimable_by(self, person: Person) -> Conditions:
        """Who is first has it."""
        yield differs(self.author_id, person.id), OWN
        yield same(self.choice, "first"), _l("Here you raise your hand; the author chooses.")
        yield without(self.posting_id, person.place_ids), ONE_PLACE

    @rule("raise-hand")
    def raisable_by(self, person: Person) -> Conditions:
        """One hand a person, where the author chooses."""
        yield differs(self.author_id, person.id), OWN
        yield same(self.choice, "hands"), _l("Here nobody chooses: who comes first, does it.")
        yield without(self.id, person.hand_task_ids), _l("Your hand is up already.")
        yield without(self.posting_id, person.place_ids), ONE_PLACE

    @rule("lower-hand")
    def lowerable_by(self, person: Person) -> Conditions:
        """Your hand is up."""
        yield same(self.choice, "hands"), _l("Here nobody chooses: who comes first, does it.")
        yield within(self.id, person.hand_task_ids), _l("Your hand is not up.")

    @rule("choose")
    def choosable_by(self, person: Person) -> Conditions:
        """The author chooses, when there is somebody to choose."""
        yield self.answered_by(person), NOT_AUTHOR
        yield same(self.choice, "hands"), _l("Here nobody chooses: who comes first, does it.")
        yield after(self.hands, 0), _l("Nobody has raised a hand yet.")

    @rule("undo")
    def undoable_by(self, person: Person) -> Conditions:
        """A wrong click costs nothing, for a day."""
        yield same(self.holder_id, person.id), NOT_YOURS
        yield without(self.id, person.promised_ids), PROMISED
        yield after(self.undo_until, now()), _l("That is possible for 24 hours. You can still give it back.")

    @rule("join")
    def reopened(self) -> Conditions:
        """Open again, as if nobody had taken it."""
        return iter(())

    @rule("offer")
    def offerable_by(self, person: Person) -> Conditions:
        """Who does it, and does not offer it yet."""
        yield same(self.holder_id, person.id), NOT_YOURS
        yield missing(self.offered), _l("You offer this already.")

    @rule("keep")
    def keepable_by(self, person: Person) -> Conditions:
        """Who offers it."""
        yield same(self.holder_id, person.id), NOT_YOURS
        yield without(self.id, person.promised_ids), PROMISED
        yield given(self.offered), _l("You do not offer this.")

    @rule("take-over")
    def takeable_by(self, person: Person) -> Conditions:
        """Any other colleague, when it is offered to give away."""
        yield differs(self.holder_id, person.id), _l("You do this task already.")
        yield given(self.offered), _l("A colleague does this, and does not offer it.")
        yield same(self.offered, "give"), _l("This is offered to swap: propose a task of your own for it.")
        yield without(self.posting_id, person.place_ids), ONE_PLACE

    @rule("release")
    def releasable_by(self, person: Person) -> Conditions:
        """Who does it, with a handover."""
        yield same(self.holder_id, person.id), NOT_YOURS
        yield without(self.id, person.promised_ids), PROMISED

    @rule("report")
    def reportable_by(self, person: Person) -> Conditions:
        """Who does it."""
        yield same(self.holder_id, person.id), NOT_YOURS
        yield without(self.id, person.promised_ids), PROMISED

    @rule("confirm")
    def confirmable_by(self, person: Person) -> Conditions:
        """The author."""
        yield self.answered_by(person), NOT_AUTHOR

    @rule("return")
    def returnable_by(self, person: Person) -> Conditions:
        """The author, with a reason."""
        yield self.answered_by(person), NOT_AUTHOR

    @rule("withdraw")
    def withdrawable_by(self, person: Person) -> Conditions:
        """The author, with a reason."""
        yield self.answered_by(person), NOT_AUTHOR

    @rule("scrap")
    def scrappable_by(self, person: Person) -> Conditions:
        """The author, with a reason: needless work is work too."""
        yield self.answered_by(person), NOT_AUTHOR

    @rule("repost")
    def repostable_by(self, person: Person) -> Conditions:
        """The author of a task that nobody took."""
        yield self.answered_by(person), NOT_AUTHOR

    @rule("stand-in")
    def left_behind(self) -> Conditions:
        """Its author can do nothing any more."""
        yield same(self.author_left, True), _l("Whoever posted this answers for it.")

    # What time does: these ask about nobody.

    @rule("expire")
    def expired(self) -> Conditions:
        """Open, and its date is over."""
        yield before(self.due, today()), _l("Its date has not passed.")

    @rule("tips")
    def tips_due(self) -> Conditions:
        """Open for three working days."""
        yield same(self.asked, ""), _l("The tips were given.")
        yield before(self.posted_at, end_of(working_days_ago(self.TIPS_AFTER))), _l("It is new.")

    @rule("invite")
    def invitation_due(self) -> Conditions:
        """Open for five working days."""
        yield same(self.asked, "tips"), _l("The invitations were sent.")
        yield before(self.posted_at, end_of(working_days_ago(self.INVITE_AFTER))), _l("It is new.")

    @rule("date-passed")
    def date_passed(self) -> Conditions:
        """Somebody does it, and its date is over."""
        yield differs(self.asked, "date-passed"), _l("The note was sent.")
        yield before(self.due, today()), _l("Its date has not passed.")

    @rule("settle")
    def settled(self) -> Conditions:
        """Reported five working days ago, and the author said nothing."""
        yield before(self.reported_at, end_of(working_days_ago(self.SETTLED_AFTER))), _l("It was reported lately.")


def yesterday() -> Any:
    """The date before today: what comes after it is not over yet."""
    return today() - timedelta(days=1)
