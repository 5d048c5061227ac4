"""The transition table of pitstops: from, to, and what is said to whom. It never names who asks, nor what."""

from __future__ import annotations

from hkplein.db import Verb, table
from hkplein.i18n import _l

HELD = ("picked-up", "planned", "answered")  # a helper works on it
WAITING = ("asked", "referred")  # a helper of the line may pick it up
LIVE = (*WAITING, *HELD)

# From few to many: who may read it.
READERS = {"line": _l("the line only"), "pit": _l("my pit and the line"), "everyone": _l("everyone")}
WIDTH = tuple(READERS)
READ_BY = {
    "line": _l("Only who asks it and the helper who picks it up can read it."),
    "pit": _l("Your pit and the helpers of the line can read it."),
    "everyone": _l("Everyone can read it."),
}

STATES = {
    "asked": _l("asked"),
    "picked-up": _l("picked up"),
    "planned": _l("planned"),
    "answered": _l("answered"),
    "closed": _l("closed"),
    "referred": _l("referred"),
    "withdrawn": _l("withdrawn"),
}

_held, _live = " ".join(HELD), " ".join(LIVE)
_WAITS = _l("A pitstop for “%(what)s” waits for a helper.")
_WAITS_AGAIN = _l("A pitstop for “%(what)s” waits for a helper again, at the front.")

VERBS = table(
    Verb("ask", "", "asked", "asked_by", told=_WAITS, clock=True),
    Verb(
        "pick-up",
        " ".join(WAITING),
        "picked-up",
        "pick_up_able_by",
        _l("I'll pick this up"),
        _l("You help with this now. Say hello, or plan a moment."),
        _l("%(who)s picks up the pitstop for “%(what)s”."),
        gone=_l("Somebody else picked this up just before you."),
        icon="lifebuoy",
        primary=True,
    ),
    Verb(
        "answer",
        _held,
        "answered",
        "answerable_by",
        _l("Answer"),
        _l("Your answer is there."),
        _l("%(who)s answered your pitstop for “%(what)s”."),
        icon="message-circle",
        primary=True,
    ),
    Verb(
        "reply",
        f"{_held} referred",
        None,
        "replied_by",
        _l("Write something"),
        _l("Your words are there."),
        _l("%(who)s wrote something in the pitstop for “%(what)s”."),
        icon="message",
    ),
    Verb(
        "plan",
        _held,
        "planned",
        "plannable_by",
        _l("Plan a moment"),
        _l("The moment is planned. Put it in your calendar."),
        _l("%(who)s planned a moment for the pitstop for “%(what)s”: %(moment)s."),
        icon="calendar-plus",
    ),
    Verb(
        "agree",
        _held,
        "referred",
        "referred_by",
        _l("Yes, refer it"),
        _l("The other help line has your question now. Until somebody picks it up, your helper stays with you."),
        _WAITS,
        gone=_l("Nobody asks you this any more."),
        icon="check",
        primary=True,
    ),
    Verb(
        "agree-hand",
        _held,
        "picked-up",
        "handed_by",
        _l("Yes, hand it over"),
        _l("Your new helper can read your question now."),
        _l("%(whom)s goes on with the pitstop for “%(what)s”."),
        gone=_l("Nobody asks you this any more."),
        icon="check",
        primary=True,
    ),
    Verb(
        "stay",
        _held,
        None,
        "stayed_by",
        _l("No, stay with my helper"),
        _l("Your helper stays with you."),
        _l("The asker of the pitstop for “%(what)s” prefers to stay with you."),
    ),
    Verb(
        "close",
        f"{_held} referred",
        "closed",
        "closable_by",
        _l("Close it"),
        _l("Thank you. That is written down."),
        _l("The asker said whether the pitstop for “%(what)s” helped."),
        icon="circle-check",
    ),
    Verb(
        "refer",
        _held,
        None,
        "referable_by",
        _l("Refer"),
        _l("The asker can say yes or no to this."),
        _l("%(who)s thinks that another help line fits your pitstop better. Is that all right?"),
        icon="route",
    ),
    Verb(
        "hand-to",
        _held,
        None,
        "handable_by",
        _l("Hand to another helper"),
        _l("The asker can say yes or no to this."),
        _l("%(who)s would like %(whom)s to go on with your pitstop for “%(what)s”. Is that all right?"),
        icon="user-plus",
    ),
    Verb(
        "put-back",
        _held,
        "asked",
        "put_back_able_by",
        _l("Put it back"),
        _l("It is back, at the front of the queue."),
        _WAITS_AGAIN,
        icon="arrow-back-up",
    ),
    Verb(
        "widen",
        _live,
        None,
        "widened_by",
        _l("Ask it wider"),
        _l("More colleagues can read it now."),
        _l("More colleagues can read the pitstop for “%(what)s” now."),
        icon="world",
    ),
    Verb(
        "narrow",
        f"{_live} closed",
        None,
        "narrowed_by",
        _l("Make it confidential"),
        _l("Now only you and your helper can read it."),
        _l("The pitstop for “%(what)s” is confidential now."),
        icon="lock",
    ),
    Verb(
        "withdraw",
        _live,
        "withdrawn",
        "withdrawn_by",
        _l("Withdraw"),
        _l("Your pitstop is withdrawn."),
        _l("The pitstop for “%(what)s” is withdrawn."),
        icon="trash",
    ),
    Verb(
        "forget",
        "closed",
        None,
        "forgotten_by",
        _l("Erase the text"),
        _l("The text is erased."),
        _l("The text of the pitstop for “%(what)s” is erased."),
        icon="trash",
    ),
    Verb("call-off", _held, None, "visible_to", told=_l("The moment for the pitstop “%(what)s” is off."), clock=True),
    Verb("leave", "referred", "asked", "left_by", told=_WAITS_AGAIN, clock=True),
    Verb("remind", " ".join(WAITING), None, "remindable", told=_WAITS, clock=True),
    Verb(
        "ask-wider",
        " ".join(WAITING),
        None,
        "wider_due",
        told=_l("Nobody picked up your pitstop for “%(what)s” yet. May it be asked wider?"),
        clock=True,
    ),
    Verb("count", " ".join(WAITING), None, "countable", clock=True),
    Verb("put-back-silent", _held, "asked", "helper_silent", told=_WAITS_AGAIN, clock=True),
    Verb(
        "ask-close",
        _held,
        None,
        "asker_silent",
        told=_l("How is your pitstop for “%(what)s”? Tell whether it helped, or write something."),
        clock=True,
    ),
    Verb(
        "erase",
        "closed",
        None,
        "erasable",
        told=_l("The text of your closed pitstop for “%(what)s” is erased, as promised."),
        clock=True,
    ),
)
