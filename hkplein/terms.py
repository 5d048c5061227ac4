"""How long things are kept: every term of the house. The clock keeps to it; the pages and the papers read it here.

Calendar days, for these are promises about privacy.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from hkplein.i18n import _l


class Term(NamedTuple):
    """How long something is kept, in time and in words, and since when that counts."""

    what: Any
    after: timedelta
    words: Any
    since: Any


_MONTH, _HALF_YEAR, _AT_ONCE = timedelta(days=30), timedelta(days=183), timedelta()
_30_DAYS, _SIX_MONTHS = _l("30 days"), _l("six months")

SIGNED_IN = Term(_l("Where you are signed in"), _AT_ONCE, _l("at once"), _l("it stops working"))
ATTEMPTS = Term(
    _l("Failed attempts to sign in"), timedelta(minutes=15), _l("fifteen minutes"), _l("the first of them was")
)
ONE_TIME = Term(
    _l("A one-time password that is not replaced by an own one"), timedelta(days=7), _l("seven days"), _l("it was made")
)
SUBMITTED = Term(_l("The number of a form that was sent"), timedelta(days=7), _l("seven days"), _l("it was sent"))
COOLING = Term(
    _l("An account that its owner or an administrator wants erased"),
    timedelta(days=7),
    _l("seven days"),
    _l("that was asked"),
)
DECLINED = Term(_l("A swap that was declined"), _MONTH, _30_DAYS, _l("that happened"))
DISSOLVED = Term(_l("A swap ring that came to nothing, and what it refused"), _MONTH, _30_DAYS, _l("that happened"))
CONFIDENTIAL = Term(_l("The text of a confidential pitstop"), timedelta(days=90), _l("90 days"), _l("it was closed"))
READ = Term(_l("A message to you that you have read"), _HALF_YEAR, _SIX_MONTHS, _l("you read it"))
SECURITY = Term(_l("The security log"), _HALF_YEAR, _SIX_MONTHS, _l("that happened"))
HISTORY = Term(
    _l("The history of the work, with the messages about it"),
    timedelta(days=5 * 365),
    _l("five years"),
    _l("that happened"),
)

TERMS = (
    *(SIGNED_IN, ATTEMPTS, ONE_TIME, SUBMITTED, COOLING, DECLINED, DISSOLVED, CONFIDENTIAL, READ, SECURITY, HISTORY),
)
