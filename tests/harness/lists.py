"""List and detail agree: every id in a list opens, and every id that is not for somebody is not there."""

from __future__ import annotations

import random
import re

from tests.harness.finding import Finding
from tests.harness.realm import Realm

LISTS = """/ /tasks /issues /pits /people /pitstops /lessons /skills /help-lines /swaps /rings /wishes /bids
/notifications""".split()
LINK = re.compile(r'href="(/([a-z-]+)/(\d+))["?#]')
AT = re.compile(r"/([a-z-]+)/(\d+)")
MORE = re.compile(r'href="([^"#]*[?&](?:amp;)?(?:after|before|page)=[^"#]*)"')


def walk(realm: Realm, who: str) -> tuple[set[tuple[str, int]], list[str]]:
    """Everything that a list links to, on each of its pages; and the lists that do not open."""
    found, odd, todo, seen = set(), [], list(LISTS), set(LISTS)
    while todo:
        here = todo.pop()
        page = realm.site.ask(realm.visitors[who], "GET", here)
        if page.status not in (200, 302, 404):
            odd.append(f"{who}: {here}: {page.status}")
        found |= {(place, int(id_)) for _all, place, id_ in LINK.findall(page.text) if place in realm.things}
        more = {link.replace("&amp;", "&") for link in MORE.findall(page.text)}
        more = {here.partition("?")[0] + link if link.startswith("?") else link for link in more}
        todo += sorted(more - seen)
        seen |= more
    return found, odd


def agree(realm: Realm, roles: tuple[str, ...], most: int | None, seed: int = 5) -> Finding:
    """What the lists show opens, and of all that is there (about `most`, of every kind) exactly what the rule says."""
    finding, asked = Finding("list and detail agree"), 0
    for who in roles:
        listed, odd = walk(realm, who)
        finding.wrong += odd
        visible = realm.visible(who)
        draw, each = random.Random(seed), most and -(-most // len(realm.things))
        some_of = {
            place: draw.sample(sorted(ids), min(each or len(ids), len(ids))) for place, ids in realm.things.items()
        }
        everything = [(place, id_) for place, ids in some_of.items() for id_ in ids]
        wanted = sorted({*everything, *listed})
        for start in range(0, len(wanted), 16):
            some = wanted[start : start + 16]
            visitor = realm.visitors[who]
            replies = realm.site.rush([visitor.knock("GET", f"/{place}/{id_}") for place, id_ in some])
            for (place, id_), reply in zip(some, replies, strict=True):
                opens, where = reply.status in (200, 302), f"{who}: /{place}/{id_}"
                there = AT.fullmatch(reply.headers.get("Location", ""))  # a hand lives on the page of its task
                may = int(there[2]) in visible[there[1]] if there else id_ in visible[place]
                finding.expect(opens == may, f"{where}: {reply.status}, though {may=}")
                finding.expect(opens or (place, id_) not in listed, f"{where} is listed, and {reply.status}")
                finding.expect(not realm.leaks(who, reply.text), f"{where} shows a canary")
        asked += len(wanted)
    finding.number = f"{asked} addresses as {len(roles)} roles"
    return finding
