"""Mail: brings what somebody is told, bundled, in that person's language; called after every tick of the clock."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from itertools import takewhile
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app
from sqlalchemy import func, select, update

from hkplein.clock import now
from hkplein.config import LOCAL, setting
from hkplein.db import db
from hkplein.i18n import ngettext, speaking
from hkplein.models import Event, Notification, Person
from hkplein.moment import METHODS, calendar

log = logging.getLogger(__name__)
FRESH = timedelta(days=2)  # what is older is no news; it waits in the inbox
SECONDS = 15  # that a mail server may take to answer
# What is wrong with one mail only; the next may go.
REFUSED = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError, ValueError)


def deliver(going_on: Callable[[], bool] = lambda: True) -> int:
    """Send everybody one mail with what they were told and have not read; returns the number of mails.

    It stops before the next mail when it should not be `going_on`.

    The rows are reserved before they are sent and put back when that fails, so no two workers send one. Without
    HKPLEIN_SMTP_URL nothing happens. A server that cannot be reached is logged; the rows wait for the next time.
    """
    people = _waiting() if setting("HKPLEIN_SMTP_URL") else []
    sent = 0
    try:
        if people:
            with connection(setting("HKPLEIN_SMTP_URL")) as server:
                for id_ in takewhile(lambda _id: going_on(), people):
                    sent += _deliver_to(id_, server)
    except OSError as error:  # every error of smtplib is one
        log.warning("mail: the server does not answer: %s", type(error).__name__)
    return sent


@contextmanager
def connection(url: str) -> Iterator[smtplib.SMTP]:
    """A connection to `smtp://user:password@host:587`, or `smtps://…`; encrypted, but to this machine itself.

    Raises SMTPNotSupportedError where a server elsewhere cannot encrypt: it would read a password and everybody's mail.
    """
    parts = urlsplit(url)
    host, context = parts.hostname or "localhost", ssl.create_default_context()
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=SECONDS)
    with server:
        server.ehlo()
        if parts.scheme != "smtps" and (server.has_extn("starttls") or host not in LOCAL):
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server


def _unsent() -> tuple[Any, ...]:
    """What waits: not sent, not read, and news."""
    fresh = select(Event.id).where(Event.id == Notification.event_id, Event.at > now() - FRESH).exists()
    return Notification.sent_at.is_(None), Notification.seen_at.is_(None), fresh


def outbox() -> int:
    """How many messages wait to be sent."""
    found = select(func.count()).select_from(Notification).join(Person, Person.id == Notification.person_id)
    return db.session.scalar(found.where(*_unsent(), Person.active)) or 0


def _waiting() -> Sequence[int]:
    found = select(Notification.person_id).join(Person, Person.id == Notification.person_id)
    people = db.session.scalars(
        found.where(*_unsent(), Person.active).distinct().order_by(Notification.person_id)
    ).all()
    db.session.commit()
    return people


def _deliver_to(person_id: int, server: smtplib.SMTP) -> int:
    """Send one person's mail; returns how many that were."""
    reserved = _reserve(person_id)
    if not reserved:
        return 0  # another worker was first
    try:
        message = _message(db.session.get_one(Person, person_id), reserved)
        db.session.commit()  # the database does not wait for a mail server
        server.send_message(message)
    except REFUSED as error:
        _put_back(reserved)
        log.warning("mail: one was refused: %s", type(error).__name__)  # to whom is nobody's business here
        return 0
    except BaseException:
        _put_back(reserved)
        raise
    return 1


def _reserve(person_id: int) -> list[int]:
    """Mark what waits for somebody as sent, and return it: whoever marks it, sends it."""
    marked = update(Notification).where(Notification.person_id == person_id, *_unsent()).values(sent_at=now())
    ids = db.session.scalars(marked.returning(Notification.id), execution_options={"synchronize_session": False}).all()
    db.session.commit()
    return sorted(ids)


def _put_back(ids: Iterable[int]) -> None:
    db.session.rollback()
    back = update(Notification).where(Notification.id.in_(list(ids))).values(sent_at=None)
    db.session.execute(back, execution_options={"synchronize_session": False})
    db.session.commit()


def _message(person: Person, ids: Sequence[int]) -> EmailMessage:
    """The mail itself. Only numbers and settings stand in its headers, never what somebody wrote."""
    found = Notification.inbox(person).where(Notification.id.in_(ids))
    rows = db.session.scalars(found).unique().all()
    with speaking(person.locale):
        words = {"person": person, "rows": rows, "home": setting("HKPLEIN_URL").rstrip("/"), "language": person.locale}
        sender = setting("HKPLEIN_MAIL_FROM")
        message = EmailMessage(policy=SMTP)
        message["Subject"] = ngettext("HK-plein: one message", "HK-plein: %(num)s messages", len(rows))
        message["From"], message["To"] = sender, person.email
        message["Date"], message["Message-ID"] = format_datetime(now()), make_msgid(domain=_domain(sender))
        message["Auto-Submitted"] = "auto-generated"
        env = current_app.jinja_env
        message.set_content(env.get_template("email/messages.txt").render(words))
        message.add_alternative(env.get_template("email/messages.html").render(words), subtype="html")
        for method, file in _moments(person, rows):
            message.add_attachment(file, subtype="calendar", filename="pitstop.ics", params={"method": method})
    return message


def _moments(person: Person, rows: Iterable[Notification]) -> Iterator[tuple[str, str]]:
    """What the rows, newest first, ask of a calendar: the last word about each moment, as (method, file)."""
    last: dict[int | None, Event] = {}
    for row in rows:
        if row.event.noun == "pitstop" and row.event.verb in METHODS:
            last.setdefault(row.event.pitstop_id, row.event)
    for event in last.values():
        pitstop, method = event.pitstop, METHODS[event.verb]
        if pitstop and (method == "CANCEL" or (pitstop.planned_at and pitstop.readable_by(person))):
            yield method, calendar(pitstop, person, method)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].strip(" <>") or "localhost"
