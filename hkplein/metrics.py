"""Figures about this installation, for Prometheus: how much, how fast, how full. Nothing in them is about anybody.

Every process counts in a file of its own, in a folder that they share; whoever is asked adds them up. What the database
knows is looked up at that moment.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
if FOLDER not in os.environ:  # before the library is loaded: it looks there once
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="hkplein-metrics-")
    atexit.register(shutil.rmtree, os.environ[FOLDER], ignore_errors=True)

import sqlalchemy as sa  # noqa: E402
from flask import Flask, Response, g  # noqa: E402
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess  # noqa: E402
from prometheus_client.core import GaugeMetricFamily, Metric  # noqa: E402
from prometheus_client.registry import Collector  # noqa: E402

from hkplein import delivery, engine  # noqa: E402
from hkplein.db import db  # noqa: E402
from hkplein.models import Tick  # noqa: E402
from hkplein.views.traces import method, route, seconds  # noqa: E402

STEPS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
OURS = CollectorRegistry()
requests = Counter("hkplein_requests", "Requests that were answered", ["endpoint", "method", "status"], registry=OURS)
duration = Histogram("hkplein_request_seconds", "How long they took", ["endpoint"], buckets=STEPS, registry=OURS)
running = Gauge(
    "hkplein_requests_running", "Requests that are being answered", multiprocess_mode="livesum", registry=OURS
)
queue = Histogram(
    "hkplein_queue_wait_seconds", "How long writers waited for their turn (SQLite)", buckets=STEPS, registry=OURS
)


def init_app(app: Flask) -> None:
    """Count every request, and how long writers wait."""
    app.before_request(begin)
    app.after_request(end)
    app.teardown_request(gone)
    engine.on_turn = queue.observe


def begin() -> None:
    """One more is being answered."""
    g.running = True
    running.inc()


def end(response: Response) -> Response:
    """It has an answer: the pattern of its address, and the hundred of its status."""
    requests.labels(route(), method(), f"{response.status_code // 100}xx").inc()
    duration.labels(route()).observe(seconds())
    return response


def gone(_error: BaseException | None) -> None:
    """One less is being answered."""
    if g.pop("running", None):
        running.dec()


def worker_gone(pid: int) -> None:
    """What a process was doing when it ended, it does no more."""
    multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]


class Known(Collector):
    """What the database knows."""

    def collect(self) -> Iterator[Metric]:
        """Look it up."""
        if (age := Tick.age()) is not None:
            yield GaugeMetricFamily("hkplein_tick_age_seconds", "Since the clock was last here", age.total_seconds())
        yield GaugeMetricFamily(
            "hkplein_outbox", "Messages of the last two days, neither read nor sent by mail", delivery.outbox()
        )
        yield GaugeMetricFamily("hkplein_database_bytes", "Size of the database", size())


def size() -> int:
    """How many bytes the database takes on its disk."""
    if db.engine.dialect.name == "sqlite":
        files = (Path(f"{db.engine.url.database}{part}") for part in ("", "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())
    return int(db.session.scalar(sa.select(sa.func.pg_database_size(sa.func.current_database()))) or 0)


def figures() -> bytes:
    """All figures, in the text that Prometheus reads."""
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(Known())
    return generate_latest(registry)
