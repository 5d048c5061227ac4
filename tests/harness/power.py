"""A power cut loses nothing: before each acknowledged write the disk was told to have it, at least once."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.harness.finding import Finding
from tests.harness.site import Site, children

SYNCS = "fsync,fdatasync,sync_file_range,msync"


@contextlib.contextmanager
def traced(processes: Sequence[int], log: Path) -> Iterator[None]:
    """Inside the block every call that makes a disk keep something is written to `log`, with its moment."""
    pids = [part for pid in processes for part in ("-p", str(pid))]
    command = ["strace", "-f", "-qq", "-ttt", "-e", f"trace={SYNCS}", "-o", str(log), *pids]
    tracer = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for pid in processes:
            wait_for_tracer(pid)
        yield
    finally:
        tracer.terminate()
        tracer.wait(10)


def wait_for_tracer(pid: int) -> None:
    """Return when this process is traced."""
    pause = threading.Event()
    for _try in range(500):
        if "TracerPid:\t0\n" not in Path(f"/proc/{pid}/status").read_text():
            return
        pause.wait(0.01)
    raise RuntimeError(f"strace does not get to process {pid}")


def family(pid: int) -> list[int]:
    """A process with all that descend from it."""
    return [pid, *(each for child in children(pid) for each in family(child))]


def syncs(site: Site, writes: int) -> Finding:
    """So many writes, one after the other; each must have been synced while it was waited for."""
    finding, cluster = Finding("a power cut loses nothing"), site.cluster
    if shutil.which("strace") is None:
        finding.unmeasured = "strace is not on this machine"
        return finding
    if site.kind == "postgresql" and (cluster is None or cluster.process is None):
        finding.unmeasured = "the server is not ours to look into"
        return finding
    tasks, people, log = site.town.tasks(writes), site.town.browsers, site.folder / "syncs"
    for person in people[:4]:  # so that no connection is made meanwhile
        site.ask(person, "GET", "/account")
    processes = family(cluster.process.pid) if cluster and cluster.process else site.workers
    with traced(processes, log):
        knocks = [people[n % 4].knock("POST", f"{task.url}/claim") for n, task in enumerate(tasks)]
        replies = [site.rush([one])[0] for one in knocks]
    moments = [float(line.split()[1]) for line in log.read_text().splitlines() if "sync" in line]
    finding.expect(all(reply.done for reply in replies), "a write was not acknowledged")
    synced = [sum(reply.begin <= at <= reply.end for at in moments) for reply in replies]
    missed = sum(count == 0 for count in synced)
    finding.expect(not missed, f"{missed} of {writes} were acknowledged before the disk had them")
    finding.number = f"{sum(synced)} syncs for {writes} writes"
    return finding
