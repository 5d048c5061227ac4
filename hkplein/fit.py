"""Why a task or a seat fits somebody, in words; from what that person entered for this purpose, and nothing else.

Pure functions: nothing is read, kept or scored, and people are never compared. What somebody wants to learn counts as
much as what somebody can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from hkplein.i18n import _l

T = TypeVar("T")
MOST = 5  # suggestions at a time


@dataclass(frozen=True)
class Work:
    """What a task or a seat asks of somebody."""

    hours: int  # a week, when `weekly`
    date: date  # a task is ready by then; a seat goes on until then
    skills: Mapping[int, str] = field(default_factory=dict)  # asked, by id and name
    learns: Mapping[int, str] = field(default_factory=dict)  # what you learn from it
    weekly: bool = False


@dataclass(frozen=True)
class Profile:
    """What somebody entered: skills by id, hours a week, and the dates of being away."""

    can: frozenset[int] = frozenset()
    learns: frozenset[int] = frozenset()
    room: int | None = None
    away_from: date | None = None
    away_until: date | None = None

    @property
    def empty(self) -> bool:
        """Nothing was entered that anything could fit."""
        return not (self.can or self.learns or self.room)

    def away_on(self, day: date) -> bool:
        """Whether `day` falls in the time of being away."""
        return self.away_from is not None and self.away_from <= day and (self.away_until or day) >= day


SENTENCES: dict[str, Any] = {
    "can": _l("It asks what you can do: %(what)s."),
    "learns": _l("You want to learn this: %(what)s."),
    "anyone": _l("It asks no special skill."),
    "room": _l("%(hours)s hours fit in your room of %(room)s hours a week."),
    "weekly": _l("%(hours)s hours a week fit in your room of %(room)s."),
    "skill": _l("It also asks: %(what)s."),
    "hours": _l("It takes %(hours)s hours; your room is %(room)s hours a week."),
    "weekly-hours": _l("It takes %(hours)s hours a week; your room is %(room)s."),
    "away": _l("You are away on its date."),
}


@dataclass(frozen=True)
class Reason:
    """One thing that fits, or that is missing."""

    kind: str
    what: str = ""
    hours: int = 0
    room: int = 0


@dataclass(frozen=True)
class Fit:
    """What fits, and what is missing."""

    reasons: tuple[Reason, ...]
    missing: tuple[Reason, ...]

    @property
    def fits(self) -> bool:
        """There is a skill in it for this person, or it asks none and there is room for it."""
        kinds = {reason.kind for reason in self.reasons}
        return bool(kinds & {"can", "learns"}) or ("anyone" in kinds and bool(kinds & {"room", "weekly"}))

    @property
    def sentences(self) -> list[str]:
        """Why it fits, in the language spoken."""
        return _worded(self.reasons)

    @property
    def gaps(self) -> list[str]:
        """What is missing, in the language spoken."""
        return _worded(self.missing)


def explain(work: Work, profile: Profile) -> Fit:
    """What of `work` fits `profile`, and what is missing."""
    asked = sorted(work.skills.items(), key=lambda skill: skill[1])
    reasons = [Reason("can", name) for id_, name in asked if id_ in profile.can]
    offered = dict(asked) | dict(work.learns)
    reasons += [Reason("learns", name) for id_, name in offered.items() if id_ in profile.learns]
    missing = [Reason("skill", name) for id_, name in asked if id_ not in profile.can | profile.learns]
    if not asked:
        reasons.append(Reason("anyone"))
    if profile.room:
        enough = work.hours <= profile.room
        kind = ("weekly" if work.weekly else "room") if enough else ("weekly-hours" if work.weekly else "hours")
        (reasons if enough else missing).append(Reason(kind, hours=work.hours, room=profile.room))
    if profile.away_on(work.date):
        missing.append(Reason("away"))
    return Fit(tuple(reasons), tuple(missing))


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


def _worded(reasons: Iterable[Reason]) -> list[str]:
    """One sentence for each kind of reason, with the names together."""
    kinds: dict[str, list[Reason]] = {}
    for reason in reasons:
        kinds.setdefault(reason.kind, []).append(reason)
    return [
        str(SENTENCES[kind])
        % {"what": ", ".join(reason.what for reason in some), "hours": some[0].hours, "room": some[0].room}
        for kind, some in kinds.items()
    ]
