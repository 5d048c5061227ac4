"""Holds a noun's transition table, its buttons and its server against each other, as every person, in every state."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any
from zlib import crc32

from hkplein.db import Model
from tests.cast import PEOPLE

CARD = {"HX-Request": "true", "HX-Target": "li#thing"}  # as on a list
Allowed = Mapping[str, Mapping[str, Collection[str]]]  # verb -> state -> names of the cast


def everybody(*but: str) -> frozenset[str]:
    """All of the cast, except …"""
    return frozenset(PEOPLE) - set(but)


def hold(
    make: Callable[[str], Model],
    state: str,
    allowed: Allowed,
    cast: Any,
    visit: Callable[[Any], Any],
    *,
    hidden: Collection[str] = (),
    data: Mapping[str, Mapping[str, Any]] | None = None,
    but: Collection[str] = (),
) -> None:
    """Ask for a thing in `state` and do every verb to it, as everybody.

    What `allowed` names has a button and is done (303); all else has none and is refused with a sentence (409); for
    those in `hidden` the thing does not exist (404). Of those who may the same everywhere one is refused in each state,
    and they take turns. `data` is what the forms of some verbs need; verbs in `but` have a test of their own.
    """
    refused_in = turn(state, allowed, hidden)
    for name in PEOPLE:
        row, browser, refused = make(state), visit(getattr(cast, name)), False
        page = browser.get(row.url)
        assert page.status_code == (404 if name in hidden else 200), f"{name} reads {state}: {page.status_code}"
        for verb in row.VERBS.values():
            if verb.clock or verb.name in but:
                continue
            may = name not in hidden and name in allowed.get(verb.name, {}).get(state, ())
            button = f'="{row.url}/{verb.name}"' in page.text  # of a form, or of the link to its page
            assert button == may, f"{name}, {verb.name} when {state}: {'a' if button else 'no'} button"
            if not may and name not in refused_in:
                continue
            where = CARD if refused and not may else {}  # the first refusal is on its page, the others on a list
            answer = browser.post(f"{row.url}/{verb.name}", data=(data or {}).get(verb.name, {}), headers=where)
            wanted = 404 if name in hidden else 303 if may else 409
            assert answer.status_code == wanted, f"{name}, {verb.name} when {state}: {answer.status_code}, not {wanted}"
            if answer.status_code == 409:
                assert 'role="alert"' in answer.text
                refused = True
            if may:  # it has changed: begin again
                row = make(state)
                page = browser.get(row.url)


def turn(state: str, allowed: Allowed, hidden: Collection[str]) -> set[str]:
    """Of each group of the cast that may everywhere the same: whose turn it is in this state."""
    groups: dict[object, list[str]] = {}
    for name in PEOPLE:
        may = {(verb, where) for verb, states in allowed.items() for where, names in states.items() if name in names}
        groups.setdefault((name in hidden, frozenset(may)), []).append(name)
    return {names[crc32(state.encode()) % len(names)] for names in groups.values()}


def cover(model: type[Model], situations: Mapping[str, str], allowed: Allowed) -> None:
    """`allowed` says of every verb, in each state from which it may be done, who may; and who may not, somewhere.

    `situations` are the states that `hold` is asked about, each by the name that it has in `allowed`.
    """
    verbs = {verb.name: verb for verb in model.VERBS.values() if not verb.clock}
    assert set(situations.values()) == set(model.STATES)
    assert set(allowed) == set(verbs)
    for name, verb in verbs.items():
        done = {situations[situation] for situation, names in allowed[name].items() if names}
        assert done == set(verb.start or model.STATES), f"{name} is done when {done}, and may be when {verb.start}"
        everywhere = all(len(allowed[name].get(situation, ())) == len(PEOPLE) for situation in situations)
        assert everywhere == verb.for_all, f"{name} is refused to nobody"
