"""A real server with the demo municipality, started as a new user would start it; and the browser that visits it."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hkplein.config import ROOT

PASSWORD = "welkom-op-het-plein"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --disable-background-networking --disable-component-update "
    "--disable-sync --no-first-run"
).split()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@dataclass
class Site:
    """A running installation: where it is, and who there is to be."""

    url: str
    home: Path
    people: list[dict[str, Any]] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    nights: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def environment(self) -> dict[str, str]:
        own = {"HKPLEIN_INSTANCE": str(self.home), "HKPLEIN_DEMO": "1", "HKPLEIN_STRICT": ""}
        return {**os.environ, **own, **self.settings}

    def command(self, *arguments: str) -> str:
        """Run the `hkplein` command on this installation."""
        run = [sys.executable, "-m", "hkplein", *arguments]
        return subprocess.run(
            run, env=self.environment, cwd=ROOT, check=True, capture_output=True, text=True, timeout=120
        ).stdout

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Look something up in its database."""
        with contextlib.closing(sqlite3.connect(f"file:{self.home / 'hkplein.sqlite3'}?mode=ro", uri=True)) as database:
            return database.execute(query).fetchall()

    def colleague(self, number: int) -> dict[str, Any]:
        """One of the colleagues who are nothing but that: no guide, no helper, no trekker."""
        plain = [p for p in self.people if p["roles"] == ["colleague"] and p["pit"]]
        return plain[number]

    def guide(self, role: str) -> dict[str, Any]:
        """The person of the sign-in page who looks around as this: "lean", "steward", "board", "partner" …"""
        wanted = {"lean": "helper:lean", "board": "board", "steward": "steward", "partner": "partner"}[role]
        return next(p for p in self.people if any(role.startswith(wanted) for role in p["roles"]))

    def somebody(self, number: int = 0, **wanted: Any) -> dict[str, Any]:
        """The `number`th colleague, by id, whose `pit` (and so on) is as wanted."""
        fits = [p for p in self.people if all(p.get(key) == value for key, value in wanted.items())]
        return fits[number]


@contextlib.contextmanager
def start(home: Path, port: int = 0, **settings: str) -> Iterator[Site]:
    """Start the demo in an empty folder, and stop it afterwards."""
    port = port or free_port()
    site = Site(f"http://127.0.0.1:{port}", home, settings=settings)
    log = (home / "server.log").open("w")
    run = [sys.executable, "-m", "hkplein", "run", "--demo", "--port", str(port)]
    server = subprocess.Popen(run, env=site.environment, cwd=ROOT, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 90
        while True:
            with contextlib.suppress(OSError):
                if urllib.request.urlopen(f"{site.url}/healthz", timeout=5).status == 200:
                    break
            assert server.poll() is None, (home / "server.log").read_text()
            assert time.monotonic() < until, "the server did not start: " + (home / "server.log").read_text()
            time.sleep(0.1)
        site.people = json.loads(site.command("people", "--format", "json"))
        yield site
    finally:
        server.terminate()
        server.wait(20)
        log.close()
