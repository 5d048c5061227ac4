"""A site on each database, for the tests and for `make trust`."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from tests import pg
from tests.harness.faults import small_disk
from tests.harness.site import Site, running

CAREFUL = ("-c", "max_connections=100")


def fresh(cluster: pg.Cluster, name: str) -> str:
    """The URL of a new, empty database."""
    admin = sa.create_engine(cluster.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    return make_url(cluster.url).set(database=name).render_as_string(hide_password=False)


class Sites:
    """The sites that were asked for; each is started when it is first wanted, and stopped at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.open = folder, contextlib.ExitStack()
        self.made: dict[tuple[str, bool], Site] = {}
        self.numbers = itertools.count()
        self.cluster: pg.Cluster | None = None

    def url(self, kind: str, name: str) -> str:
        """Where a new database of this kind is."""
        if kind == "sqlite":
            return f"sqlite:///{self.folder / name}.sqlite3"
        if self.cluster is None:
            self.cluster = self.open.enter_context(pg.cluster(*CAREFUL))
        return fresh(self.cluster, name)

    def on(self, kind: str, *, planted: bool = False) -> Site:
        """The site on this kind of database; the one with mistakes in it when it should be `planted`."""
        if (kind, planted) not in self.made:
            name = f"{kind}_{'planted' if planted else 'real'}"
            home = self.folder / name
            home.mkdir()
            site = self.open.enter_context(running(self.url(kind, name), home, planted=planted))
            site.elsewhere = lambda: self.url(kind, f"elsewhere_{next(self.numbers)}")
            site.cluster = self.cluster if kind == "postgresql" else None
            self.made[kind, planted] = site
        return self.made[kind, planted]


@contextlib.contextmanager
def cramped(kind: str, folder: Path) -> Iterator[Site]:
    """A site on a disk that is so small that it can be filled. Raises OSError where no disk can be made."""
    disk = folder / f"{kind}_disk"
    disk.mkdir()
    home = folder / f"{kind}_cramped"
    home.mkdir()
    with contextlib.ExitStack() as stack:
        if kind == "sqlite":
            stack.enter_context(small_disk(disk, 32))
            url, cluster = f"sqlite:///{disk}/plein.sqlite3", None
        else:
            cluster = stack.enter_context(pg.cluster(*CAREFUL, on=lambda run: small_disk(run, 192)))
            url, disk = fresh(cluster, "cramped"), cluster.run
        site = stack.enter_context(running(url, home))
        site.cluster, site.disk = cluster, disk
        yield site


@contextlib.contextmanager
def sites(folder: Path) -> Iterator[Sites]:
    """Inside the block they can be asked for."""
    made = Sites(folder)
    with made.open:
        yield made
