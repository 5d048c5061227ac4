"""Who may know that a pitstop exists, who may read it, and what may be done with it, by whom and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from hkplein import terms
from hkplein.clock import end_of, now, today, working_days_ago
from hkplein.db import (
    Conditions,
    Thing,
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
from hkplein.models.pitstop_table import STATES, VERBS, WAITING

if TYPE_CHECKING:
    from hkplein.models.person import Person

HELPER_SILENT, ASKER_SILENT = 5, 10  # working days

FULL = _l("You help with as many at a time as you wanted. Finish one first, or change your limit.")
_NOT_YOURS = _l("Only who asked this can do that.")
_NOT_HELPING = _l("You do not help with this pitstop.")
_PENDING = _l("The asker was asked something first. Wait for the answer.")
_TIME = _l("It is not time for that.")


def asks(pitstop: Any, person: Person) -> Any:
    """It is theirs: they asked it, or it is of a team they are in, or of their whole pit and not confidential."""
    whole_pit = both(pitstop.for_pit, within(pitstop.readers, ("pit", "everyone")), same(pitstop.pit_id, home(person)))
    return either(asks_always(pitstop, person), whole_pit)


def asks_always(pitstop: Any, person: Person) -> Any:
    """It stays theirs, also when it is confidential: they asked it, or it is of a team they are in."""
    return either(same(pitstop.asker_id, person.id), within(pitstop.issue_id, person.team_ids))


def apart(pitstop: Any, person: Person) -> Any:
    """They are not of the pit or the team that asks."""
    return both(without(pitstop.pit_id, {person.pit_id} - {None}), without(pitstop.issue_id, person.team_ids))


def helps(pitstop: Any, person: Person) -> Conditions:
    """They may be its helper: somebody of the line who is not too close, and has room."""
    yield within(pitstop.line_id, person.line_ids), _l("Only a helper of this line can pick it up.")
    yield differs(pitstop.asker_id, person.id), _l("You asked this yourself.")
    yield apart(pitstop, person), _l("You are too close to this one: a helper from elsewhere picks it up.")
    yield without(pitstop.line_id, person.full_line_ids), FULL


def home(person: Person) -> int:
    """Their pit; 0 for somebody between pits, whom no pit is."""
    return person.pit_id or 0


def silent_since(days: int) -> datetime:
    """Whoever has been waited for since before this moment, has been silent for so many working days."""
    return end_of(working_days_ago(days))


class PitstopRules(Thing):
    """The rules; the columns are in Pitstop, and rows of lists that hold them answer the same."""

    STATES = STATES
    VERBS = VERBS

    if TYPE_CHECKING:
        asker_id: Any
        closed_at: Any
        due: Any
        for_pit: Any
        hand_to_id: Any
        helper_id: Any
        issue_id: Any
        line_id: Any
        pit_id: Any
        question: Any
        readers: Any
        refer_to_id: Any
        remind_on: Any
        reminded: Any
        state: Any
        turn: Any
        waits_since: Any

    @rule()
    def readable_by(self, person: Person) -> Conditions:
        """Every word of it: the asker's side and the one helper; wider only as the asker allowed."""
        there = either(within(self.line_id, person.line_ids), same(self.state, "referred"))
        helper = both(same(self.helper_id, person.id), there)
        near = either(same(self.pit_id, home(person)), within(self.line_id, person.line_ids))
        allowed = both(within(self.readers, ("pit", "everyone")), near)
        yield either(asks(self, person), helper, allowed, same(self.readers, "everyone")), ""
        yield person.role != "partner", ""

    @rule()
    def visible_to(self, person: Person) -> Conditions:
        """That it exists, its topic and how long it waits: the line's helpers as well.

        Of a confidential one those from elsewhere only: the others would see that somebody close to them asks.
        """
        line = both(within(self.line_id, person.line_ids), either(differs(self.readers, "line"), apart(self, person)))
        yield either(self.readable_by(person), line), ""

    def turn_of(self, person: Person) -> str:
        """Whose turn it is, for `person` who looks: "you", "line", "asker", "helper", or "" when it has ended."""
        if self.state in WAITING:
            return "line"
        yours = asks(self, person) if self.turn == "asker" else same(self.helper_id, person.id)
        return "" if self.turn == "nobody" else "you" if yours else str(self.turn)

    @rule("ask")
    def asked_by(self, person: Person) -> Conditions:
        """Every colleague may ask."""
        yield person.colleague, _l("Pitstops are for colleagues.")

    @rule()
    def helped_by(self, person: Person) -> Conditions:
        """Whoever may be asked to go on with it."""
        yield from helps(self, person)

    @rule("pick-up")
    def pick_up_able_by(self, person: Person) -> Conditions:
        """A helper of the line who is not too close, and has room."""
        yield from helps(self, person)

    @rule("answer")
    def answerable_by(self, person: Person) -> Conditions:
        """The helper."""
        yield same(self.helper_id, person.id), _NOT_HELPING

    @rule("reply")
    def replied_by(self, person: Person) -> Conditions:
        """Either side."""
        yield either(asks(self, person), same(self.helper_id, person.id)), _NOT_YOURS

    @rule("plan")
    def plannable_by(self, person: Person) -> Conditions:
        """The helper."""
        yield same(self.helper_id, person.id), _NOT_HELPING

    @rule("put-back")
    def put_back_able_by(self, person: Person) -> Conditions:
        """The helper, without a reason."""
        yield same(self.helper_id, person.id), _NOT_HELPING

    @rule("leave")
    def left_by(self, person: Person) -> Conditions:
        """The first helper of one that is referred, who leaves the line or the house."""
        yield same(self.helper_id, person.id), _NOT_HELPING

    @rule("refer")
    def referable_by(self, person: Person) -> Conditions:
        """The helper proposes one thing at a time."""
        yield same(self.helper_id, person.id), _NOT_HELPING
        yield both(missing(self.refer_to_id), missing(self.hand_to_id)), _PENDING

    @rule("hand-to")
    def handable_by(self, person: Person) -> Conditions:
        """The helper proposes one thing at a time."""
        yield same(self.helper_id, person.id), _NOT_HELPING
        yield both(missing(self.refer_to_id), missing(self.hand_to_id)), _PENDING

    @rule("agree")
    def referred_by(self, person: Person) -> Conditions:
        """The asker says yes to another line."""
        yield asks(self, person), _NOT_YOURS
        yield given(self.refer_to_id), _l("Nobody proposed another help line.")

    @rule("agree-hand")
    def handed_by(self, person: Person) -> Conditions:
        """The asker says yes to another helper."""
        yield asks(self, person), _NOT_YOURS
        yield given(self.hand_to_id), _l("Nobody proposed another helper.")

    @rule("stay")
    def stayed_by(self, person: Person) -> Conditions:
        """The asker says no to either."""
        yield asks(self, person), _NOT_YOURS
        yield either(given(self.refer_to_id), given(self.hand_to_id)), _l("Nobody proposed anything else.")

    @rule("close")
    def closable_by(self, person: Person) -> Conditions:
        """The asker tells whether it helped."""
        yield asks(self, person), _NOT_YOURS

    @rule("withdraw")
    def withdrawn_by(self, person: Person) -> Conditions:
        """The asker, at any moment."""
        yield asks(self, person), _NOT_YOURS

    @rule("forget")
    def forgotten_by(self, person: Person) -> Conditions:
        """The asker of a confidential one, without waiting for the clock."""
        yield asks(self, person), _NOT_YOURS
        yield same(self.readers, "line"), _l("Only the text of a confidential pitstop is erased.")
        yield differs(self.question, ""), _l("The text is erased already.")

    @rule("narrow")
    def narrowed_by(self, person: Person) -> Conditions:
        """The asker, later too: somebody who can still read it afterwards."""
        yield asks_always(self, person), _NOT_YOURS
        yield differs(self.readers, "line"), _l("It is confidential already.")

    @rule("widen")
    def widened_by(self, person: Person) -> Conditions:
        """The asker, when waiting takes long or it turns out to be of use to others."""
        yield asks(self, person), _NOT_YOURS
        yield differs(self.readers, "everyone"), _l("Everyone can read it already.")

    # What time does.

    @rule("remind")
    def remindable(self) -> Conditions:
        """The promised day has come and nobody picked it up."""
        yield both(same(self.reminded, 0), before(self.due, today() + timedelta(days=1))), _TIME

    @rule("ask-wider")
    def wider_due(self) -> Conditions:
        """Twice the promised days are over."""
        yield both(same(self.reminded, 1), before(self.remind_on, today() + timedelta(days=1))), _TIME

    @rule("count")
    def countable(self) -> Conditions:
        """Three times the promised days are over."""
        yield both(same(self.reminded, 2), before(self.remind_on, today() + timedelta(days=1))), _TIME

    @rule("put-back-silent")
    def helper_silent(self) -> Conditions:
        """It is the helper's turn, and nothing was heard for five working days."""
        yield same(self.turn, "helper"), _TIME
        yield before(self.waits_since, silent_since(HELPER_SILENT)), _TIME

    @rule("ask-close")
    def asker_silent(self) -> Conditions:
        """It is the asker's turn, and nothing was heard for ten working days."""
        yield same(self.turn, "asker"), _TIME
        yield before(self.waits_since, silent_since(ASKER_SILENT)), _TIME

    @rule("erase")
    def erasable(self) -> Conditions:
        """It was confidential, and has been closed for ninety days."""
        yield both(same(self.readers, "line"), differs(self.question, "")), _TIME
        yield before(self.closed_at, now() - terms.CONFIDENTIAL.after), _TIME
