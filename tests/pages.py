"""What every page owes its reader; asked of each page that a test opens."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import html5lib

_seen: set[int] = set()
_WORDS = re.compile(r'(?<=>)[^<]+(?=<)|(?<==")[^"]*')
_ROW = re.compile(r"(?=<(?:li|tr|option|article|section|details|label)\b)")
# What html5lib's strict parser has against pages that are valid today.
_FORGIVEN = {"unexpected-self-closing-tag"}


def inspect(response: Any) -> None:
    """Valid, one h1, no id twice, every form with a token, a label for every field; no error page of ours."""
    if response.mimetype != "text/html" or response.status_code in (301, 302, 303):
        return
    text = response.get_data(as_text=True)
    assert response.status_code != 500, text[:2000]
    whole = "<html" in text[:200].lower()
    valid(text, whole=whole)
    twice = [id_ for id_, count in Counter(re.findall(r'\sid="([^"]*)"', text)).items() if count > 1]
    assert not twice, f"ids twice: {twice}"
    if whole:
        assert len(re.findall(r"<h1[\s>]", text)) == 1, "not exactly one h1"
        assert re.search(r"<title>[^<]{3,}</title>", text)
    for form in re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL):
        assert 'name="csrf_token"' in form and 'name="nonce"' in form, form[:300]
    labelled = set(re.findall(r'\sfor="([^"]*)"', text))
    for id_ in re.findall(r'<(?:input|select|textarea)[^>]*\sid="([^"]*)"', text):
        assert id_ in labelled, f"no label for {id_}"


def valid(text: str, *, whole: bool) -> None:
    """Valid HTML; a page like one before, with other words or values, or with more rows, is not parsed again."""
    shape = hash(frozenset(_ROW.split(_WORDS.sub("", text))))
    if shape in _seen:
        return
    parser = html5lib.HTMLParser(strict=False)
    (parser.parse if whole else parser.parseFragment)(text)
    wrong = [(where, code) for where, code, _data in parser.errors if code not in _FORGIVEN]
    assert not wrong, f"{wrong[:3]}: {text.splitlines()[wrong[0][0][0] - 1][:200]}"
    _seen.add(shape)
