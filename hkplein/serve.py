"""Running the site: the web processes under gunicorn, and beside them one process for the clock and the mail."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from hkplein import delivery, ticker
from hkplein.config import setting
from hkplein.db import db
from hkplein.logs import withhold

log = logging.getLogger(__name__)
GRACE = 25  # seconds for whoever is being answered, and for the row or the mail that the clock is at; then it ends
PR_SET_PDEATHSIG = 1


class PortTaken(Exception):
    """Something else listens there."""


def check_port(host: str, port: int) -> None:
    """Raise PortTaken with a sentence when nobody can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = f"Cannot listen on {host}, port {port}: {error.strerror or error}."
            raise PortTaken(f"{reason} Is HK-plein running already? Take another port with --port.") from None


class ServerLog(Logger):
    """What gunicorn has to tell, in our log."""

    def setup(self, cfg: Any) -> None:
        """Leave the writing to our handler."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True
        self.error_log.addFilter(withhold)


class Web(BaseApplication):
    """Gunicorn with our settings; the app was loaded before it forks."""

    def __init__(self, app: Flask, host: str, port: int, ready: Callable[[], None]) -> None:
        self.app, self.ready = app, ready
        self.address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        super().__init__()

    def load_config(self) -> None:
        """What gunicorn is told."""
        memory = Path("/dev/shm")  # noqa: S108 - a heartbeat on a busy disk would look like a hung worker
        options: dict[str, Any] = {
            "bind": self.address,
            "workers": setting("HKPLEIN_WORKERS"),
            "worker_class": "gthread",
            "threads": setting("HKPLEIN_THREADS"),
            "preload_app": True,
            "worker_tmp_dir": str(memory) if memory.is_dir() else None,
            "graceful_timeout": GRACE,
            "loglevel": "warning",
            "logger_class": ServerLog,
            "control_socket_disable": True,
            "when_ready": lambda _server: self.ready(),
        }
        if self.app.config["METRICS"]:
            from hkplein import metrics

            options["child_exit"] = lambda _server, worker: metrics.worker_gone(worker.pid)
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """The app."""
        return self.app


def run(app: Flask, host: str, port: int, ready: Callable[[], None]) -> int:
    """Serve until a signal says stop; returns the exit code. `ready` is called when the site can be opened."""
    with app.app_context():
        db.engine.dispose()  # no connection is shared with a child
    jobs = {"web": lambda: Web(app, host, port, ready).run(), "clock": lambda: keep_time(app)}
    return Keeper(jobs).watch()


class Keeper:
    """Watches over its children: the site ends with the web, and a clock that dies is started again."""

    def __init__(self, jobs: dict[str, Callable[[], None]]) -> None:
        self.jobs, self.children, self.stopping = jobs, dict[int, str](), False

    def watch(self) -> int:
        """Start everything, and wait until the web ends or a signal says stop."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.stop)
        for name in self.jobs:
            self.start(name)
        code = 0
        while self.children:
            pid, status = os.wait()
            name = self.children.pop(pid, "")
            if name == "web":
                code = 0 if self.stopping else os.waitstatus_to_exitcode(status) or 1
                self.stop()
            elif name and not self.stopping:
                log.error("The clock stopped (%s); it is started again.", os.waitstatus_to_exitcode(status))
                time.sleep(1)
                self.start(name)
        return code

    def start(self, name: str) -> None:
        """Start a child; it ends with this process."""
        parent = os.getpid()
        if pid := os.fork():
            self.children[pid] = name
            return
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        die_with(parent)
        code = 1
        try:
            self.jobs[name]()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:
            log.exception("%s", name)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def stop(self, *_signal: Any) -> None:
        """Ask the children to stop; after a while, or when asked again, insist."""
        first, self.stopping = not self.stopping, True
        self.send(signal.SIGTERM if first else signal.SIGINT)
        if first:
            signal.signal(signal.SIGALRM, lambda *_: self.send(signal.SIGKILL))
            signal.alarm(GRACE + 2)

    def send(self, number: int) -> None:
        """A signal to every child."""
        for pid in list(self.children):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue


def die_with(parent: int) -> None:
    """When the parent is killed outright, this process is asked to stop (on Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)


def keep_time(app: Flask) -> None:
    """The clock and the delivery of mail, every HKPLEIN_TICK_SECONDS, until a signal; the row at hand is finished."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    seconds = setting("HKPLEIN_TICK_SECONDS")
    while not stop.wait(min(seconds, 1)):
        with app.app_context():
            once(lambda: not stop.is_set())
        if stop.wait(seconds):
            return


def once(going_on: Callable[[], bool]) -> None:
    """What is due, and the mail, as long as it should be `going_on`; a failure is logged, and tried again next time."""
    try:
        ticker.tick(going_on=going_on)
    except ticker.Busy:
        log.info("Another clock is at work on this database.")
    except Exception:
        log.exception("The clock")
    try:
        delivery.deliver(going_on)
    except Exception:
        log.exception("The delivery of mail")
