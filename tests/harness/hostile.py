"""A sweep of requests that mean no good, over every route, method and role: never our mistake, never another's data."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

from werkzeug.routing import Rule

from tests.harness.finding import Finding
from tests.harness.realm import PASSWORD, Realm
from tests.harness.wire import Reply, knock
from tests.provider import provider

IDS = ("0", "-1", "1", str(2**31), str(2**63), str(10**30), "1.5", "'; --", "\0", "../1", "١", "1 OR 1=1", "None", "%")
METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "BREW")
ELSEWHERE = (
    *("//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)"),
    *("/%0d%0aX-Planted: yes", "/\r\nX-Planted: yes", "/\tevil", "///evil.example", "http:evil.example", "/\0"),
)
HUGE = "x" * 200_000
JSON, PLAIN = "application/json", "text/plain"
MULTIPART = "multipart/form-data; boundary=b"
NAMES = """title description question text name name_nl name_en purpose words reason note email locale hours due places
choice learns issue pit_id line task mine theirs kind tasks skill until effect role bid thanks done left tip hours_left
seen person_id next then readers confidants villages""".split()
BODIES: dict[str, tuple[bytes, str]] = {
    "json": (b'{"title": {"$ne": 1}}', JSON),
    "broken json": (b"{", JSON),
    "text": (b"title=x", PLAIN),
    "broken multipart": (b"--b\r\nContent-Disposition: form-data; name=title", MULTIPART),
    "no such bytes": (b"title=%ff%fe&%00=%00", "application/x-www-form-urlencoded; charset=utf-16"),
    "many fields": ("&".join(f"a{n}=1" for n in range(3000)).encode(), "application/x-www-form-urlencoded"),
    "no type": (b"title=x", ""),
}
FIELDS: dict[str, dict[str, str]] = {
    "none": {},
    "odd": dict.fromkeys(NAMES, "\0'\"><script>\ud83d".encode("utf-8", "replace").decode()),
    "huge": dict.fromkeys(NAMES[:4], HUGE),
    "numbers": dict.fromkeys(NAMES, str(2**63)),
    "negative": dict.fromkeys(NAMES, "-1"),
    "lines": dict.fromkeys(NAMES, "a\r\nX-Planted: yes"),
}
HEADERS: tuple[dict[str, str], ...] = (
    {"HX-Request": "true", "HX-Target": "li#x", "HX-Current-URL": "https://evil.example/%00"},
    {"Cookie": "hkplein=AAAA; hkplein=" + "x" * 4000},
    {"Accept-Language": "nl" * 2000, "Referer": "//evil.example"},
    {"X-Forwarded-For": "1.1.1.1, 'x", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"},
    {"Host": "evil.example:99999"},
    {"Range": "bytes=0-1", "If-Modified-Since": "yesterday", "If-None-Match": "*"},
    {"Content-Length": "-5"},
)


class Case(NamedTuple):
    """One request, by whom (nobody: ""), and what is odd about it."""

    who: str
    what: str
    sent: bytes


def cases(realm: Realm, rules: Sequence[Rule]) -> Iterator[Case]:
    """Every route as everybody, to read and, without a right token, to change; and each oddity as one after another."""
    turns = itertools.cycle([*realm.visitors, ""])
    for rule in rules:
        address = Addresses(realm, rule)
        for who in (*realm.visitors, ""):
            cookie = realm.cookie(who)
            for path in address.real(3):
                yield Case(who, f"GET {path}", knock("GET", path, cookie=cookie))
                yield Case(who, f"POST {path}", knock("POST", path, cookie=cookie, fields={"csrf_token": "x"}))
        real = address.real(1)[0]
        for method, headers in (*((method, {}) for method in METHODS), *(("GET", headers) for headers in HEADERS)):
            who = next(turns)
            sent = knock(method, real, cookie=realm.cookie(who), headers=headers)
            yield Case(who, f"{method} {real} with {[*headers]}", sent)
        for path in address.odd():
            for method in ("GET", "POST"):
                who = next(turns)
                fields = {"csrf_token": realm.token(who)} if method == "POST" else None
                yield Case(who, f"{method} {path}", knock(method, path, cookie=realm.cookie(who), fields=fields))
        if "POST" in (rule.methods or ()):
            yield from posts(realm, rule, real, turns)


def posts(realm: Realm, rule: Rule, real: str, turns: Iterator[str]) -> Iterator[Case]:
    """What nobody would fill in; with the right token only where it changes nothing that is there."""
    for (name, fields), right in itertools.product(FIELDS.items(), (False, True)):
        who = next(turns)
        token = realm.token(who) if right and not rule.arguments else "x"
        sent = knock("POST", real, cookie=realm.cookie(who), fields={**fields, "csrf_token": token})
        yield Case(who, f"POST {real}, {name}", sent)
    for name, (body, kind) in BODIES.items():
        who = next(turns)
        headers = {"Content-Type": kind, "X-CSRFToken": "x" if rule.arguments else realm.token(who)}
        sent = knock("POST", real, cookie=realm.cookie(who), fields=body, headers=headers)
        yield Case(who, f"POST {real}, {name}", sent)


class Addresses:
    """The addresses of a route."""

    def __init__(self, realm: Realm, rule: Rule) -> None:
        self.rule, self.ids = rule, realm.things.get(rule.rule.split("/")[1]) or [1]

    def filled(self, value: str) -> str:
        """With this in the place of what varies."""
        return self.rule.rule.replace("<id:id>", value).replace("<name>", value)

    def odd(self) -> list[str]:
        """With what is no id."""
        return [self.filled(quote(each, safe="")) for each in IDS] if self.rule.arguments else []

    def real(self, count: int) -> list[str]:
        """With ids that there are."""
        step = max(1, len(self.ids) // count)
        return [self.filled(str(id_)) for id_ in self.ids[::step][:count]] if self.rule.arguments else [self.rule.rule]


def doors(realm: Realm) -> list[Rule]:
    """Every route but those that would end the sweep: signing out, everywhere and here."""
    ends = {"sign_in.sign_out", "account.sign_out_elsewhere", "account.password"}
    return [rule for rule in realm.site.town.app.url_map.iter_rules() if rule.endpoint not in ends]


def judge(realm: Realm, case: Case, reply: Reply, finding: Finding) -> None:
    """Note what is wrong with an answer."""
    who = case.who or "nobody"
    bad = reply.status == 0 or reply.status >= 500
    finding.expect(not bad or reply.status in (501, 505), f"{who}: {case.what}: {reply.status}")
    finding.expect("X-Planted" not in reply.headers, f"{who}: {case.what}: a header was planted")
    where = reply.headers.get("Location", "/")
    own = where.startswith("/") and not where.startswith(("//", "/\\"))
    own |= " /sign-on" in case.what and where.startswith(f"{realm.site.sign_on}/")
    finding.expect(own, f"{who}: {case.what}: leads to {where}")
    leaks = realm.leaks(case.who, reply.text)
    finding.expect(not leaks, f"{who}: {case.what}: shows canaries {leaks}")


def redirects(realm: Realm) -> Iterator[Case]:
    """Every way to be sent elsewhere after signing in, or after choosing a language."""
    stranger, anna = realm.site.town.stranger(), realm.visitors["anna"]
    for target in ELSEWHERE:
        yield Case("", f"next={target!r}", knock("GET", f"/sign-in?next={quote(target, safe='')}"))
        secrets = {"email": "gijs@voorbeeld.nl", "password": PASSWORD, "next": target, "csrf_token": stranger.token}
        yield Case("", f"sign in, next={target!r}", knock("POST", "/sign-in", cookie=stranger.cookie, fields=secrets))
        referrer = {"Referer": quote(target, safe=":/\\"), "HX-Current-URL": quote(target, safe=":/\\")}
        fields = {"language": "nl", "csrf_token": anna.token}
        sent = knock("POST", "/language", cookie=anna.cookie, fields=fields, headers=referrer)
        yield Case("anna", f"language, from {target!r}", sent)


def sweep(realm: Realm, most: int, seed: int = 3) -> Finding:
    """All of them, or `most` of them, drawn at random; and every redirect."""
    finding, everything, site = Finding("hostile requests"), [*cases(realm, doors(realm))], realm.site
    drawn = everything if most >= len(everything) else random.Random(seed).sample(everything, most)
    chosen = [*drawn, *redirects(realm)]
    with provider(site.sign_on_port, site.web, site.folder):
        for start in range(0, len(chosen), 16):
            some = chosen[start : start + 16]
            replies = site.rush([case.sent for case in some])
            for case, reply in zip(some, replies, strict=True):
                judge(realm, case, reply, finding)
    part = "" if len(drawn) == len(everything) else f" (of {len(everything)})"
    finding.number = f"{len(chosen)} requests{part} as {len(realm.visitors) + 1} roles"
    return finding
