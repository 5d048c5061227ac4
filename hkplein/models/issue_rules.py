"""Who may do what to an issue, and when time does something."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hkplein.clock import end_of, now, today, working_days_ago
from hkplein.db import (
    FOR_COLLEAGUES,
    Conditions,
    Model,
    before,
    both,
    differs,
    either,
    given,
    missing,
    rule,
    same,
    within,
)
from hkplein.i18n import _l
from hkplein.models.issue_table import STATES, VERBS

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Mapped

    from hkplein.models.person import Person

STALE = timedelta(weeks=6)
A_WEEK = timedelta(weeks=1)
SEEKING_DAYS, ANSWER_DAYS, IDEA_DAYS, REST_DAYS = 10, 5, 20, 10  # working days

NOT_TREKKER = _l("That is for the trekker, or the deputy while the trekker is away.")
NO_DEPUTY = _l("First find a deputy: no issue runs on one person.")
NOT_YOURS = _l("You are not the trekker of this issue.")
ASKED_ALREADY = _l("Somebody was asked already. Wait for the answer, or keep it after all.")
PIT_ASKED_ALREADY = _l("A pit was asked already. Wait for the answer, or keep it after all.")


def moving(issue: Any, person: Person) -> Any:
    """`person` is its trekker, or its deputy while the trekker is away or there is none."""
    alone = either(missing(issue.trekker_id), within(issue.id, person.stand_in_ids))
    return either(same(issue.trekker_id, person.id), both(same(issue.deputy_id, person.id), alone))


def ours(issue: Any, person: Person) -> Any:
    """`person` posted it, or is of its pit."""
    return either(same(issue.author_id, person.id), same(issue.pit_id, person.pit_id or 0))


def quiet(issue: Any, since: Any, days: int) -> Any:
    """So many working days have gone by since then, and since time asked the last time."""
    limit = end_of(working_days_ago(days))
    return both(before(since, limit), either(issue.reminded == 0, before(issue.reminded_at, limit)))


def for_mover(verb: str) -> rule:
    """A rule of which the whole text is: whoever moves it."""

    def movable_by(self: IssueRules, person: Person) -> Conditions:
        """Whoever moves it."""
        yield moving(self, person), NOT_TREKKER

    return rule(verb)(movable_by)


def for_asked(verb: str) -> rule:
    """A rule of which the whole text is: the colleague who was asked to become trekker."""

    def asked_of(self: IssueRules, person: Person) -> Conditions:
        """The colleague who was asked."""
        yield same(self.offered_lead_id, person.id), _l("You were not asked to become trekker.")

    return rule(verb)(asked_of)


def asked_of_pit(issue: Any, person: Person) -> Conditions:
    """`person` is of the pit that was asked."""
    yield person.colleague, FOR_COLLEAGUES
    yield same(issue.offered_pit_id, person.pit_id or 0), _l("Your pit was not asked to take this over.")


class IssueRules(Model):
    """The rules of an issue, asked of a row or of the whole table."""

    __abstract__ = True
    STATES = STATES
    VERBS = VERBS

    if TYPE_CHECKING:
        state: Mapped[str]
        author_id: Mapped[int]
        pit_id: Mapped[int]
        trekker_id: Mapped[int | None]
        deputy_id: Mapped[int | None]
        offered_lead_id: Mapped[int | None]
        offered_pit_id: Mapped[int | None]
        asked_at: Mapped[datetime | None]
        created_at: Mapped[datetime]
        sought_at: Mapped[datetime | None]
        led_at: Mapped[datetime | None]
        round_ends: Mapped[date | None]
        round_told: Mapped[date | None]
        updated_at: Mapped[datetime | None]
        reminded: Mapped[int]
        reminded_at: Mapped[datetime | None]
        look_again: Mapped[date | None]

    @rule()
    def visible_to(self, person: Person) -> Conditions:
        """Everybody reads everything; a partner what is shared with it."""
        if person.role == "partner":
            yield within(self.id, person.partner_issue_ids), ""

    @rule("edit")
    def editable_by(self, person: Person) -> Conditions:
        """Its author, its pit and whoever moves it."""
        yield person.colleague, FOR_COLLEAGUES
        yield (
            either(ours(self, person), moving(self, person)),
            _l("That is for who posted it, its pit and its trekker."),
        )

    @rule("seek")
    def seekable_by(self, person: Person) -> Conditions:
        """Its author or its pit."""
        yield person.colleague, FOR_COLLEAGUES
        yield ours(self, person), _l("That is for who posted it and its pit.")

    @rule("lead")
    def leadable_by(self, person: Person) -> Conditions:
        """Any colleague; nobody is ever appointed."""
        yield person.colleague, FOR_COLLEAGUES

    @rule("deputise")
    def deputisable_by(self, person: Person) -> Conditions:
        """Any other colleague; there is one deputy."""
        yield person.colleague, FOR_COLLEAGUES
        yield differs(self.trekker_id, person.id), _l("You are trekker already.")
        yield missing(self.deputy_id), _l("There is a deputy already. You can still take a seat in the team.")

    @rule("start")
    def startable_by(self, person: Person) -> Conditions:
        """Not without a deputy."""
        yield moving(self, person), NOT_TREKKER
        yield given(self.deputy_id), NO_DEPUTY

    @rule("update")
    def updatable_by(self, person: Person) -> Conditions:
        """Trekker or deputy."""
        yield (
            either(same(self.trekker_id, person.id), same(self.deputy_id, person.id)),
            _l("The state of play is written by the trekker or the deputy."),
        )

    pausable_by = for_mover("pause")
    resumable_by = for_mover("resume")
    renewable_by = for_mover("renew")
    finishable_by = for_mover("finish")
    stoppable_by = for_mover("stop")

    @rule("let-go")
    def releasable_by(self, person: Person) -> Conditions:
        """Whoever moves it; as long as nobody does, its author and its pit."""
        nobody = both(missing(self.trekker_id), missing(self.deputy_id))
        yield either(moving(self, person), both(nobody, ours(self, person))), NOT_TREKKER

    @rule("hand-over")
    def offerable_by(self, person: Person) -> Conditions:
        """To one colleague at a time."""
        yield moving(self, person), NOT_TREKKER
        yield missing(self.offered_lead_id), ASKED_ALREADY

    lead_acceptable_by = for_asked("accept-lead")
    lead_declinable_by = for_asked("decline-lead")

    @rule("hand-to-pit")
    def entrustable_by(self, person: Person) -> Conditions:
        """To one pit at a time."""
        yield moving(self, person), NOT_TREKKER
        yield missing(self.offered_pit_id), PIT_ASKED_ALREADY

    @rule("accept-pit")
    def pit_acceptable_by(self, person: Person) -> Conditions:
        """Anybody of the pit that was asked, but those from whom it comes."""
        yield from asked_of_pit(self, person)
        theirs = both(differs(self.trekker_id, person.id), differs(self.deputy_id, person.id))
        yield theirs, _l("It comes from you, so somebody else of your pit says yes.")

    @rule("decline-pit")
    def pit_declinable_by(self, person: Person) -> Conditions:
        """Anybody of the pit that was asked."""
        yield from asked_of_pit(self, person)

    @rule("keep")
    def kept_by(self, person: Person) -> Conditions:
        """Whoever asked, as long as there is no answer."""
        yield moving(self, person), NOT_TREKKER
        yield either(given(self.offered_lead_id), given(self.offered_pit_id)), _l("Nobody was asked to take it over.")

    @rule("away")
    def left_for_a_while_by(self, person: Person) -> Conditions:
        """The trekker, when there is a deputy to step in."""
        yield same(self.trekker_id, person.id), NOT_YOURS
        yield given(self.deputy_id), NO_DEPUTY
        yield not person.is_away, _l("You are away already.")

    @rule("back")
    def returned_to_by(self, person: Person) -> Conditions:
        """The trekker who was away."""
        yield same(self.trekker_id, person.id), NOT_YOURS
        yield person.is_away, _l("You are not away.")

    @rule("stay")
    def kept_moving_by(self, person: Person) -> Conditions:
        """The trekker, when time has asked."""
        yield same(self.trekker_id, person.id), NOT_YOURS
        yield self.reminded > 0, _l("Nobody asks you that now.")

    @rule("step-down")
    def left_by(self, person: Person) -> Conditions:
        """The trekker alone."""
        yield same(self.trekker_id, person.id), NOT_YOURS

    @rule("step-back")
    def let_be_by(self, person: Person) -> Conditions:
        """The deputy alone."""
        yield same(self.deputy_id, person.id), _l("You are not the deputy of this issue.")

    @rule("reopen")
    def reopenable_by(self, person: Person) -> Conditions:
        """Any colleague."""
        yield person.colleague, FOR_COLLEAGUES

    @rule("ask")
    def askable_by(self, person: Person) -> Conditions:
        """Whoever may read it: also the board, and a partner about its own."""
        if person.role == "partner":
            yield within(self.id, person.partner_issue_ids), _l("You can ask about issues that you are a partner in.")

    # What time does: each of these holds once, for doing it makes it untrue.

    @rule("post")
    def made(self) -> Conditions:
        """There is nothing against it."""
        yield from ()

    @rule("what-now")
    def untouched(self) -> Conditions:
        """Nobody took the idea further in twenty working days, or again in twenty."""
        yield quiet(self, self.created_at, IDEA_DAYS), ""

    @rule("lapse")
    def unanswered_offer(self) -> Conditions:
        """Whoever was asked to take it over has said nothing for five working days."""
        yield either(given(self.offered_lead_id), given(self.offered_pit_id)), ""
        yield before(self.asked_at, end_of(working_days_ago(ANSWER_DAYS))), ""

    @rule("call-again")
    def unanswered(self) -> Conditions:
        """Nobody came forward in ten working days, or again in ten."""
        yield quiet(self, self.sought_at, SEEKING_DAYS), ""

    @rule("remind")
    def silent(self) -> Conditions:
        """Six weeks without a word of this trekker, or a week has passed since the first reminder."""
        limit = now() - STALE
        silent = both(before(self.led_at, limit), either(missing(self.updated_at), before(self.updated_at, limit)))
        first = both(self.reminded == 0, silent)
        yield either(first, both(self.reminded == 1, before(self.reminded_at, now() - A_WEEK))), ""

    @rule("still-trekker")
    def long_silent(self) -> Conditions:
        """A week has passed since the second reminder."""
        yield both(self.reminded == 2, before(self.reminded_at, now() - A_WEEK)), ""

    @rule("fall-back")
    def too_long_silent(self) -> Conditions:
        """A week has passed since the question whether there is still a trekker."""
        yield both(self.reminded == 3, before(self.reminded_at, now() - A_WEEK)), ""

    @rule("look-again")
    def rested(self) -> Conditions:
        """The date to look again has come; after that, every ten working days."""
        yield before(self.look_again, today() + timedelta(days=1)), ""
        yield either(self.reminded == 0, before(self.reminded_at, end_of(working_days_ago(REST_DAYS)))), ""

    @rule("round-over")
    def rounded(self) -> Conditions:
        """The end date has passed, and nobody was told yet."""
        yield before(self.round_ends, today()), ""
        yield differs(self.round_told, self.round_ends), ""
