"""The promises of trust, each tried briefly on the real server; and each trial finds what is planted against it."""

from __future__ import annotations

import os

import pytest

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
from tests.harness.sites import sites

BOTH, SQLITE, POSTGRESQL = ["sqlite", "postgresql"], ["sqlite"], ["postgresql"]
TRIALS = {
    "claims": lambda site: race.claims(site, 2, slow=60),
    "limits": lambda site: race.limits(site, 1),
    "swaps": lambda site: race.swaps(site, 1),
    "rings": lambda site: race.rings(site, 1),
    "history": lambda site: history.free_for_all(site, 6, 15, tasks=1),
    "twice": lambda site: repeat.twice(site, 2),
    "syncs": lambda site: power.syncs(site, 6),
    "unwritable": lambda site: faults.endure(site, "read-only", faults.unwritable, seconds=3),
    "locked": lambda site: faults.endure(site, "locked", faults.locked_for(1), seconds=1, fails=False),
    "mail": lambda site: mail.mail(site, 2, patient=False, arrives=4 if site.planted else 40),
    "sign-on": lambda site: sign_on.outage(site, 4, patient=False),
    "hostile": lambda site: hostile.sweep(realm.of(site), 150),
    "lists": lambda site: lists.agree(realm.of(site), ("petra",), 60),
    "worker": lambda site: crash.crashes(site, ["worker"] * 2),
    "model": lambda site: stateful.model(site, 10 if site.planted else 5, 30),
    "backup": lambda site: backup.backup(site, 1, still=False),
}
PLANTED = [  # on both where the two databases keep a promise in ways of their own
    ("claims", "look-then-set", BOTH),
    ("claims", "in-process lock", POSTGRESQL),
    ("claims", "deferred BEGIN", SQLITE),
    ("claims", "page cache", SQLITE),
    ("limits", "look-then-set", SQLITE),
    ("swaps", "look-then-set", POSTGRESQL),
    ("history", "look-then-set", BOTH),
    ("history", "page cache", SQLITE),
    ("twice", "sent twice", BOTH),
    ("syncs", "no sync", BOTH),
    ("unwritable", "no words", BOTH),
    ("unwritable", "text lost", SQLITE),
    ("mail", "mail twice", SQLITE),
    ("sign-on", "sign-on unguarded", SQLITE),
    ("hostile", "any number", SQLITE),
    ("hostile", "next anywhere", SQLITE),
    ("lists", "rule dropped", SQLITE),
    ("worker", "answer before commit", BOTH),
    ("worker", "swap in two", SQLITE),
    ("model", "giver forgotten", SQLITE),
    ("model", "promise forgotten", SQLITE),
    ("backup", "file copy", SQLITE),
]


CHANCES = 8  # short trials are small: a mistake may get away with it a few times


@pytest.fixture(scope="session")
def places(tmp_path_factory):
    with sites(tmp_path_factory.mktemp("trust")) as made:
        yield made


def at(places, kind, **how):
    """The site on one kind of database."""
    if kind == "postgresql" and "TEST_POSTGRES_URL" in os.environ:
        pytest.skip("the harnesses stop a PostgreSQL and start it again: that one is not ours")
    return places.on(kind, **how)


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("trial", TRIALS)
def test_the_promise_holds(places, trial, kind):
    """On the real server, as everybody runs it."""
    site = at(places, kind)
    with site.town.at_work():
        finding = TRIALS[trial](site)
    if finding.unmeasured:
        pytest.skip(finding.unmeasured)
    assert not finding.wrong, finding.number


@pytest.mark.parametrize(
    ("trial", "mistake", "kind"),
    [(trial, mistake, kind) for kind in BOTH for trial, mistake, where in PLANTED if kind in where],
)
def test_the_mistake_is_found(places, trial, mistake, kind):
    """On a server in which mistakes sleep, one of them wakes up."""
    site = at(places, kind, planted=True)
    for _chance in range(CHANCES):
        with site.town.at_work(), site.mistaken(mistake):
            finding = TRIALS[trial](site)
        if finding.unmeasured:
            pytest.skip(finding.unmeasured)
        if finding.wrong:
            return
    pytest.fail(f"not noticed: {finding.number}")


def test_the_server_survives_a_restart_of_its_database(places):
    site = at(places, "postgresql")
    with site.town.at_work():
        finding = faults.endure(site, "PostgreSQL restarted", faults.stopped, seconds=1, reads=False)
    assert not finding.wrong


@pytest.mark.parametrize("kind", BOTH)
def test_all_of_it_may_be_killed(places, kind):
    site = at(places, kind)
    with site.town.at_work():
        finding = crash.crashes(site, ["master"] if kind == "sqlite" else ["group"])
    assert not finding.wrong, finding.number
