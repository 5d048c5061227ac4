"""Dutch words, folded and stemmed, for one full-text search on both databases."""

from __future__ import annotations

import functools
import re
import threading
import unicodedata
from typing import NamedTuple

import snowballstemmer

LONGEST = 60  # characters of a word that count
_word = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})  # no accents, to Unicode
_local = threading.local()
_COMMON = frozenset(
    "alle alles altijd andere alleen bent daar deze dingen door doen eigen elkaar even gaan gaat geen goed hebben"
    " heeft hier hoeveel iemand iets jezelf jullie kunnen kunt langer maar maken meer mensen mijn moet moeten naar niet"
    " niets nooit omdat onder onze over samen soms steeds tussen veel voor waar waarom wanneer want weer weet welke"
    " werd werk wordt worden wilt zelf zijn zonder zoveel".split()
)  # Dutch words that stand in any question


@functools.lru_cache(maxsize=50_000)
def stems(word: str) -> tuple[str, str]:
    """What is left of a Dutch word without its ending (Porter's algorithm), and its root (Kraaij and Pohlmann's).

    The ending hides little, so other words may begin with what is left; the root of "bellen" and "gebeld" is "bel".
    """
    if not hasattr(_local, "stemmers"):  # a stemmer is not safe to share between threads
        _local.stemmers = snowballstemmer.stemmer("dutch_porter"), snowballstemmer.stemmer("dutch")
    short, root = (str(stemmer.stemWord(word)) for stemmer in _local.stemmers)
    return short, root


def words(value: str) -> list[str]:
    """The words of a text, without capitals and accents."""
    plain = unicodedata.normalize("NFKD", value.casefold()).translate(_LETTERS)
    return [word[:LONGEST] for word in _word.findall("".join(c for c in plain if not unicodedata.combining(c)))]


def folded(value: str) -> str:
    """A text without capitals and accents, to look for a part of it."""
    return " ".join(words(value))


def forms(word: str) -> list[str]:
    """A word and its stems: Snowball turns "fiets" into "fiet" but "fietsen" into "fiets"."""
    return list(dict.fromkeys((word, *stems(word))))


def tokens(value: str) -> str:
    """Each word with its stems."""
    return " ".join(dict.fromkeys(form for word in words(value) for form in forms(word)))


class Sought(NamedTuple):
    """One word of a query: what a word in the text may begin with, or the root that it must have."""

    beginnings: list[str]
    root: str


def alternatives(query: str) -> list[Sought]:
    """For each of the first eight words of a query: the forms of which one must be there."""
    found = ((word, *stems(word)) for word in words(query)[:8])
    return [Sought(list(dict.fromkeys((word, short))), root) for word, short, root in found]


def telling(text: str) -> dict[str, set[str]]:
    """The words of a text that say what it is about, each with its forms: no short ones, and none of _COMMON."""
    return {word: set(forms(word)) for word in words(text) if len(word) > 3 and word not in _COMMON}
