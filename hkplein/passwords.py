"""Passwords of local accounts: hashed with argon2id at OWASP's setting, refused when they are known to everybody."""

from __future__ import annotations

import functools
import re
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hkplein.i18n import _

MINIMUM, MAXIMUM = 8, 128
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP: 19 MiB, t=2, p=1
_nobody = _hasher.hash("nobody")  # so that an unknown account takes as long as a known one
HERE = frozenset(
    """wachtwoord welkom01 welkom123 welkom12 geheim12 geheim123 gemeente gemeente1 gemeente01 wachtwoord1 wachtwoord123
    voetbal1 ajax1234 feyenoord nederland nederland1 hallo123 hallohallo welkomwelkom testtest test1234 admin123
    administrator beheerder hollandskroon hkplein1 hk-plein""".split()
)  # what people try first in the Netherlands, and here
_season = re.compile(
    r"(lente|voorjaar|zomer|herfst|najaar|winter|januari|februari|maart|april|juni|juli|augustus"
    r"|september|oktober|november|december|welkom|gemeente|wachtwoord)[-_ ]?(20)?\d\d[!?.]?\Z"
)


def hashed(password: str) -> str:
    """The hash to store; takes about 20 ms, so never inside a write transaction."""
    return _hasher.hash(password)


def one_time() -> str:
    """Sixteen letters and digits in groups of four: 79 bits, easy to read aloud."""
    return spoken(4)


def spoken(groups: int) -> str:
    """Random letters and digits in groups of four: 19.8 bits a group."""
    return "-".join("".join(secrets.choice(LETTERS) for _n in range(4)) for _group in range(groups))


@functools.cache
def common() -> frozenset[str]:
    """What everybody tries first: the commonest of those that leaked, 11,600 that are long enough."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # 12 MB; only whoever chooses a password needs it

    return HERE | {word for word in FREQUENCY_LISTS["passwords"] if len(word) >= MINIMUM}


def check(password_hash: str | None, password: str) -> bool:
    """Whether the password is right; takes as long when there is no account."""
    try:
        right = _hasher.verify(password_hash or _nobody, password[:MAXIMUM])
    except (VerificationError, InvalidHashError):
        return False
    return right and password_hash is not None and len(password) <= MAXIMUM


def problem_with(password: str, *known: str) -> str | None:
    """Why a new password will not do, in one sentence; None when it will. `known` are words about the person."""
    if len(password) < MINIMUM:
        return _("Take at least %(count)s characters; a sentence of 15 or more is best.", count=MINIMUM)
    if len(password) > MAXIMUM:
        return _("Take at most %(count)s characters.", count=MAXIMUM)
    if (plain := password.casefold()) in common() or _season.match(plain) or len(set(password)) < 4:
        return _("Everybody tries this password first. Take another one.")
    if any(len(word) > 3 and password.casefold() in word.casefold() for word in known):
        return _("Do not use your name or e-mail address.")
    return None
