"""Dutch words, folded and stemmed, for one full-text search on both databases."""

from __future__ import annotations

import functools
import re
import threading
import unicodedata

import snowballstemmer

LONGEST = 60  # characters of a word that count
_word = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})  # no accents, to Unicode
_local = threading.local()
_COMMON = frozenset(
    "alle alles altijd andere alleen bent daar deze dingen door doen eigen elkaar even gaan gaat geen goed hebben"
    " heeft hier hoeveel iemand iets jezelf jullie kunnen kunt langer maar maken meer mensen mijn moet moeten naar niet"
    " niets nooit omdat onder onze over samen soms steeds tussen veel voor waar waarom wanneer want weer welke werd"
    " werk wordt worden wilt zelf zijn zonder zoveel".split()
)  # Dutch words that stand in any question


@functools.lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a Dutch word (Porter's algorithm for Dutch)."""
    if not hasattr(_local, "stemmer"):  # a stemmer is not safe to share between threads
        _local.stemmer = snowballstemmer.stemmer("dutch_porter")
    return str(_local.stemmer.stemWord(word))


def words(value: str) -> list[str]:
    """The words of a text, without capitals and accents."""
    plain = unicodedata.normalize("NFKD", value.casefold()).translate(_LETTERS)
    return [word[:LONGEST] for word in _word.findall("".join(c for c in plain if not unicodedata.combining(c)))]


def folded(value: str) -> str:
    """A text without capitals and accents, to look for a part of it."""
    return " ".join(words(value))


def tokens(value: str) -> str:
    """Each word and its stem: Snowball turns "fiets" into "fiet" but "fietsen" into "fiets"."""
    return " ".join(dict.fromkeys(t for word in words(value) for t in (word, stem(word))))


def alternatives(query: str) -> list[list[str]]:
    """For each of the first eight words of a query: the forms of which one must be there."""
    return [list(dict.fromkeys((word, stem(word)))) for word in words(query)[:8]]


def telling(text: str) -> dict[str, set[str]]:
    """The words of a text that say what it is about, each with its forms: no short ones, and none of _COMMON."""
    return {word: {word, stem(word)} for word in words(text) if len(word) > 3 and word not in _COMMON}
