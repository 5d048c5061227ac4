"""About: open to everybody, honest, and in both languages."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from hkplein.clock import now


@pytest.mark.parametrize("url", ["/about", "/about/privacy", "/about/accessibility", "/about/weakness"])
def test_everybody_reads_about_it_in_both_languages(url, cast, visit):
    stranger = visit(None)
    dutch = stranger.get(url)
    assert dutch.status_code == 200 and '<html lang="nl"' in dutch.text
    stranger.post("/language", data={"language": "en", "next": url})
    english = stranger.get(url).text
    assert '<html lang="en"' in english and english != dutch.text
    assert visit(cast.petra).get(url).status_code == 200


def test_it_says_what_is_known_and_what_is_not(cast, visit):
    browser = visit(cast.anna)
    page = browser.get("/about").text
    assert "That is all that we know." in page and "lean-monteur" in page and "Kolkwaarden" in page
    assert re.search(r">vraagstuk</strong> · <span[^>]*>issue</span></dt><dd>", page)


def test_whom_to_tell_of_a_weakness(cast, visit, monkeypatch):
    """RFC 9116: a contact, less than a year to believe it, where it belongs, and what to expect."""
    monkeypatch.setenv("HKPLEIN_SECURITY_CONTACT", "mailto:veilig@voorbeeld.nl")
    monkeypatch.setenv("HKPLEIN_URL", "https://plein.voorbeeld.nl/")
    stranger = visit(None)
    answer = stranger.get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8" and answer.text.endswith("\n")
    assert fields.pop("Contact") == "mailto:veilig@voorbeeld.nl"
    assert now() < datetime.fromisoformat(fields.pop("Expires")) < now() + timedelta(days=365)
    assert fields.pop("Preferred-Languages") == "nl, en"
    assert fields.pop("Canonical") == "https://plein.voorbeeld.nl/.well-known/security.txt"
    assert fields.pop("Policy") == "https://plein.voorbeeld.nl/about/weakness"
    assert fields == {}
    assert "veilig@voorbeeld.nl" in stranger.get("/about/weakness").text


def test_without_a_contact_of_its_own_it_is_the_sender_of_mail(cast, visit, monkeypatch):
    monkeypatch.delenv("HKPLEIN_SECURITY_CONTACT", raising=False)
    monkeypatch.setenv("HKPLEIN_MAIL_FROM", "HK-plein <plein@voorbeeld.nl>")
    assert "Contact: mailto:plein@voorbeeld.nl\n" in visit(None).get("/.well-known/security.txt").text


def test_the_accessibility_statement_says_what_it_knows_and_whom_to_tell(cast, visit):
    statement = visit(cast.anna).get("/about/accessibility").text
    assert "Drawn up on 26 November 2026" in statement
    assert "status C" in statement and "3.1.2" in statement and "through the administrator" in statement
    steward = visit(cast.gijs)
    told = {
        "name": "Kolkwaarden",
        "contact": "plein@kolkwaarden.voorbeeld, 0123 456789",
        "villages": "",
        "confidants": "",
    }
    assert steward.post("/steward/municipality", data=told).status_code == 303
    assert told["contact"] in steward.get("/steward/municipality").text
    for url in ("/about/accessibility", "/about/privacy"):
        assert told["contact"] in visit(None).get(url).text
    assert "Kolkwaarden works towards" in visit(cast.anna).get("/about/accessibility").text


def test_privacy_leads_whoever_is_signed_in_to_the_own_data(cast, visit):
    assert 'href="/account/stored"' in visit(cast.petra).get("/about/privacy").text
    assert 'href="/account/stored"' not in visit(None).get("/about/privacy").text
