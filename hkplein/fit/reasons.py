"""Why a task, a seat or a deputy's place fits somebody; from what that person entered for this, and nothing else.

Nothing is read, kept or scored, and people are never compared. What somebody wants to learn counts as much as what
somebody can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from hkplein.i18n import _l, ngettext

T = TypeVar("T")
MOST = 5  # suggestions at a time


@dataclass(frozen=True)
class Work:
    """What a task, a seat or a deputy's place asks of somebody."""

    kind: str  # "task", "seat" or "deputy"
    hours: int | None = None  # of a task; of a seat a week; None when it is yet to be agreed
    date: date | None = None  # a task is ready by then; a seat and a deputy go on until then, if that is known
    skills: Mapping[int, str] = field(default_factory=dict)  # asked, by id and name; of a deputy's place by the seats
    learns: Mapping[int, str] = field(default_factory=dict)  # what you learn from it
    place: str = ""

    @property
    def weekly(self) -> bool:
        """It goes on, so many hours a week."""
        return self.kind != "task"


@dataclass(frozen=True)
class Profile:
    """What somebody entered: skills by id, hours a week, and when they are away, now or later."""

    can: frozenset[int] = frozenset()
    learns: frozenset[int] = frozenset()
    room: int | None = None
    given: int = 0  # hours a week of that room that are promised to seats
    near: tuple[str, ...] = ()  # places where they like to work
    away_from: date | None = None
    away_until: date | None = None

    @property
    def empty(self) -> bool:
        """Nothing was entered that anything could fit."""
        return not (self.can or self.learns or self.room)


# What is said to somebody of the own profile …
SENTENCES: dict[str, Any] = {
    "can": _l("It asks what you can do: %(what)s."),
    "learns": _l("You want to learn this: %(what)s."),
    "team-can": _l("The team looks for what you can do: %(what)s."),
    "team-learns": _l("The team looks for what you want to learn: %(what)s."),
    "anyone": _l("It asks no special skill."),
    "place": _l("It is where you like to work: %(what)s."),
    "room": _l("It takes %(hours)s, and you have room for %(room)s."),
    "left": _l("It takes %(hours)s, and you have %(room)s left."),
    "agree": _l("You have room for %(room)s. How much it takes, you agree on together."),
    "back": _l("You are back before its date."),
    "skill": _l("It asks this, and it is not in your profile: %(what)s."),
    "team-skill": _l("The team looks for this, and it is not in your profile: %(what)s."),
    "room-short": _l("It takes %(hours)s, but you have room for %(room)s."),
    "left-short": _l("It takes %(hours)s, but you have only %(room)s left."),
    "full": _l("You have no room left."),
    "away": _l("You are away on its date."),
    "away-while": _l("You are away for a while in this time."),
}
# … and what fits, to a trekker of a colleague.
OF_OTHERS: dict[str, Any] = {
    "can": _l("Can do what it asks: %(what)s."),
    "learns": _l("Wants to learn this: %(what)s."),
    "room": _l("Has room for %(hours)s."),
    "left": _l("Has room for %(hours)s."),
}
SKILLED = {"can", "learns", "team-can", "team-learns"}
ROOMY = {"room", "left", "agree"}


@dataclass(frozen=True)
class Reason:
    """One thing that fits, or that is missing."""

    kind: str
    what: str = ""
    hours: int = 0
    room: int = 0
    weekly: bool = False


@dataclass(frozen=True)
class Fit:
    """What fits, and what is missing."""

    reasons: tuple[Reason, ...]
    missing: tuple[Reason, ...]

    @property
    def kinds(self) -> set[str]:
        """The kinds of reasons that there are."""
        return {reason.kind for reason in self.reasons}

    @property
    def fits(self) -> bool:
        """There is a skill in it for this person, or it asks none and there is room for it."""
        return bool(self.kinds & SKILLED) or ("anyone" in self.kinds and bool(self.kinds & ROOMY))

    @property
    def sentences(self) -> list[str]:
        """Why it fits, in the language spoken."""
        return _worded(self.reasons, SENTENCES)

    @property
    def gaps(self) -> list[str]:
        """What is missing, in the language spoken."""
        return _worded(self.missing, SENTENCES)

    @property
    def said(self) -> list[tuple[bool, str]]:
        """What fits (True) and what is missing (False), each in a sentence."""
        return [(True, one) for one in self.sentences] + [(False, one) for one in self.gaps]

    @property
    def of_another(self) -> list[str]:
        """Why it fits, said to somebody else; what is missing is for nobody else."""
        return _worded((reason for reason in self.reasons if reason.kind in OF_OTHERS), OF_OTHERS)


def explain(work: Work, profile: Profile) -> Fit:
    """What of `work` fits `profile`, and what is missing."""
    found = [*_skills(work, profile), *_place(work, profile), *_room(work, profile), *_dates(work, profile)]
    return Fit(tuple(one for fits, one in found if fits), tuple(one for fits, one in found if not fits))


def _skills(work: Work, profile: Profile) -> Iterator[tuple[bool, Reason]]:
    asked = sorted(work.skills.items(), key=lambda skill: skill[1])
    team = "team-" if work.kind == "deputy" else ""
    yield from ((True, Reason(f"{team}can", name)) for id_, name in asked if id_ in profile.can)
    offered = dict(asked) | dict(work.learns)
    yield from ((True, Reason(f"{team}learns", name)) for id_, name in offered.items() if id_ in profile.learns)
    if not asked:
        yield True, Reason("anyone")
    known = profile.can | profile.learns
    yield from ((False, Reason(f"{team}skill", name)) for id_, name in asked if id_ not in known)


def _place(work: Work, profile: Profile) -> Iterator[tuple[bool, Reason]]:
    there = work.place.casefold()
    if any(place.casefold() in there for place in profile.near):
        yield True, Reason("place", work.place)


def _room(work: Work, profile: Profile) -> Iterator[tuple[bool, Reason]]:
    if profile.room is None:
        return
    given = profile.given if work.weekly else 0
    left = profile.room - given
    if left <= 0:
        yield False, Reason("full")
    elif work.hours is None:
        yield True, Reason("agree", room=left)
    else:
        enough, kind = work.hours <= left, "left" if given else "room"
        yield enough, Reason(kind if enough else f"{kind}-short", "", work.hours, left, work.weekly)


def _dates(work: Work, profile: Profile) -> Iterator[tuple[bool, Reason]]:
    leaves, returns, day = profile.away_from, profile.away_until, work.date
    if leaves is None or (day is not None and leaves > day):
        return
    if work.weekly:
        yield False, Reason("away-while")
    elif day is not None:
        back = returns is not None and returns < day
        yield back, Reason("back" if back else "away")


def choose(
    things: Iterable[T],
    profile: Profile,
    work_of: Callable[[T], Work],
    pit_of: Callable[[T], Any],
    most: int = MOST,
) -> list[tuple[T, Fit]]:
    """Up to `most` things that fit, in the order given, but one of every pit before a second of any."""
    fitting = [(thing, fit) for thing in things if (fit := explain(work_of(thing), profile)).fits]
    seen: dict[Any, int] = {}
    turns = []
    for place, (thing, _fit) in enumerate(fitting):
        turn = seen[pit_of(thing)] = seen.get(pit_of(thing), 0) + 1
        turns.append((turn, place))
    return [fitting[place] for _turn, place in sorted(turns)[:most]]


def _worded(reasons: Iterable[Reason], sentences: Mapping[str, Any]) -> list[str]:
    """One sentence for each kind of reason, with the names together."""
    kinds: dict[str, list[Reason]] = {}
    for reason in reasons:
        kinds.setdefault(reason.kind, []).append(reason)
    return [
        str(sentences[kind])
        % {
            "what": ", ".join(reason.what for reason in some),
            "hours": _a_week(some[0].hours) if some[0].weekly else _hours(some[0].hours),
            "room": _a_week(some[0].room),
        }
        for kind, some in kinds.items()
    ]


def _hours(count: int) -> str:
    return ngettext("%(num)s hour", "%(num)s hours", count)


def _a_week(count: int) -> str:
    return ngettext("%(num)s hour a week", "%(num)s hours a week", count)
