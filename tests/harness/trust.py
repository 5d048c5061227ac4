"""`make trust`: every promise in full, on both databases, and one table of what held.

`ARGS='--only claims,mail --on sqlite'` tries some of it, and `--part 10` a tenth of everything.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.harness import (
    backup,
    crash,
    faults,
    history,
    hostile,
    lists,
    mail,
    power,
    race,
    realm,
    repeat,
    sign_on,
    stateful,
)
from tests.harness.finding import Finding, table
from tests.harness.site import Site
from tests.harness.sites import Sites, cramped, sites

ON = ("sqlite", "postgresql")
Trial = Callable[[Site, Callable[[int], int]], Finding]
TRIALS: dict[str, Trial] = {  # the first ones while the lists are short
    "lists": lambda site, full: lists.agree(realm.of(site), realm.ROLES[-full(11) :], None),
    "hostile": lambda site, full: hostile.sweep(realm.of(site), full(100_000)),
    "claims": lambda site, full: race.claims(site, full(1000)),
    "limits": lambda site, full: race.limits(site, full(20)),
    "swaps": lambda site, full: race.swaps(site, full(50)),
    "rings": lambda site, full: race.rings(site, full(50)),
    "history": lambda site, full: history.free_for_all(site, 8, full(100)),
    "twice": lambda site, full: repeat.twice(site, full(50)),
    "syncs": lambda site, full: power.syncs(site, full(100)),
    "unwritable": lambda site, _full: faults.endure(site, "database read-only", faults.unwritable, seconds=10),
    "locked": lambda site, _full: faults.endure(site, "locked for 12 s", faults.locked_for(12), seconds=12),
    "mail": lambda site, full: mail.mail(site, full(50), patient=True),
    "sign-on": lambda site, full: sign_on.outage(site, full(50), patient=True),
    "model": lambda site, full: stateful.model(site, full(60), 40),
    "backup": lambda site, full: backup.backup(site, full(5), still=True),
    "crashes": lambda site, full: crash.crashes(site, [crash.KINDS[n % 3] for n in range(full(20))], busy=1.5),
}


def restarted(site: Site) -> Finding:
    """PostgreSQL stops and comes back."""
    return faults.endure(site, "PostgreSQL restarted", faults.stopped, seconds=3, reads=False)


def filled_up(kind: str, folder: Path) -> Finding:
    """The disk is full, on a disk of its own."""
    try:
        with cramped(kind, folder) as site, site.town.at_work():
            return faults.endure(site, "disk full", faults.full, seconds=20)
    except OSError as error:
        return Finding("fault: disk full", unmeasured=f"no small disk here: {error}")


def tried(made: Sites, kind: str, only: set[str], part: int) -> Iterator[Finding]:
    """What came of each trial on one kind of database."""
    site = made.on(kind)
    with site.town.at_work():
        for name, trial in TRIALS.items():
            if not only or name in only:
                yield trial(site, lambda count: max(1, count // part))
        if kind == "postgresql" and (not only or "restarted" in only):
            yield restarted(site)
    if not only or "full" in only:
        yield filled_up(kind, made.folder)


def main() -> int:
    """Try everything, say how each went, and print the table; 0 when nothing broke."""
    asked = argparse.ArgumentParser(prog="make trust", description=__doc__)
    asked.add_argument(
        "--only", default="", metavar="NAMES", help=f"some of: {', '.join([*TRIALS, 'restarted', 'full'])}"
    )
    asked.add_argument("--on", default=",".join(ON), metavar="KINDS", help="sqlite, postgresql or both")
    asked.add_argument("--part", default=1, type=int, metavar="N", help="one N-th of everything")
    chosen = asked.parse_args()
    only, rows = set(filter(None, chosen.only.split(","))), list[tuple[str, Finding]]()
    with tempfile.TemporaryDirectory(prefix="hkplein-trust-") as folder, sites(Path(folder)) as made:
        for kind in chosen.on.split(","):
            begin = time.monotonic()
            for finding in tried(made, kind, only, chosen.part):
                took, begin = time.monotonic() - begin, time.monotonic()
                print(f"{took:6.0f} s  {kind}: {finding.promise}: {finding.verdict}", file=sys.stderr, flush=True)
                rows.append((kind, finding))
    print(table(rows))
    return int(any(finding.wrong for _kind, finding in rows))


if __name__ == "__main__":
    raise SystemExit(main())
