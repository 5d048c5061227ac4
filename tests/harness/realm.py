"""A town with one of everything in every state, and canaries in what is not for everybody."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select

from hkplein.db import db
from hkplein.models import NOUNS, IssuePartner, Person
from hkplein.passwords import hashed
from tests import world
from tests.cast import keep, make_issue, make_pitstop, make_seat, make_task
from tests.harness.site import Site
from tests.harness.town import Visitor

ROLES = ("anna", "bram", "chris", "dina", "eva", "femke", "hugo", "gijs", "noor", "wim", "petra")
PASSWORD = "een heel lange zin"  # of Gijs, who may sign in with one
CANARY = re.compile(r"kanarie-(\d+)-")


@dataclass
class Realm:
    """Whoever looks around, the things that there are, and who may read which canary."""

    site: Site
    people: dict[str, Person] = field(default_factory=dict)
    visitors: dict[str, Visitor] = field(default_factory=dict)
    readers: list[frozenset[str]] = field(default_factory=list)
    things: dict[str, list[int]] = field(default_factory=dict)  # by the first part of the address

    def canary(self, *readers: str) -> str:
        """A word that only these may ever see."""
        self.readers.append(frozenset(readers))
        return f"kanarie-{len(self.readers) - 1}-zingt"

    def cookie(self, name: str) -> str:
        """That of this person's browser; nobody has none."""
        return self.visitors[name].cookie if name else ""

    def token(self, name: str) -> str:
        """That of this person's forms."""
        return self.visitors[name].token if name else "x"

    def leaks(self, name: str, text: str) -> set[int]:
        """The canaries in a text that are not for this person's eyes."""
        return {number for number in map(int, CANARY.findall(text)) if name not in self.readers[number]}

    def visible(self, name: str) -> dict[str, set[int]]:
        """What this person may open, by the rules of the nouns."""
        self.site.town.fresh()
        person = db.session.get_one(Person, self.people[name].id)
        found: dict[str, set[int]] = {}
        for model in nouns():
            rows: Iterable[Any] = db.session.scalars(select(model).where(model.visible_to(person)))
            found[model.PLACE] = {row.id for row in rows}
        return found


def nouns() -> list[Any]:
    """The nouns that live at an address of their own, with a rule of who sees them."""
    return [model for model in NOUNS.values() if model.PLACE and hasattr(model, "visible_to")]


@functools.cache
def of(site: Site) -> Realm:
    """The town of a site, filled once."""
    town, realm = site.town, Realm(site)
    cast = town.cast
    realm.people = {name: getattr(cast, name) for name in ROLES}
    with town.writing():
        realm.visitors = {name: town.sign_in(person) for name, person in realm.people.items()}
        world.build(cast)
        canaries(realm, cast)
        db.session.get_one(Person, cast.gijs.id).password_hash = hashed(PASSWORD)
    town.fresh()
    for model in nouns():
        realm.things[model.PLACE] = list(db.session.scalars(select(model.id).order_by(model.id)))
    return realm


def canaries(realm: Realm, cast: Any) -> None:
    """What is confidential, what was never posted, and what is no business of a partner."""
    helped = ("picked-up", "planned", "answered", "closed")
    for state in ("asked", *helped, "withdrawn"):
        readers = ("anna", "femke") if state in helped else ("anna",)
        pitstop = make_pitstop(cast, state, readers="line", question="")
        pitstop.question = realm.canary(*readers)
        keep(pitstop)
    make_task(cast, "draft", title=realm.canary("anna"))
    colleagues = [name for name in ROLES if name != "petra"]
    hidden = make_issue(cast, title=realm.canary(*colleagues))
    db.session.execute(delete(IssuePartner).where(IssuePartner.issue_id == hidden.id))
    make_seat(cast, hidden, title=realm.canary(*colleagues))
    make_task(cast, title=realm.canary(*colleagues))
    make_task(cast, title=realm.canary(*colleagues), issue_id=hidden.id)
