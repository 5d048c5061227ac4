"""What wishes and swap rings must keep to: whoever gives a task offers it, and a ring closes."""

from __future__ import annotations

from typing import Any

from hkplein.loading.source import Entry, Source
from hkplein.loading.words import RING_AGES, RING_STATES, WISH_STATES
from hkplein.models.wish import MOST
from hkplein.models.wish_rules import LIVE

FILTER = ("vaardigheden", "uren", "plaats", "pit", "van_dagen", "tot_dagen")
OFFERED = (*LIVE, "met")  # such a wish gives a task that its holder offered to swap
FITS = {"proposed": "standing", "done": "met"}  # whatever became of a wish whose ring came to nothing


def check_wishes(source: Source, file: Entry) -> None:
    """What each asks for, and that who gives a task has it to give; one that stands for each task."""
    tasks = {task.get("id"): task for task in file["klussen"]}
    standing: set[tuple[Any, Any]] = set()
    for wish in file["wensen"]:
        check_wanted(source, wish)
        state, task, who = WISH_STATES.get(wish.get("status", "")), tasks.get(wish.get("klus")), wish.get("wie")
        if task is not None and state in OFFERED and (task.get("status"), task.get("houder")) != ("te_ruil", who):
            source.wrong(wish.at("klus"), f"“{wish['klus']}” is not a task that is `te_ruil` with “{who}” as `houder`")
        if state == "standing":
            about = wish.get("klus"), None if wish.get("klus") else who
            if about in standing:
                source.wrong(wish.line, f"“{wish.get('klus') or who}” has a wish that stands already")
            standing.add(about)


def check_wanted(source: Source, wish: Entry) -> None:
    """Either some tasks, or what a task must be like."""
    wanted, first, last = wish["wil"], wish.get("van_dagen"), wish.get("tot_dagen")
    for key in FILTER:
        if wanted and wish.get(key):
            source.wrong(wish.at(key), f"`{key}` is for a wish that names no tasks in `wil`")
    if len(wanted) > MOST:
        source.wrong(wish.at("wil"), f"a wish names at most {MOST} tasks, and this {len(wanted)}")
    if wanted and wish.get("ster") and wish["ster"] not in wanted:
        source.wrong(wish.at("ster"), f"“{wish['ster']}” does not stand in `wil`")
    if first is not None and last is not None and last < first:
        source.wrong(wish.at("tot_dagen"), "`tot_dagen` lies before `van_dagen`")


def check_rings(source: Source, file: Entry) -> None:
    """Every ring on its own, and that no wish is in two that wait, or came true without one."""
    wishes = {wish.get("id"): wish for wish in file["wensen"]}
    taken: set[str] = set()
    for ring in file["kringen"]:
        links = ring.get("schakels", ())
        check_links(source, ring, [wishes[id_] for id_ in links if id_ in wishes])
        check_answers(source, ring)
        if RING_STATES.get(ring.get("status", "")) != "dissolved":
            for id_ in sorted(taken.intersection(links)):
                source.wrong(ring.at("schakels"), f"“{id_}” is in another ring already")
            taken.update(links)
    for id_, wish in wishes.items():
        if wish.get("status") == "uitgekomen" and id_ not in taken:
            source.wrong(wish.at("status"), "a wish that is `uitgekomen` is in a ring that is `uitgevoerd`")


def check_links(source: Source, ring: Entry, links: list[Entry]) -> None:
    """Everybody once; each gives a task, but for the first of a chain; each wish is as old as the ring, and fits it."""
    status, line = ring.get("status", ""), ring.at("schakels")
    people = [wish.get("wie") for wish in links]
    for who in sorted({who for who in people if who and people.count(who) > 1}):
        source.wrong(line, f"“{who}” is in this ring twice")
    for nth, wish in enumerate(links):
        if nth and not wish.get("klus"):
            source.wrong(line, f"“{wish.get('id')}” gives no task: only the first of a chain can do that")
        fits = FITS.get(RING_STATES.get(status, ""), "")
        if fits and WISH_STATES.get(wish.get("status", "")) not in (None, fits):
            source.wrong(line, f"“{wish.get('id')}” is `{wish['status']}`, and this ring is `{status}`")
        if status and wish.get("dagen") is not None and -wish["dagen"] <= RING_AGES[status]:
            source.wrong(
                line, f"“{wish.get('id')}” is younger than this ring: at least {RING_AGES[status] + 1} `dagen`"
            )


def check_answers(source: Source, ring: Entry) -> None:
    """Who said yes is in it; in one that is on its way some did, not all."""
    status, yes, links = ring.get("status"), ring["akkoord"], ring.get("schakels", ())
    for id_ in yes:
        if links and id_ not in links:
            source.wrong(ring.at("akkoord"), f"“{id_}” does not stand in `schakels`")
    if yes and status not in ("loopt", "ontbonden"):
        source.wrong(ring.at("akkoord"), "`akkoord` goes with: loopt, ontbonden")
    if status == "loopt" and links and not 0 < len(yes) < len(links):
        source.wrong(ring.at("akkoord"), "in a ring that is `loopt` some said yes, and somebody has to answer")
