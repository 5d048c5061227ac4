"""Passwords of local accounts: hashed with argon2id at OWASP's setting, refused when they are known to everybody."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hkplein.i18n import _

MINIMUM, MAXIMUM = 8, 128
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP: 19 MiB, t=2, p=1
_nobody = _hasher.hash("nobody")  # so that an unknown account takes as long as a known one
COMMON = frozenset(
    """password wachtwoord welkom01 welkom123 welkom12 12345678 123456789 1234567890 qwertyuiop qwerty123 iloveyou
    geheim12 geheim123 gemeente gemeente1 gemeente01 zomer2025 zomer2026 winter2025 winter2026 lente2026 herfst2026
    password1 password123 wachtwoord1 wachtwoord123 11111111 00000000 87654321 abcd1234 abc12345 changeme letmein1
    sunshine princess football superman voetbal1 ajax1234 feyenoord nederland nederland1 amsterdam rotterdam
    hallo123 hallohallo welkomwelkom testtest test1234 admin123 administrator beheerder""".split()
)


def hashed(password: str) -> str:
    """The hash to store; takes about 20 ms, so never inside a write transaction."""
    return _hasher.hash(password)


def one_time() -> str:
    """Sixteen letters and digits in groups of four: 79 bits, easy to read aloud."""
    return "-".join("".join(secrets.choice(LETTERS) for _n in range(4)) for _group in range(4))


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
    if password.casefold() in COMMON or len(set(password)) < 4:
        return _("Everybody tries this password first. Take another one.")
    if any(len(word) > 3 and password.casefold() in word.casefold() for word in known):
        return _("Do not use your name or e-mail address.")
    return None
