"""The one clock: now, today, the working days of the Netherlands, and what time itself sets in motion."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import holidays

ZONE = ZoneInfo("Europe/Amsterdam")
_moved: ContextVar[datetime | None] = ContextVar("moved", default=None)


def now() -> datetime:
    """This moment, in UTC; tests and demos move it with `moved_to`."""
    return _moved.get() or datetime.now(UTC)


def today() -> date:
    """The date on the wall in the town hall."""
    return now().astimezone(ZONE).date()


def local(moment: datetime) -> datetime:
    """A stored moment as people in the Netherlands read it."""
    return moment.astimezone(ZONE)


def end_of(day: date) -> datetime:
    """The moment at which `day` is over: 23:59:59 in the Netherlands."""
    return datetime.combine(day, time(23, 59, 59), ZONE).astimezone(UTC)


@contextmanager
def moved_to(moment: datetime) -> Iterator[None]:
    """Inside the block it is `moment`."""
    token = _moved.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moved.reset(token)


@functools.lru_cache(maxsize=32)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NL", years=year))


def is_working_day(day: date) -> bool:
    """Monday to Friday, and not a public holiday in the Netherlands."""
    return day.weekday() < 5 and day not in _holidays(day.year)


def working_days_after(day: date, count: int) -> date:
    """The date that is `count` working days after `day`; a negative count looks back."""
    step = timedelta(days=1 if count >= 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """How many working days lie after `first`, up to and including `last`; 0 when `last` comes first."""
    return sum(is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


def working_days_ago(count: int) -> date:
    """The last date after which `count` working days have begun by today: what happened then has waited that long."""
    return working_days_after(today() + timedelta(days=1), -count) - timedelta(days=1)


class Transition(NamedTuple):
    """Something that time does: `due()` selects the rows it is due for, `act(row)` does it to one."""

    name: str
    due: Callable[[], Any]
    act: Callable[[Any], None]


TRANSITIONS: list[Transition] = []


def by_the_clock(due: Callable[[], Any]) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Register a function as what time does to every row that `due()` selects; `hkplein tick` runs them all."""

    def register(act: Callable[[Any], None]) -> Callable[[Any], None]:
        TRANSITIONS.append(Transition(f"{act.__module__}.{act.__qualname__}", due, act))
        return act

    return register
