"""A form that is sent twice has one effect and shows the first result."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select

from hkplein.db import db
from hkplein.models import Task
from tests.harness.finding import Finding
from tests.harness.site import Site
from tests.harness.town import filled


def twice(site: Site, forms: int, clicks: int = 8) -> Finding:
    """Each form is sent by an impatient hand: many times at once, and once more afterwards."""
    town, finding = site.town, Finding("sent twice, done once")
    for n in range(forms):
        person, title = town.browsers[n % len(town.browsers)], f"Dubbel {n} {town.newest()}"
        one = person.knock("POST", "/tasks/new", **filled(title, nonce=title))
        replies = [*site.rush([one] * clicks), *site.rush([one])]
        shown = Counter((reply.status, reply.headers.get("Location")) for reply in replies)
        finding.expect(len(shown) == 1 and replies[0].done, f"answers {dict(shown)}")
        town.fresh()
        there = db.session.scalar(select(func.count()).where(Task.title == title))
        finding.expect(there == 1, f"“{title}” is there {there} times")
    finding.number = f"{forms} × {clicks + 1}"
    return finding
