"""What time does to seats and to the hands for them: nobody is left without a word."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from hkplein.clock import by_the_clock, end_of, today, working_days_ago
from hkplein.db import change
from hkplein.models.bid import Bid
from hkplein.models.event import Event
from hkplein.models.seat import Seat

ASK_AGAIN = 5  # working days of silence after which whoever must answer is asked again
ANSWERED_BY = 10  # working days after which time gives the answer


def _past(days: int) -> datetime:
    """The end of the day that lies so many working days back."""
    return end_of(working_days_ago(days))


def _silent(state: str, days: int, *where: Any) -> Any:
    """Bids on a seat that have been in `state` for so many working days."""
    return select(Bid).join(Seat, Seat.id == Bid.seat_id).where(Bid.state == state, Bid.since <= _past(days), *where)


@by_the_clock(lambda: _silent("raised", ANSWERED_BY, Seat.state == "filled", Seat.filled_at <= _past(ANSWERED_BY)))
def pass_over(bid: Bid) -> None:
    """The seat went to somebody else and nobody told the others."""
    bid.lapse("pass-over")


@by_the_clock(lambda: _silent("invited", ANSWERED_BY))
def run_out(bid: Bid) -> None:
    """An invitation without an answer makes way for the next one."""
    bid.lapse("run-out")


@by_the_clock(
    lambda: (
        select(Bid)
        .join(Seat, Seat.id == Bid.seat_id)
        .where(Bid.state.in_(("raised", "invited")), func.coalesce(Bid.reminded_at, Bid.since) <= _past(ASK_AGAIN))
    )
)
def remind(bid: Bid) -> None:
    """Whoever must answer is asked once more, every week."""
    bid.remind()


@by_the_clock(lambda: select(Seat).where(Seat.state != "ended", Seat.until < today()))
def end(seat: Seat) -> None:
    """Its date has passed."""
    seat.over("run-out", None)


@by_the_clock(
    lambda: select(Seat).where(
        Seat.state == "filled", Seat.warned.is_(False), Seat.until <= today() + timedelta(days=7), Seat.until >= today()
    )
)
def warn(seat: Seat) -> None:
    """It ends in a week: its holder and the trekker can still move the date."""
    change(seat, "last-week", warned=True)
    Event.record(seat, "last-week", by=None, tell={"you": [seat.holder_id], "trekker": seat.lead})
