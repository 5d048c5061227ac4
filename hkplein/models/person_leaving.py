"""What happens to the work of somebody whose account is closed: handed back, and everybody concerned is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, union, update

from hkplein.db import db
from hkplein.i18n import ngettext
from hkplein.models.event import Event

if TYPE_CHECKING:
    from hkplein.models.person import Person


def let_go(person: Person, by: Person | None) -> Counter[str]:
    """Do for `person` what lets go of everything that they hold; how much of each kind there was.

    Each thing is let go by its own verb, so its rules, its history and its messages are those of every day. First
    nothing comes back: who took work over from `person` can undo that, and then it is open to all.
    """
    _lock_tasks(person)
    _never_back(person)
    done: Counter[str] = Counter()
    for row, verbs in _held(person):
        for verb, fields in verbs.items():
            if row.may(verb, person):
                getattr(row, row.VERBS[verb].method)(person, **fields)
                done[f"{row.noun} {verb}"] += 1
    done["line remove-helper"] = _leave_lines(person, by)
    return done


def _held(person: Person) -> Iterator[tuple[Any, dict[str, dict[str, Any]]]]:
    """What may have to be let go, with the verbs that do it, as far as they may be done."""
    from hkplein.models import Bid, Issue, Pit, Pitstop, Task

    yield from _exchanging(person)
    for task in _rows(Task, Task.holder_id == person.id, Task.state == "taken"):
        yield task, {"release": {}}
    for task in _rows(Task, Task.id.in_(person.hand_task_ids)):
        yield task, {"lower-hand": {}}
    for bid in _rows(Bid, Bid.person_id == person.id, Bid.seat_id.is_not(None), Bid.state.in_(Bid.LIVE)):
        yield bid, {"leave": {}, "withdraw": {}, "decline": {}}
    moves = (Issue.trekker_id == person.id) | (Issue.deputy_id == person.id) | (Issue.offered_lead_id == person.id)
    for issue in _rows(Issue, moves):
        yield issue, {"step-down": {}, "step-back": {}, "decline-lead": {}}
    for pitstop in _rows(Pitstop, Pitstop.helper_id == person.id):
        yield pitstop, {"put-back": {}, "leave": {}}
    alone = Pitstop.issue_id.is_(None) & (~Pitstop.for_pit | (Pitstop.readers == "line"))  # nobody else can close it
    for pitstop in _rows(Pitstop, Pitstop.asker_id == person.id, alone):
        yield pitstop, {"withdraw": {}}
    for pit in _rows(Pit, Pit.id.in_(person.fact("founder") | person.fact("asked-founder"))):
        yield pit, {"decline-founding": {}, "give-up": {}}
    for pit in _rows(Pit, Pit.id == person.pit_id):
        yield pit, {"leave": {}}


def _exchanging(person: Person) -> Iterator[tuple[Any, dict[str, dict[str, Any]]]]:
    """What holds on to tasks that change hands: it goes first."""
    from hkplein.models import Swap, Wish
    from hkplein.models.wish_rules import LIVE

    for wish in _rows(Wish, Wish.person_id == person.id, Wish.state.in_(LIVE)):
        yield wish, {"revoke": {}}
    for swap in _rows(Swap, (Swap.proposer_id == person.id) | (Swap.other_id == person.id), Swap.live()):
        yield swap, {"withdraw": {}, "decline": {}}


def _rows(model: Any, *where: Any) -> list[Any]:
    return list(db.session.scalars(select(model).where(*where).order_by(model.id)))


def _leave_lines(person: Person, by: Person | None) -> int:
    from hkplein.models import HelpLine, HelpLineHelper

    helping = _rows(HelpLineHelper, HelpLineHelper.person_id == person.id)
    for helper in helping:
        db.session.get_one(HelpLine, helper.line_id).lose(helper, by)
    return len(helping)


def _lock_tasks(person: Person) -> None:
    """Every task that moves on the way, before any swap or ring: nobody waits in a circle."""
    from hkplein.models import Leg, RingLink, Swap, Task
    from hkplein.models.hand_over import locked

    rings = select(RingLink.ring_id).where(RingLink.person_id == person.id, RingLink.live)
    swaps = select(Swap.id).where((Swap.proposer_id == person.id) | (Swap.other_id == person.id), Swap.live())
    tasks = union(
        select(Task.id).where((Task.holder_id == person.id) | (Task.taken_from_id == person.id)),
        select(RingLink.gives_id).where(RingLink.ring_id.in_(rings), RingLink.gives_id.is_not(None)),
        select(Leg.task_id).where(Leg.swap_id.in_(swaps)),
    )
    locked(*db.session.scalars(tasks))


def _never_back(person: Person) -> None:
    from hkplein.models import Task

    theirs = update(Task).where(Task.taken_from_id == person.id)
    db.session.execute(theirs.values(taken_from_id=None, taken_offer=None))


def others_answer(person: Person, by: Person | None) -> None:
    """While `person` can do nothing, colleagues answer for what they posted, and hear so; afterwards they do again."""
    from hkplein.models import Task

    posted = update(Task).where(Task.author_id == person.id, Task.author_left == person.acts)
    for task in db.session.scalars(posted.values(author_left=not person.acts).returning(Task)).all():
        if not person.acts and task.state in task.VERBS["stand-in"].start:
            Event.record(task, "stand-in", by=by, tell=task.answering(), whom_id=person.id)


# What was let go, in a sentence for the steward.
SENTENCES: dict[str, Callable[[int], str]] = {
    "task release": lambda n: ngettext("One task is back on the square.", "%(num)s tasks are back on the square.", n),
    "bid leave": lambda n: ngettext("One seat is free again.", "%(num)s seats are free again.", n),
    "issue step-down": lambda n: ngettext(
        "One issue seeks a trekker; its deputy acts meanwhile.",
        "%(num)s issues seek a trekker; their deputies act meanwhile.",
        n,
    ),
    "issue step-back": lambda n: ngettext("One issue needs a new deputy.", "%(num)s issues need a new deputy.", n),
    "pitstop put-back": lambda n: ngettext(
        "One pitstop waits for another helper.", "%(num)s pitstops wait for another helper.", n
    ),
    "line remove-helper": lambda n: ngettext(
        "One help line has a helper fewer.", "%(num)s help lines have a helper fewer.", n
    ),
}


def told(done: Counter[str]) -> str:
    """What was let go, in sentences for the steward."""
    return " ".join(sentence(done[what]) for what, sentence in SENTENCES.items() if done[what])
