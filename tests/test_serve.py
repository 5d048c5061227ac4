"""The real server: it comes up, keeps its data, and goes down as a whole."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest

from hkplein.config import ROOT, SETTINGS
from tests.conftest import fresh_postgresql


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """A server in a process of its own."""

    def __init__(self, folder: Path, *options: str, **settings: str) -> None:
        self.port, self.log = free_port(), folder / "log"
        ours = {setting.name for setting in SETTINGS} | {"PROMETHEUS_MULTIPROC_DIR"}
        environment = {name: value for name, value in os.environ.items() if name not in ours}
        environment |= {"HKPLEIN_INSTANCE": str(folder), "HKPLEIN_TICK_SECONDS": "1", **settings}
        command = [sys.executable, "-m", "hkplein", "run", "--port", str(self.port), *options]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)

    def get(self, path: str) -> tuple[int, bytes]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as response:
            return response.status, response.read()

    def status(self, path: str) -> int:
        try:
            return self.get(path)[0]
        except urllib.error.HTTPError as error:
            return error.code

    def wait_until_up(self, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                self.get("/healthz")
                return
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def family(self) -> dict[int, int]:
        """The processes of this server, with their memory in MB."""
        listed = subprocess.run(["ps", "-eo", "pid=,ppid=,rss="], capture_output=True, text=True, check=True).stdout
        rows = [tuple(map(int, line.split())) for line in listed.splitlines()]
        found = {self.process.pid}
        for _ in range(3):
            found |= {pid for pid, parent, _ in rows if parent in found}
        return {pid: memory // 1024 for pid, _, memory in rows if pid in found}

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(10)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """`site("--demo")` starts one; all are gone after the test."""
    started: list[Site] = []

    def start(*options: str, **settings: str) -> Site:
        started.append(Site(tmp_path, *options, **settings))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.wait(10)


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1][:3]
    except FileNotFoundError:
        return False


def test_the_demo_comes_up_says_who_to_be_and_a_second_start_keeps_the_data(site, tmp_path):
    first = site("--demo")
    first.wait_until_up()
    assert first.get("/healthz") == (200, b'{"status":"ok"}\n')
    status, page = first.get("/sign-in")
    assert status == 200 and "Noor de Graaf" in page.decode()
    said = first.log.read_text()
    assert f"http://127.0.0.1:{first.port}" in said and "noor.de-graaf@kolkwaarden.example" in said
    assert "welkom-op-het-plein" in said and "Loading the demo municipality" in said
    first.log.write_text("")
    family = first.family()
    assert len(family) == 5, "keeper, gunicorn, two web processes and the clock"
    web = [pid for pid in family if parent_of(pid) not in (os.getpid(), first.process.pid)]
    assert len(web) == 2 and max(family[pid] for pid in web) <= 150, family
    maps = "".join(Path(f"/proc/{pid}/maps").read_text() for pid in web)
    assert "numpy" not in maps and "highs" not in maps, "only the clock loads what finds swap rings"
    begin = time.monotonic()
    assert first.stop() == 0
    assert time.monotonic() - begin < 5
    assert not [pid for pid in family if alive(pid)]
    second = site("--demo")
    second.wait_until_up()
    assert "Loading" not in second.log.read_text()
    assert second.stop(signal.SIGINT) == 0


def test_a_clock_that_dies_is_started_again_and_the_site_stays_up(site, tmp_path):
    server = site(HKPLEIN_SECRET_KEY="k" * 40, HKPLEIN_WORKERS="1")
    server.wait_until_up()
    before = set(server.family())
    clock = clock_of(server)
    assert clock
    os.kill(clock, signal.SIGKILL)
    until = time.monotonic() + 10
    while time.monotonic() < until and (clock_of(server) in (clock, None)):
        time.sleep(0.1)
    assert clock_of(server) not in (clock, None)
    assert set(server.family()) - {clock_of(server)} == before - {clock}
    assert server.get("/healthz")[0] == 200
    assert server.stop() == 0


def clock_of(server: Site) -> int | None:
    """The child of the keeper that has no children itself."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    rows = [tuple(map(int, line.split())) for line in listed.splitlines()]
    parents = {parent for _, parent in rows}
    children = [pid for pid, parent in rows if parent == server.process.pid and pid not in parents]
    return children[0] if children else None


def test_the_children_do_not_outlive_a_keeper_that_is_killed_outright(site):
    server = site(HKPLEIN_SECRET_KEY="k" * 40, HKPLEIN_WORKERS="1")
    server.wait_until_up()
    family = set(server.family())
    server.process.kill()
    until = time.monotonic() + 10
    while time.monotonic() < until and any(map(alive, family)):
        time.sleep(0.1)
    assert not [pid for pid in family if alive(pid)]


def test_a_port_that_is_taken_is_said_in_a_sentence(site):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = command("run", "--demo", "--port", str(taken.getsockname()[1]))
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert "Is HK-plein running already? Take another port with --port." in result.stderr


def test_outside_the_demo_it_does_not_start_without_a_secret_key(tmp_path):
    result = command("run", "--port", str(free_port()), HKPLEIN_INSTANCE=str(tmp_path))
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert "HKPLEIN_SECRET_KEY is not set." in result.stderr


def command(*arguments: str, **settings: str) -> Any:
    environment = {name: value for name, value in os.environ.items() if name not in {s.name for s in SETTINGS}}
    return subprocess.run(
        [sys.executable, "-m", "hkplein", *arguments],
        cwd=ROOT,
        env={**environment, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


KEY = "k" * 40


def figure(server: Site, name: str) -> float:
    """The sum of one figure over all its labels."""
    ask = urllib.request.Request(f"http://127.0.0.1:{server.port}/metrics", headers={"Authorization": f"Bearer {KEY}"})
    with urllib.request.urlopen(ask, timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if re.match(rf"{name}[ {{]", line))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Callable[[], Any], str]:
    """A database for a server: its URL, what connects to it, and what then lets nobody sign in."""
    if request.param == "sqlite":
        path = tmp_path / "hkplein.sqlite3"
        return f"sqlite:///{path}", partial(sqlite3.connect, path, isolation_level=None), "BEGIN IMMEDIATE"
    url = fresh_postgresql(request.getfixturevalue("pg_server"), "stopping")
    connect = partial(psycopg.connect, url.replace("+psycopg", ""), autocommit=True)
    return url, connect, "BEGIN; LOCK TABLE sign_in IN EXCLUSIVE MODE"


def test_asked_to_stop_two_processes_answer_everybody_who_waits_and_keep_what_they_said(site, database):
    """Six people sign in while the database is locked; the server is told to stop; then the lock goes."""
    url, connect, nobody_signs_in = database
    settings = {"METRICS": KEY, "LOG": "json", "THREADS": "8", "TICK_SECONDS": "3600", "DATABASE_URL": url}
    server = site("--demo", **{f"HKPLEIN_{name}": value for name, value in settings.items()})
    server.wait_until_up()
    until = time.monotonic() + 30
    while time.monotonic() < until and server.status("/readyz") != 200:  # the clock has been here
        time.sleep(0.1)
    people = [guest(server) for _ in range(6)]
    answers: list[int] = []
    with contextlib.closing(connect()) as lock:
        before = lock.execute("SELECT count(*) FROM sign_in").fetchone()[0]
        lock.execute(nobody_signs_in)
        threads = [threading.Thread(target=lambda come=come: answers.append(come())) for come in people]
        for thread in threads:
            thread.start()
        while time.monotonic() < until and figure(server, "hkplein_requests_running") < len(people) + 1:
            time.sleep(0.05)
        assert figure(server, "hkplein_requests_total") >= len(people), "of both processes"
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)  # for everybody in it to hear that
        assert not answers
        lock.execute("ROLLBACK")
    for thread in threads:
        thread.join(30)
    assert server.process.wait(30) == 0
    assert answers == [303] * len(people)
    with contextlib.closing(connect()) as kept:
        assert kept.execute("SELECT count(*) FROM sign_in").fetchone()[0] == before + len(people)
    lines = [json.loads(line) for line in server.log.read_text().splitlines() if line.startswith("{")]
    told = {(line["message"], line.get("endpoint"), line.get("status")) for line in lines}
    assert ("request", "/sign-in/as/<id:id>", 303) in told and ("tick", None, None) in told


def guest(server: Site) -> Callable[[], int]:
    """Somebody who has opened the page for signing in, and presses the first button of it when called."""
    visit = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    visit.request("GET", "/sign-in")
    answer = visit.getresponse()
    page, cookie = answer.read().decode(), answer.getheader("Set-Cookie", "").split(";")[0]
    form = page.split('action="/sign-in/as/')[1].split("</form>")[0]
    where = "/sign-in/as/" + form.partition('"')[0]
    data = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    visit.close()

    def come() -> int:
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        with contextlib.closing(visit):
            visit.request("POST", where, urlencode(data), headers)
            return visit.getresponse().status

    return come
