"""Mail: what is sent to whom, once, in their language, and never what is confidential."""

from __future__ import annotations

import email
import email.policy
import os
import smtplib
import socket
import threading
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from icalendar import Calendar
from sqlalchemy import select, update

from hkplein import delivery
from hkplein.clock import moved_to, now
from hkplein.db import db
from hkplein.models import Event, Notification
from tests.cast import make_issue, make_pitstop, make_task

CANARY = "kanarie-zingt-in-het-donker"


class Postbox:
    """A mail server that keeps what it gets, and can be told to refuse somebody."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.refuses: set[str] = set()
        self.lock = threading.Lock()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: ARG002, N802
        if address in self.refuses:
            return "550 nobody here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: ARG002, N802
        with self.lock:
            self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"

    def to(self, person) -> list[Any]:
        return [message for message in self.messages if message["To"] == person.email]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def postbox(monkeypatch):
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    monkeypatch.setenv("HKPLEIN_SMTP_URL", f"smtp://127.0.0.1:{controller.port}")
    monkeypatch.setenv("HKPLEIN_URL", "https://plein.voorbeeld.nl/")
    monkeypatch.setenv("HKPLEIN_MAIL_FROM", "plein@voorbeeld.nl")
    yield box
    controller.stop()


def tell(cast, *people, title="Bel tien inwoners", by=None) -> Event:
    task = make_task(cast, "taken", title=title)
    id_ = Event.record(task, "claim", by=by or cast.chris, tell={"author": [person.id for person in people]})
    event = db.session.get_one(Event, id_)
    db.session.commit()
    return event


def unsent() -> list[int]:
    return sorted(db.session.scalars(select(Notification.person_id).where(Notification.sent_at.is_(None))))


def text_of(message, kind="plain") -> str:
    return str(message.get_body((kind,)).get_content())


def test_everybody_gets_one_mail_with_all_that_is_new(cast, postbox):
    tell(cast, cast.anna, title="Eerste")
    tell(cast, cast.anna, cast.bram, title="Tweede")
    assert delivery.deliver() == 2
    (mail,) = postbox.to(cast.anna)
    assert mail["Subject"] == "HK-plein: 2 messages" and mail["From"] == "plein@voorbeeld.nl"
    for kind in ("plain", "html"):
        body = text_of(mail, kind)
        assert "Chris does “Eerste”." in body and "Chris does “Tweede”." in body
        assert "because you posted this" in body and "https://plein.voorbeeld.nl/tasks/" in body
        assert "https://plein.voorbeeld.nl/notifications" in body and "nl//" not in body
    (bram,) = postbox.to(cast.bram)
    assert bram["Subject"] == "HK-plein: one message" and "Eerste" not in text_of(bram)
    assert unsent() == []
    assert delivery.deliver() == 0 and len(postbox.messages) == 2, "nothing is sent twice"


def test_mail_comes_in_the_language_of_who_reads_it(cast, postbox):
    cast.anna.locale, cast.bram.locale = "nl", "en"
    tell(cast, cast.anna, cast.bram)
    delivery.deliver()
    dutch, english = text_of(postbox.to(cast.anna)[0]), text_of(postbox.to(cast.bram)[0])
    assert "omdat jij dit plaatste" in dutch and "because you posted this" not in dutch
    assert "because you posted this" in english
    assert 'lang="nl"' in text_of(postbox.to(cast.anna)[0], "html")


def test_what_was_read_or_is_old_stays_in_the_inbox(cast, postbox):
    event = tell(cast, cast.anna, cast.bram)
    read = update(Notification).where(Notification.person_id == cast.anna.id).values(seen_at=now())
    db.session.execute(read)
    db.session.commit()
    with moved_to(event.at + timedelta(days=2, minutes=1)):
        assert delivery.deliver() == 0
    with moved_to(event.at + timedelta(days=1)):
        assert delivery.deliver() == 1
    assert [mail["To"] for mail in postbox.messages] == [cast.bram.email]


def test_somebody_whose_account_is_closed_gets_no_mail(cast, postbox):
    tell(cast, cast.anna)
    cast.anna.active = False
    db.session.commit()
    assert delivery.deliver() == 0 and postbox.messages == []


def test_without_a_mail_server_nothing_happens(cast, monkeypatch):
    monkeypatch.delenv("HKPLEIN_SMTP_URL", raising=False)
    tell(cast, cast.anna)
    assert delivery.deliver() == 0 and unsent() == [cast.anna.id]


def test_a_server_elsewhere_that_cannot_encrypt_gets_nothing(cast, postbox, monkeypatch):
    tell(cast, cast.anna)
    monkeypatch.setattr("hkplein.delivery.LOCAL", ())
    assert delivery.deliver() == 0 and postbox.messages == [] and unsent() == [cast.anna.id]


def test_a_server_that_is_away_loses_nothing(cast, postbox, monkeypatch):
    tell(cast, cast.anna)
    good = os.environ["HKPLEIN_SMTP_URL"]
    monkeypatch.setenv("HKPLEIN_SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
    assert delivery.deliver() == 0 and unsent() == [cast.anna.id]
    monkeypatch.setenv("HKPLEIN_SMTP_URL", good)
    assert delivery.deliver() == 1 and unsent() == []


def test_one_that_is_refused_is_put_back_and_holds_up_nobody(cast, postbox):
    postbox.refuses = {cast.anna.email}
    tell(cast, cast.anna, cast.bram)
    assert delivery.deliver() == 1
    assert unsent() == [cast.anna.id] and [m["To"] for m in postbox.messages] == [cast.bram.email]
    postbox.refuses = set()
    assert delivery.deliver() == 1 and len(postbox.to(cast.anna)) == 1


def test_a_connection_that_breaks_half_way_puts_the_rest_back(cast, postbox, monkeypatch):
    tell(cast, cast.anna, cast.bram)
    send = smtplib.SMTP.send_message
    sent: list[Any] = []

    def breaks(self, message, *args, **kwargs):
        if sent:
            raise smtplib.SMTPServerDisconnected("gone")
        sent.append(message)
        return send(self, message, *args, **kwargs)

    monkeypatch.setattr(smtplib.SMTP, "send_message", breaks)
    assert delivery.deliver() == 1
    assert len(unsent()) == 1 and len(postbox.messages) == 1


@pytest.mark.parametrize("title", ["Twee\r\nBcc: iedereen@voorbeeld.nl", "<b>vet</b> & “zo”"])
def test_what_people_wrote_stays_out_of_headers_and_markup(cast, postbox, title):
    tell(cast, cast.anna, title=title)
    delivery.deliver()
    (mail,) = postbox.messages
    assert mail["Bcc"] is None and "iedereen" not in str(mail.items())
    assert "<b>vet</b>" not in text_of(mail, "html")
    assert set(mail.keys()) >= {"Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted"}


def test_an_address_that_is_none_is_nobodys_header(cast, postbox):
    cast.anna.email = "anna@voorbeeld.nl\r\nBcc: iedereen@voorbeeld.nl"
    tell(cast, cast.anna, cast.bram)
    assert delivery.deliver() == 1 and unsent() == [cast.anna.id]
    assert [mail["To"] for mail in postbox.messages] == [cast.bram.email]


@pytest.mark.parametrize("readers", ["line", "pit"])
def test_no_word_of_a_confidential_pitstop_leaves_by_mail(cast, postbox, readers):
    pitstop = make_pitstop(cast, "picked-up", readers=readers, question=CANARY, tried=CANARY, topic=f"{CANARY}-topic")
    Event.record(pitstop, "answer", by=cast.femke, tell={"asker": [person.id for person in cast.people]})
    db.session.commit()
    assert delivery.deliver() == len(cast.people) - 1
    raw = "\n".join(text_of(mail, kind) for mail in postbox.messages for kind in ("plain", "html"))
    assert CANARY not in raw and "Lean-monteur" in raw


def invitations(message) -> list[Any]:
    """What a mail asks of a calendar: (method, the event)."""
    files = [part for part in message.iter_attachments() if part.get_content_type() == "text/calendar"]
    found = [Calendar.from_ical(part.get_content()) for part in files]
    assert [part.get_param("method") for part in files] == [str(file["method"]) for file in found]
    return [(str(file["method"]), file.walk("VEVENT")[0]) for file in found]


def addresses(event) -> set[str]:
    found = event["attendee"]
    return {str(one).removeprefix("mailto:") for one in (found if isinstance(found, list) else [found])}


def test_a_planned_moment_comes_to_both_as_an_invitation(cast, postbox):
    """Another moment replaces it in the same calendars; when it is off it goes."""
    pitstop, sequence = make_pitstop(cast, "picked-up"), 0
    for days in (2, 4):
        at = now().replace(microsecond=0) + timedelta(days=days)
        pitstop.plan(cast.femke, at, "Kantine")
        db.session.commit()
        assert delivery.deliver() == 2
        for person in (cast.anna, cast.femke):
            ((method, event),) = invitations(postbox.to(person)[-1])
            assert (method, event.decoded("dtstart"), str(event["location"])) == ("REQUEST", at, "Kantine")
            assert str(event["uid"]) == f"pitstop-{pitstop.id}@plein.voorbeeld.nl"
            assert str(event["organizer"]) == "mailto:plein@voorbeeld.nl"
            assert addresses(event) == {cast.anna.email, cast.femke.email}
            assert int(event["sequence"]) > sequence
            text = text_of(postbox.to(person)[-1])
            assert "Kantine" in text and f"{at:%b}" in text
        sequence = int(event["sequence"])
    pitstop.put_back(cast.femke)
    db.session.commit()
    delivery.deliver()
    for person in (cast.anna, cast.femke):
        ((method, event),) = invitations(postbox.to(person)[-1])
        assert (method, str(event["status"])) == ("CANCEL", "CANCELLED") and int(event["sequence"]) > sequence
    assert [invitations(mail) for mail in postbox.to(cast.hugo)] == [[]]


def test_only_the_last_word_about_a_moment_comes_by_mail(cast, postbox):
    pitstop = make_pitstop(cast, "picked-up")
    for days in (2, 4):
        pitstop.plan(cast.femke, now() + timedelta(days=days), "")
    pitstop.put_back(cast.femke)
    db.session.commit()
    delivery.deliver()
    assert [method for method, _event in invitations(postbox.to(cast.anna)[0])] == ["CANCEL"]


def test_of_a_confidential_moment_only_time_line_and_link_leave(cast, postbox):
    pitstop = make_pitstop(cast, "picked-up", readers="line", topic=CANARY, question=CANARY)
    pitstop.plan(cast.femke, now() + timedelta(days=2), CANARY)
    db.session.commit()
    assert delivery.deliver() == 2
    for person in (cast.anna, cast.femke):
        (mail,) = postbox.to(person)
        ((_method, event),) = invitations(mail)
        assert CANARY not in event.to_ical().decode() and CANARY not in text_of(mail)
        assert "Lean-monteur" in str(event["summary"]) and str(event["url"]).endswith(pitstop.url)
        assert addresses(event) == {person.email}


def test_notes_are_read_on_the_square_and_not_in_the_mail(cast, postbox):
    Event.record(make_issue(cast), "update", by=cast.dina, tell={"team": [cast.eva.id]}, note=CANARY)
    db.session.commit()
    delivery.deliver()
    assert len(postbox.messages) == 1 and CANARY not in text_of(postbox.messages[0])


def deliver_from_four_at_once(app) -> None:
    start = threading.Barrier(4)
    wrong: list[Exception] = []

    def work():
        with app.app_context():
            start.wait()
            try:
                delivery.deliver()
            except Exception as error:
                wrong.append(error)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert not wrong, wrong


def test_four_workers_send_everything_once(app, cast, postbox):
    for n in range(3):
        tell(cast, *cast.people, title=f"Klus {n}")
    deliver_from_four_at_once(app)
    told = "\n".join(text_of(mail) for mail in postbox.to(cast.anna))
    assert [told.count(f"“Klus {n}”") for n in range(3)] == [1, 1, 1]
    assert unsent() == []


def test_the_test_of_four_workers_sees_who_looks_first_and_marks_afterwards(app, cast, postbox, monkeypatch):
    """Planted: read what waits, send it, mark it."""
    looked = threading.Barrier(4)

    def look_then_mark(person_id):
        waits = select(Notification.id).where(Notification.person_id == person_id, Notification.sent_at.is_(None))
        ids = db.session.scalars(waits).all()
        db.session.commit()
        looked.wait(30)
        marked = update(Notification).where(Notification.id.in_(ids)).values(sent_at=now())
        db.session.execute(marked, execution_options={"synchronize_session": False})
        db.session.commit()
        return ids

    monkeypatch.setattr(delivery, "_reserve", look_then_mark)
    tell(cast, cast.anna)
    deliver_from_four_at_once(app)
    assert len(postbox.to(cast.anna)) > 1
