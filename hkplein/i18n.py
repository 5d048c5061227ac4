"""Dutch and English: sentences, dates and plurals in the language of whoever is reading."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from babel import dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from hkplein.clock import local, now, today

LANGUAGES = {"nl": "Nederlands", "en": "English"}
_language: ContextVar[str] = ContextVar("language", default="nl")


def language() -> str:
    """The language that is spoken now: "nl" or "en"."""
    return _language.get()


def speak(code: str | None) -> None:
    """From here on in this request, speak `code`; Dutch when it is unknown."""
    _language.set(code if code in LANGUAGES else "nl")


@contextmanager
def speaking(code: str | None) -> Iterator[None]:
    """Inside the block, speak `code`."""
    token = _language.set(code if code in LANGUAGES else "nl")
    try:
        yield
    finally:
        _language.reset(token)


@functools.cache
def _catalog(code: str) -> NullTranslations:
    file = Path(__file__).parent / "translations" / code / "LC_MESSAGES" / "messages.po"
    if code == "en" or not file.exists():  # the source strings are English
        return NullTranslations()
    compiled = io.BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=code))
    compiled.seek(0)
    return Translations(compiled)


@functools.lru_cache(maxsize=20_000)
def _translated(code: str, message: str) -> str:
    return _catalog(code).gettext(message)


def gettext(message: str, **values: Any) -> str:
    """`message` in the language that is spoken now, with `values` filled in."""
    text = _translated(_language.get(), message)
    return text % values if values else text


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """The form that fits `num`, in the language that is spoken now."""
    return _catalog(_language.get()).ngettext(one, many, num) % {"num": number(num), **values}


class Lazy:
    """A sentence that is translated when it is read, not when it is written."""

    __slots__ = ("message", "values")

    def __init__(self, message: str, **values: Any) -> None:
        self.message, self.values = message, values

    def __str__(self) -> str:
        return gettext(self.message, **self.values)

    def __mod__(self, values: Any) -> str:
        text: str = str(self) % values
        return text

    def __repr__(self) -> str:
        return f"_l({self.message!r})"


@functools.lru_cache(maxsize=2048)
def _number(code: str, value: float) -> str:
    return str(numbers.format_decimal(value, locale=code))


def number(value: float) -> str:
    """A number as it is written in the language spoken: 1.234,5 or 1,234.5."""
    return _number(_language.get(), value)


@functools.lru_cache(maxsize=8192)
def _day(code: str, value: date, year: int) -> str:
    pattern = "EEE d MMM" if value.year == year else "EEE d MMM y"
    return dates.format_date(value, pattern, locale=code).replace(".", "")


def day(value: date | datetime | None) -> str:
    """A date in words: "do 26 nov", with the year when it is another one."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = local(value).date()
    return _day(_language.get(), value, today().year)


def moment(value: datetime) -> str:
    """A date and time in words: "do 26 nov, 14:30"."""
    return f"{day(value)}, {local(value):%H:%M}"


def ago(value: datetime) -> str:
    """How long ago: "3 dagen geleden"."""
    return dates.format_timedelta(value - now(), add_direction=True, locale=_language.get())


_: Callable[..., str] = gettext
_l: Callable[..., Any] = Lazy
_n: Callable[..., str] = ngettext
