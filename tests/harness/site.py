"""The real server on a database of its own, as `hkplein run` starts it, and the means to be hard on it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from hkplein.config import ROOT, SETTINGS
from tests.browser.site import free_port
from tests.harness.town import KEY, Town, Visitor
from tests.harness.wire import Reply, knock, volley
from tests.pg import Cluster
from tests.provider import SECRET

WORKERS = 2
MUTANTS = "HARNESS_MUTANTS"  # the folder in which the planted mistakes are named that are awake


class Site:
    """A running installation. With `planted` it is started by tests/harness/mutants, in which mistakes can wake up."""

    def __init__(self, url: str, folder: Path, *, planted: bool = False) -> None:
        self.url, self.folder, self.planted = url, folder, planted
        # Nobody listens for mail and for who signs on, unless a harness does.
        self.port, self.mail_port, self.sign_on_port = free_port(), free_port(), free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.disk = folder  # where there must be room for the database
        self.elsewhere: Callable[[], str] = lambda: ""  # where a new, empty database is
        self.cluster: Cluster | None = None  # the PostgreSQL that its database is in, if that is ours
        self.awake = folder / "awake"
        self.awake.mkdir()
        self.town = Town(url)

    @property
    def kind(self) -> str:
        """SQLite or PostgreSQL."""
        return "sqlite" if self.url.startswith("sqlite") else "postgresql"

    @property
    def web(self) -> str:
        """Where people find it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def sign_on(self) -> str:
        """Where they sign on."""
        return f"http://127.0.0.1:{self.sign_on_port}"

    def environment(self, url: str = "") -> dict[str, str]:
        """What the server, or a command on this database or another one, is told."""
        plain = {name: value for name, value in os.environ.items() if name not in {each.name for each in SETTINGS}}
        return plain | {
            "HKPLEIN_DATABASE_URL": url or self.url,
            "HKPLEIN_SECRET_KEY": KEY,
            "HKPLEIN_INSTANCE": str(self.folder),
            "HKPLEIN_WORKERS": str(WORKERS),
            "HKPLEIN_THREADS": "8",
            "HKPLEIN_TICK_SECONDS": "1",
            "HKPLEIN_SMTP_URL": f"smtp://127.0.0.1:{self.mail_port}",
            "HKPLEIN_URL": self.web,
            "HKPLEIN_SSO_URL": self.sign_on,
            "HKPLEIN_SSO_CLIENT": "hkplein",
            "HKPLEIN_SSO_SECRET": SECRET,
            "HKPLEIN_STRICT": "",
            "HKPLEIN_POSTGRES_BIN": f"{self.cluster.postgres}/bin" if self.cluster else "",
            MUTANTS: str(self.awake),
        }

    def command(self, *arguments: str, url: str = "") -> subprocess.CompletedProcess[str]:
        """Run `hkplein` on this database, or on another one."""
        run = [sys.executable, "-m", self.module, *arguments]
        environment = self.environment(url)
        return subprocess.run(run, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)

    @property
    def module(self) -> str:
        """What is run."""
        return "tests.harness.mutants" if self.planted else "hkplein"

    # Starting, and the opposite.

    def start(self) -> None:
        """Start the server in a group of its own, as systemd does."""
        run = [sys.executable, "-m", self.module, "run", "--port", str(self.port)]
        with (self.folder / "server.log").open("a") as log:
            self.process = subprocess.Popen(
                run, cwd=ROOT, env=self.environment(), stdout=log, stderr=log, start_new_session=True
            )
        self.until_healthy(90)

    def until_healthy(self, seconds: float) -> float:
        """Wait until it answers, with all of its web processes; returns how long that took."""
        begin = time.monotonic()
        while volley(self.port, [knock("GET", "/healthz")])[0].status != 200 or len(self.workers) < WORKERS:
            gone = self.process is None or self.process.poll() is not None
            if gone or time.monotonic() > begin + seconds:
                raise AssertionError((self.folder / "server.log").read_text()[-3000:])
            time.sleep(0.02)
        return time.monotonic() - begin

    def kill_group(self) -> None:
        """Kill all of it outright, as systemd does with what is left of a service."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    @contextlib.contextmanager
    def still(self) -> Iterator[None]:
        """Inside the block none of its processes moves."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.process.pid, signal.SIGCONT)

    @property
    def master(self) -> int:
        """The process that keeps the web processes: the child of the keeper that has children."""
        assert self.process is not None
        return next(child for child in children(self.process.pid) if children(child))

    @property
    def workers(self) -> list[int]:
        """The web processes, as far as they are there."""
        assert self.process is not None
        return next(filter(None, map(children, children(self.process.pid))), [])

    # Asking.

    def ask(self, who: Visitor | None, method: str, path: str, **fields: object) -> Reply:
        """One request."""
        return volley(self.port, [who.knock(method, path, **fields) if who else knock(method, path)])[0]

    def rush(self, knocks: Sequence[bytes]) -> list[Reply]:
        """All of these at the same instant."""
        return volley(self.port, knocks)

    @contextlib.contextmanager
    def mistaken(self, *names: str) -> Iterator[None]:
        """Inside the block these planted mistakes are awake."""
        assert self.planted, "a real server makes none of them"
        try:
            for name in names:
                (self.awake / name).touch()
            yield
        finally:
            for name in names:
                (self.awake / name).unlink()


def children(pid: int) -> list[int]:
    """The processes that this one started."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (thread / "children").read_text().split())
    return sorted(found)


@contextlib.contextmanager
def running(url: str, folder: Path, *, planted: bool = False) -> Iterator[Site]:
    """A site with its town that runs inside the block."""
    site = Site(url, folder, planted=planted)
    try:
        with site.town.app.app_context():
            site.town.assemble()
        site.start()
        with site.town.at_work():
            yield site
    finally:
        if site.process:
            site.kill_group()
        site.town.leave()
