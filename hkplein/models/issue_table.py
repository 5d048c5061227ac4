"""What can happen to an issue: its states, and its table of transitions."""

from __future__ import annotations

from hkplein.db import Verb, table
from hkplein.i18n import _l

STATES = {
    "idea": _l("idea"),
    "seeking": _l("seeking a trekker"),
    "forming": _l("forming a team"),
    "running": _l("running"),
    "paused": _l("paused"),
    "finished": _l("finished"),
    "handed-over": _l("handed over to a pit"),
    "let-go": _l("let go"),
    "stopped": _l("stopped"),
}
ROLES = {
    "do": _l("do it ourselves"),
    "law": _l("carry out the law"),
    "together": _l("work along"),
    "enable": _l("make possible"),
    "leave": _l("let go"),
}
EFFECTS_SEEN = {"yes": _l("yes"), "partly": _l("partly"), "no": _l("no"), "unknown": _l("we do not know")}
MOVING = ("forming", "running", "paused")  # somebody moves it
TEAMED = ("seeking", *MOVING)  # it has a team, which can grow
ALIVE = ("idea", *TEAMED)
ENDED = ("finished", "handed-over", "let-go", "stopped")
# What passed between a few people, and is not told in the history that everybody reads.
PRIVATE = frozenset(
    "ask update hand-over decline-lead keep away back stay"
    " remind still-trekker look-again round-over lapse what-now".split()
)
_moving, _alive, _ended = " ".join(MOVING), " ".join(ALIVE), " ".join(ENDED)

VERBS = table(
    # Made by the form at /issues/new, so there is no button for it on the issue itself.
    Verb("post", "", "idea", "made", told=_l("%(who)s posted the issue “%(what)s”."), clock=True),
    Verb(
        "edit", _alive, None, "editable_by", _l("Change the text"), _l("Changed."),
        _l("%(who)s changed “%(what)s”."), icon="pencil",
    ),
    Verb(
        "seek", "idea", "seeking", "seekable_by", _l("Seek a trekker"), _l("The issue is looking for a trekker."),
        _l("“%(what)s” is looking for a trekker."), icon="flag", primary=True,
    ),
    Verb(
        "lead", "seeking", "forming", "leadable_by", _l("I'll be trekker"), _l("You are trekker now."),
        _l("%(who)s is trekker of “%(what)s” now."),
        gone=_l(
            "This issue is not looking for a trekker: it is “%(state)s” now."
            " Was somebody just ahead of you? Then you can become deputy."
        ),
        icon="flag", primary=True,
    ),
    Verb(
        "deputise", "forming running", None, "deputisable_by", _l("I'll be deputy"), _l("You are deputy now."),
        _l("%(who)s is deputy of “%(what)s” now."), icon="user-plus",
    ),
    Verb(
        "start", "forming", "running", "startable_by", _l("Start"), _l("The issue runs."),
        _l("%(who)s started “%(what)s” with the team."), icon="player-play", primary=True,
    ),
    Verb(
        "update", "running", None, "updatable_by", _l("Write the state of play"), _l("Thank you. Everybody reads it."),
        _l("%(who)s wrote the state of play of “%(what)s”."), icon="pencil", primary=True,
    ),
    Verb(
        "stay", "forming", None, "kept_moving_by", _l("I'm still trekker"), _l("Good. You go on."),
        _l("%(who)s goes on as trekker of “%(what)s”."), icon="check", primary=True,
    ),
    Verb(
        "pause", "running", "paused", "pausable_by", _l("Pause"),
        _l("It rests until the day on which you look again."),
        _l("%(who)s paused “%(what)s”."), icon="player-pause",
    ),
    Verb(
        "resume", "paused", "running", "resumable_by", _l("Go on"), _l("The issue runs again."),
        _l("%(who)s goes on with “%(what)s”."), icon="player-play", primary=True,
    ),
    Verb(
        "renew", "running", None, "renewable_by", _l("Another round"), _l("There is a new end date."),
        _l("%(who)s began another round of “%(what)s”."), icon="repeat",
    ),
    Verb(
        "hand-over", _moving, None, "offerable_by", _l("Pass it on"), _l("We ask your colleague."),
        _l("%(who)s asks %(whom)s to become trekker of “%(what)s”."), icon="arrow-right",
    ),
    Verb(
        "accept-lead", _moving, None, "lead_acceptable_by", _l("Agreed"), _l("You are trekker now."),
        _l("%(who)s took over “%(what)s” from %(whom)s and is trekker now."), icon="check", primary=True,
    ),
    Verb(
        "decline-lead", _moving, None, "lead_declinable_by", _l("Rather not"), _l("That is fine. We have said so."),
        _l("%(who)s would rather not become trekker of “%(what)s”."),
    ),
    Verb(
        "keep", _moving, None, "kept_by", _l("Keep it after all"), _l("You keep it."),
        _l("%(who)s keeps “%(what)s” after all."), icon="arrow-back-up",
    ),
    Verb(
        "away", _moving, None, "left_for_a_while_by", _l("Away for a while"), _l("Your deputy takes it from here."),
        _l("%(who)s is away for a while: the deputy moves “%(what)s”."), icon="beach",
    ),
    Verb(
        "back", _moving, None, "returned_to_by", _l("I am back"), _l("Welcome back."),
        _l("%(who)s is back and moves “%(what)s” again."), icon="arrow-back-up",
    ),
    Verb(
        "step-down", _moving, "seeking", "left_by", _l("Stop as trekker"),
        _l("Thank you for moving it. It is looking for a trekker again."),
        _l("%(who)s is no longer trekker: “%(what)s” is looking for a new one."), icon="user-minus",
    ),
    Verb(
        "step-back", f"seeking {_moving}", None, "let_be_by", _l("Stop as deputy"), _l("Thank you for standing by."),
        _l("%(who)s is no longer deputy of “%(what)s”: it needs a new one."), icon="user-minus",
    ),
    Verb(
        "finish", "running paused", "finished", "finishable_by", _l("Finish"), _l("Finished. Well done."),
        _l("%(who)s finished “%(what)s”."), icon="circle-check",
    ),
    Verb(
        "let-go", f"idea seeking {_moving}", "let-go", "releasable_by", _l("Let it go"),
        _l("Let go. That is a good ending too."),
        _l("%(who)s let go of “%(what)s”: it is not ours to do."), icon="heart",
    ),
    Verb(
        "stop", f"seeking {_moving}", "stopped", "stoppable_by", _l("Stop it"), _l("Stopped. The lesson stays."),
        _l("%(who)s stopped “%(what)s”, and left a lesson."), icon="x",
    ),
    Verb(
        "hand-to-pit", _moving, None, "entrustable_by", _l("Hand it to a pit"), _l("We ask that pit."),
        _l("%(who)s asks a pit to take over “%(what)s”."), icon="users",
    ),
    Verb(
        "accept-pit", _moving, "handed-over", "pit_acceptable_by", _l("Our pit takes it on"),
        _l("It is with your pit now."),
        _l("%(who)s took over “%(what)s” with the pit."), icon="check", primary=True,
    ),
    Verb(
        "decline-pit", _moving, None, "pit_declinable_by", _l("Not for our pit"), _l("That is fine. We have said so."),
        _l("%(who)s says that “%(what)s” does not belong in their pit."),
    ),
    Verb(
        "reopen", _ended, "seeking", "reopenable_by", _l("Open it again"), _l("It is looking for a trekker again."),
        _l("%(who)s opened “%(what)s” again: it is looking for a trekker."), icon="refresh",
    ),
    Verb(
        "ask", "", None, "askable_by", _l("Ask a question"), _l("Your question is asked."),
        _l("%(who)s asked a question about “%(what)s”."), icon="help-circle", for_all=True,
    ),
    # What time does.
    Verb(
        "what-now", "idea", None, "untouched",
        told=_l("“%(what)s” is still an idea. Look for a trekker, or let it go."), clock=True,
    ),
    Verb(
        "lapse", _moving, None, "unanswered_offer",
        told=_l("The question who takes over “%(what)s” stayed without an answer for a week. So nothing changes."),
        clock=True,
    ),
    Verb(
        "call-again", "seeking", None, "unanswered",
        told=_l("“%(what)s” is still looking for a trekker."), clock=True,
    ),
    Verb(
        "remind", "forming running", None, "silent",
        told=_l("How is “%(what)s”? For more than six weeks nobody said anything about it."), clock=True,
    ),
    Verb(
        "still-trekker", "forming running", None, "long_silent",
        told=_l("Are you still trekker of “%(what)s”? Say how it goes, or stop as trekker."), clock=True,
    ),
    Verb(
        "fall-back", "forming running", "seeking", "too_long_silent",
        told=_l("It has been quiet around “%(what)s”: it is looking for a trekker again."), clock=True,
    ),
    Verb(
        "look-again", "paused", None, "rested",
        told=_l("“%(what)s” rests, and the day to look at it again has come."), clock=True,
    ),
    Verb(
        "round-over", "running", None, "rounded",
        told=_l("The round of “%(what)s” is over. Finish it, or begin another round."), clock=True,
    ),
)  # fmt: skip
