"""A backup that is made while people write is one moment of the whole, and comes back identical somewhere else."""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from hkplein.models import Event, Task
from tests.harness.finding import Finding
from tests.harness.site import Site
from tests.harness.town import Visitor, filled

COMES_BACK = 15 * 60.0  # seconds that a restore may take
WRITERS = 3
SIGNED_OUT = {"sign_in"}  # everybody is, after a restore
Rows = Mapping[str, list[tuple[object, ...]]]


@dataclass
class Writer:
    """Somebody who posts one task after another, and notes when each was sent and acknowledged."""

    site: Site
    who: Visitor
    posted: list[tuple[str, float, float]] = field(default_factory=list)

    def live(self, stop: threading.Event) -> None:
        """Until it is enough."""
        while not stop.is_set():
            title = f"Klus {secrets.token_hex(8)}"
            reply = self.site.rush([self.who.knock("POST", "/tasks/new", **filled(title))])[0]
            if reply.done:
                self.posted.append((title, reply.begin, reply.end))


def backup(site: Site, rounds: int, *, still: bool) -> Finding:
    """Back up under load, restore elsewhere; each writer's tasks are there up to one moment, and no further.

    With `still` also once when nobody writes: then everything is identical.
    """
    finding, took = Finding("a backup is whole"), 0.0
    rows = 0
    for n in range(rounds):
        file, url = site.folder / f"backup_{n}_{secrets.token_hex(4)}", site.elsewhere()
        writers = [Writer(site, browser) for browser in site.town.browsers[:WRITERS]]
        stop = threading.Event()
        threads = [threading.Thread(target=writer.live, args=(stop,)) for writer in writers]
        for thread in threads:
            thread.start()
        with reading(site):
            time.sleep(0.5)
            begin = time.time()
            made = site.command("backup", str(file))
            end = time.time()
        stop.set()
        for thread in threads:
            thread.join()
        finding.expect(made.returncode == 0, f"backup: {made.stderr.strip()[-300:]}")
        restored = site.command("restore", str(file), url=url)
        took = max(took, time.time() - end)
        finding.expect(restored.returncode == 0, f"restore: {restored.stderr.strip()[-300:]}")
        if made.returncode or restored.returncode:
            break
        rows = moment(url, writers, begin, end, finding)
    finding.expect(took < COMES_BACK, f"it took {took:.0f} s")
    if still and not finding.wrong:
        finding.wrong += identical(site)
    finding.number = f"{rounds} under load, {rows} rows back in {took:.1f} s"
    return finding


@contextlib.contextmanager
def reading(site: Site) -> Iterator[None]:
    """Inside the block somebody reads one long report, so SQLite cannot move what is new into its file."""
    engine = sa.create_engine(site.url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.scalar(sa.select(sa.func.count()).select_from(Task))
        yield


def moment(url: str, writers: list[Writer], begin: float, end: float, finding: Finding) -> int:
    """Note what is not one moment between `begin` and `end`; returns how many rows came back."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        titles = set(connection.scalars(sa.select(Task.title)))
        claimed = connection.scalar(sa.select(sa.func.count()).select_from(Event).where(Event.verb == "post"))
    for writer in writers:
        there = [title in titles for title, _sent, _kept in writer.posted]
        finding.expect(there == sorted(there, reverse=True), "a later task is there, and an earlier one is not")
        for (_title, sent, kept), is_there in zip(writer.posted, there, strict=True):
            finding.expect(is_there or kept > begin, "what was acknowledged before the backup is not in it")
            finding.expect(not is_there or sent < end, "what came after the backup is in it")
    finding.expect(claimed, "no event came back")
    return sum(map(len, everything(url).values()))


def identical(site: Site) -> list[str]:
    """Once nobody writes: every table, row by row, here and after backup and restore."""
    file, url = site.folder / f"backup_still_{secrets.token_hex(4)}", site.elsewhere()
    with site.still():
        for command, where in (("backup", ""), ("restore", url)):
            done = site.command(command, str(file), url=where)
            if done.returncode:
                return [f"{command}: {done.stderr.strip()[-300:]}"]
        site.town.fresh()
        here, there = everything(site.url), everything(url)
    return [f"table {name} differs" for name in here if here[name] != there.get(name) and name not in SIGNED_OUT]


def everything(url: str) -> Rows:
    """All rows of all tables."""
    if url.startswith("sqlite"):
        with sqlite3.connect(str(make_url(url).database)) as connection:
            found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%fts%'")
            names = [name for (name,) in found if not name.startswith(("search_fts", "sqlite_"))]
            return {name: connection.execute(f'SELECT * FROM "{name}" ORDER BY rowid').fetchall() for name in names}
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        names = sa.inspect(connection).get_table_names()
        return {
            name: [tuple(row) for row in connection.exec_driver_sql(f'SELECT t::text FROM "{name}" t ORDER BY 1')]
            for name in names
        }
