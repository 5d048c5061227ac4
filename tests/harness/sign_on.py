"""A sign-on provider that is away or says nothing: who wants to come in is told so, and who is in notices nothing."""

from __future__ import annotations

import threading
import time

import requests

from tests.harness.finding import Finding, p99
from tests.harness.site import Site
from tests.provider import Traveller, provider

WORDS = {"en": "does not work just now", "nl": "lukt nu even niet"}
CROWD = 24  # who want to come in at the same time: more than there are threads
INSIDE = 1.0  # seconds that a claim may take meanwhile, as ever
BACK = 10.0  # seconds after which one can sign on again
ANNA = {"anna": {"email": "anna@voorbeeld.nl", "email_verified": True}}


class Stranger(Traveller):
    """Somebody before the door, in one language."""

    def __init__(self, site: Site, language: str) -> None:
        super().__init__()
        self.site, self.language = site.web, language
        page = self.open("/sign-in").text
        hidden = page.partition('action="/language"')[2]
        fields = {
            name: hidden.partition(f'name="{name}" value="')[2].partition('"')[0] for name in ("csrf_token", "nonce")
        }
        self.browser.post(f"{self.site}/language", data={**fields, "language": language}, timeout=40)

    def open(self, path: str) -> requests.Response:
        """A page of the site, and nothing that it leads to."""
        return self.browser.get(f"{self.site}{path}", allow_redirects=False, timeout=40)

    def half_way(self) -> str:
        """Sign on at the provider; the way back, not gone yet."""
        return self.there_and_back(self.open("/sign-on").headers["Location"], "anna", self.site)

    def told(self, path: str, finding: Finding) -> None:
        """Note what is wrong with how the outage is said."""
        answer = self.open(path)
        finding.expect(answer.status_code == 503, f"an answer {answer.status_code}")
        finding.expect(answer.headers.get("Retry-After", "").isdigit(), "no Retry-After")
        finding.expect(WORDS[self.language] in answer.text, f"not in words ({self.language})")


def outage(site: Site, claims: int, *, patient: bool) -> Finding:
    """So many claims while the provider is away and a crowd wants to come in; with time, also while it says nothing."""
    finding, seconds = Finding("fault: sign-on provider down or silent"), list[float]()
    with provider(site.sign_on_port, site.web, site.folder) as idp:
        idp.knows(**ANNA)
        strangers = [Stranger(site, language) for language in WORDS]
        faults = (idp.away, idp.silent) if patient else (idp.away,)
        for fault in faults:
            backs = [stranger.half_way() for stranger in strangers]
            with fault():
                meanwhile(site, claims, finding, seconds, crowd(site, strangers, backs, finding))
            begin = time.monotonic()
            while (came := Stranger(site, "en")).open(came.half_way()).status_code != 303:
                if not finding.held or time.monotonic() > begin + BACK:
                    finding.expect(holds=False, otherwise="nobody can sign on again")
                    break
    finding.wrong = list(dict.fromkeys(finding.wrong))
    finding.number = f"{len(faults) * CROWD} told so, {len(seconds)} claims meanwhile, p99 {p99(seconds) * 1000:.0f} ms"
    return finding


def crowd(site: Site, strangers: list[Stranger], backs: list[str], finding: Finding) -> list[threading.Thread]:
    """All who want to come in: some come back from the provider, the others go there."""
    more = [Stranger(site, language) for language in WORDS for _n in range(CROWD // len(WORDS) - 1)]
    ways = [*zip(strangers, backs, strict=True), *((each, "/sign-on") for each in more)]
    return [threading.Thread(target=each.told, args=(path, finding)) for each, path in ways]


def meanwhile(site: Site, claims: int, finding: Finding, seconds: list[float], comers: list[threading.Thread]) -> None:
    """Claims of somebody who is in, while all the others stand before the door."""
    tasks = site.town.tasks(claims)
    for comer in comers:
        comer.start()
    try:
        time.sleep(0.3)
        for task in tasks:
            reply = site.ask(site.town.browsers[0], "POST", f"{task.url}/claim")
            finding.expect(reply.done, f"a claim was answered {reply.status}")
            finding.expect(reply.seconds < INSIDE, f"a claim took {reply.seconds:.1f} s")
            seconds.append(reply.seconds)
    finally:
        for comer in comers:
            comer.join()
    holders = site.town.holders(*(task.id for task in tasks))
    finding.expect(set(holders.values()) == {site.town.browsers[0].id}, "an acknowledged claim is lost")
