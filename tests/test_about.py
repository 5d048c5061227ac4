"""About: open to everybody, honest, and in both languages."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from hkplein.clock import now


@pytest.mark.parametrize("url", ["/about", "/about/privacy", "/about/accessibility"])
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
    monkeypatch.setenv("HKPLEIN_SECURITY_CONTACT", "mailto:veilig@voorbeeld.nl")
    answer = visit(None).get("/.well-known/security.txt")
    assert answer.mimetype == "text/plain" and "Contact: mailto:veilig@voorbeeld.nl\n" in answer.text
    expires = datetime.fromisoformat(re.search("Expires: (.*)", answer.text)[1])
    assert now() < expires
