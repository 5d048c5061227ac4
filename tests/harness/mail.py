"""A mail server that is down or slow holds nobody up, and gets everything once when it is well again."""

from __future__ import annotations

import contextlib
import re
import socket
import time
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from hkplein.db import db
from hkplein.delivery import outbox
from tests.harness.finding import Finding, p99
from tests.harness.site import Site

ARRIVES = 40.0  # seconds after which what waited has come


class Post:
    """Whatever mail comes in."""

    def __init__(self) -> None:
        self.count = 0
        self.told: Counter[tuple[str, str]] = Counter()  # whom, and of which claim

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Note to whom it goes, and of which tasks it speaks."""
        self.count += 1
        body = message_from_bytes(envelope.content, policy=default).get_body(("plain",))
        assert body is not None
        links = re.findall(r"/tasks/\d+", body.get_content())
        self.told.update((whom, link) for whom in envelope.rcpt_tos for link in links)
        return "250 OK"


@contextlib.contextmanager
def slow(port: int) -> Iterator[None]:
    """A mail server that takes the call and says nothing."""
    with socket.create_server(("127.0.0.1", port)):
        yield


@contextlib.contextmanager
def well(port: int) -> Iterator[Post]:
    """A mail server as it should be."""
    post = Post()
    controller = Controller(post, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield post
    finally:
        controller.stop()


def mail(site: Site, claims: int, *, patient: bool, arrives: float = ARRIVES) -> Finding:
    """Claims while mail is down, and, if there is time to be `patient`, while it is slow; then it is well again."""
    town, finding, seconds = site.town, Finding("fault: mail down or slow"), list[float]()
    faults: list[contextlib.AbstractContextManager[None]] = [contextlib.nullcontext()]
    faults += [slow(site.mail_port)] if patient else []
    tasks = town.tasks(claims * len(faults))
    for n, fault in enumerate(faults):
        with fault:
            time.sleep(3 if patient else 1)  # until the clock has come upon it
            for task in tasks[n * claims : (n + 1) * claims]:
                reply = site.ask(town.browsers[0], "POST", f"{task.url}/claim")
                finding.expect(reply.done, f"an answer {reply.status}")
                seconds.append(reply.seconds)
    with well(site.mail_port) as post:
        until = time.monotonic() + arrives
        while time.monotonic() < until and waiting(site):
            time.sleep(0.1)
        finding.expect(not waiting(site), "mail still waits")
    author, urls = town.cast.anna.email, {task.url for task in tasks}
    missed = sum(not post.told[author, task.url] for task in tasks)
    finding.expect(not missed, f"of {missed} claims their author was not told")
    twice = [count for (_whom, link), count in post.told.items() if link in urls and count > 1]
    finding.expect(not twice, "somebody was told twice")
    finding.number = f"{len(tasks)} claims, p99 {p99(seconds) * 1000:.0f} ms, {post.count} mails"
    return finding


def waiting(site: Site) -> int:
    """How much mail waits."""
    site.town.fresh()
    count = outbox()
    db.session.rollback()
    return count
