"""Faults become words: whatever happens to the database or the mail, nothing is lost and everybody is told."""

from __future__ import annotations

import contextlib
import html
import resource
import secrets
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
from sqlalchemy import select
from sqlalchemy.engine import make_url

from hkplein.db import db
from hkplein.models import Person, Task
from tests.harness.finding import Finding
from tests.harness.site import Site
from tests.harness.town import Visitor, filled
from tests.harness.wire import Reply

WORDS = {"en": "We cannot open or save anything just now", "nl": "We kunnen nu even niets openen of opslaan"}
RESUMES = 10.0  # seconds after which writing works again
Fault = Callable[[Site], contextlib.AbstractContextManager[object]]


class Writers:
    """Two people who keep writing, one in each language, and one who reads."""

    def __init__(self, site: Site) -> None:
        self.site, self.kept, self.refused = site, list[str](), list[str]()
        pit = site.town.cast.groen.id
        with site.town.writing():
            people = [
                Person(name="Schrijver", email=f"{secrets.token_hex(4)}@voorbeeld.nl", pit_id=pit, locale=language)
                for language in WORDS
            ]
            db.session.add_all(people)
            db.session.flush()
            self.writers = {person.locale: site.town.sign_in(person, person.locale) for person in people}
        self.task = site.town.tasks(1)[0]
        self.finding = Finding("")

    def write(self, language: str) -> Reply:
        """Post a task; what could not be saved is said in words, and kept in a form."""
        title, text = f"Klus {secrets.token_hex(8)}", f"Dit & “dat”\r\n{secrets.token_hex(1500)}"
        one = self.writers[language].knock("POST", "/tasks/new", **filled(title, description=text))
        reply = self.site.rush([one])[0]
        (self.kept if reply.done else self.refused).append(title)
        if not reply.done:
            self.said(reply, language)
            shown = html.unescape(reply.text)
            self.finding.expect(title in shown and text in shown, "what was typed is lost")
        return reply

    def said(self, reply: Reply, language: str) -> None:
        """Note what is wrong with a refusal."""
        self.finding.expect(reply.status == 503, f"an answer {reply.status}")
        self.finding.expect(reply.headers.get("Retry-After", "").isdigit(), "no Retry-After")
        self.finding.expect(WORDS[language] in reply.text, f"not in words ({language})")

    def read(self, who: Visitor) -> list[Reply]:
        """Look at some pages."""
        return [self.site.ask(who, "GET", path) for path in ("/tasks", self.task.url, "/account")]


def endure(site: Site, what: str, fault: Fault, *, seconds: float, reads: bool = True, fails: bool = True) -> Finding:
    """Write and read while there is a `fault`, and go on after it, without a restart of ours.

    `reads` says that pages still open meanwhile, and `fails` that what is written is refused before it is over.
    """
    writers, finding = Writers(site), Finding(f"fault: {what}")
    writers.finding = finding
    finding.expect(writers.write("en").done, "it did not work before")
    before, refusals, known = site.workers, 0, site.town.problems()
    with fault(site):
        until, tries = time.monotonic() + seconds, 0
        while (time.monotonic() < until or tries < 2) and not (fails and refusals >= 4):
            reply = writers.write("nl" if tries % 2 else "en")
            refusals, tries = refusals + (not reply.done), tries + 1
            pages = writers.read(writers.writers["en"])
            if reads:
                finding.expect({page.status for page in pages} == {200}, f"reading: {[p.status for p in pages]}")
                continue
            for page in pages:
                writers.said(page, "en")
    begin = time.monotonic()
    while not writers.write("nl").done and time.monotonic() < begin + RESUMES:
        time.sleep(0.2)
    took = time.monotonic() - begin
    finding.expect(took < RESUMES, f"writing does not work again after {took:.0f} s")
    finding.expect(site.workers == before, "the server was restarted")
    finding.expect(refusals or not fails, "nothing was refused: the fault was none")
    site.town.fresh()
    there = set(db.session.scalars(select(Task.title).where(Task.title.in_(writers.kept + writers.refused))))
    finding.expect(there >= set(writers.kept), "an acknowledged task is lost")
    finding.expect(not there & set(writers.refused), "a refused task is there")
    finding.wrong += site.town.problems() - known
    finding.wrong = list(dict.fromkeys(finding.wrong))
    finding.number = f"{refusals} refused in words, works again in {took:.1f} s"
    return finding


# What may happen.


@contextlib.contextmanager
def unwritable(site: Site) -> Iterator[None]:
    """Nothing can be written any more: the file system refuses, or the server became a standby."""
    if site.kind == "postgresql":
        with alone(site) as connection:
            connection.execute("ALTER SYSTEM SET default_transaction_read_only = on")
            connection.execute("SELECT pg_reload_conf()")
            try:
                time.sleep(0.2)
                yield
            finally:
                connection.execute("SET default_transaction_read_only = off")
                connection.execute("ALTER SYSTEM RESET default_transaction_read_only")
                connection.execute("SELECT pg_reload_conf()")
        return
    limits = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in site.workers}
    for pid, (_soft, hard) in limits.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        for pid, limit in limits.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limit)


@contextlib.contextmanager
def locked(site: Site) -> Iterator[None]:
    """Another program holds the tables."""
    if site.kind == "postgresql":
        with alone(site) as connection, connection.transaction():
            connection.execute("LOCK TABLE task IN EXCLUSIVE MODE")
            yield
        return
    path = str(make_url(site.url).database)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=20)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        yield
        writer.execute("ROLLBACK")


def locked_for(seconds: float) -> Fault:
    """Another program holds the tables for so long, whatever happens meanwhile."""

    @contextlib.contextmanager
    def fault(site: Site) -> Iterator[None]:
        held = threading.Event()

        def hold() -> None:
            with locked(site):
                held.set()
                time.sleep(seconds)

        thread = threading.Thread(target=hold)
        thread.start()
        held.wait(20)
        yield
        thread.join()

    return fault


@contextlib.contextmanager
def stopped(site: Site) -> Iterator[None]:
    """PostgreSQL is restarted."""
    assert site.cluster is not None
    site.town.leave()
    site.cluster.stop()
    try:
        yield
    finally:
        site.cluster.start()


@contextlib.contextmanager
def full(site: Site) -> Iterator[None]:
    """The disk has no byte left; see `small_disk`."""
    filler = site.disk / "filler"
    block = b"x" * 4096
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(block) == len(block):
            pass
    try:
        yield
    finally:
        filler.unlink()


@contextlib.contextmanager
def small_disk(where: Path, megabytes: int) -> Iterator[None]:
    """A disk of its own for a folder, small enough to be filled. Raises OSError where that is not allowed."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "hkplein", str(where)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except subprocess.CalledProcessError as error:
        raise OSError(error.stderr.decode().strip()) from None
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(where)], check=True)


def alone(site: Site) -> psycopg.Connection[tuple[object, ...]]:
    """A connection of an administrator."""
    url = make_url(site.url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(url, autocommit=True)
