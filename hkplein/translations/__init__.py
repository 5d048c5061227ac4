"""The Dutch of every sentence; the source strings are English. `python -m hkplein.translations update` or `check`."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from hkplein.config import ROOT

FILE = Path(__file__).parent / "nl" / "LC_MESSAGES" / "messages.po"
KEYWORDS = dict.fromkeys(("_", "_l", "gettext", "lazy_gettext"), (1,)) | {
    "_n": (1, 2),
    "ngettext": (1, 2),
}
_placeholder = re.compile(r"%\((\w+)\)s")


def sources() -> Catalog:
    """Every sentence that stands in the code and the templates."""
    catalog = Catalog(locale="nl")
    for folder, method in (
        (ROOT / "hkplein", [("**.py", "python")]),
        (ROOT / "templates", [("**.html", "jinja2"), ("**.txt", "jinja2")]),
    ):
        spaces = {"trim_blocks": "true", "lstrip_blocks": "true"}
        options = {"**.html": {"extensions": "hkplein.views.memo.Memo", "silent": "false", **spaces}}
        for _file, _line, message, _comments, context in extract_from_dir(folder, method, options, keywords=KEYWORDS):
            if message and message != ("", ""):
                catalog.add(message, context=context)
    return catalog


def dutch() -> Catalog:
    """What is translated."""
    if not FILE.exists():
        return Catalog(locale="nl")
    with FILE.open("rb") as file:
        return read_po(file, locale="nl")


def key(message: Message) -> str:
    """A message by its (singular) English text."""
    return message.id if isinstance(message.id, str) else message.id[0]


def update() -> int:
    """Bring the file in line with the sources: new sentences empty, old ones gone; never a guess."""
    known = {key(message): message for message in dutch() if message.id}
    fresh = Catalog(locale="nl", fuzzy=False, project="HK-plein")
    for message in sorted((m for m in sources() if m.id), key=key):
        old = known.get(key(message))
        fits = old is not None and isinstance(old.id, str) == isinstance(message.id, str)
        fresh.add(message.id, old.string if old is not None and fits else None)
    FILE.parent.mkdir(parents=True, exist_ok=True)
    with FILE.open("wb") as file:
        write_po(file, fresh, width=120, omit_header=False, sort_output=True, no_location=True)
    return len(missing())


def missing() -> list[str]:
    """What is wrong with the Dutch, a line each; empty when it is complete."""
    known = {key(message): message for message in dutch() if message.id}
    wrong = []
    wanted = {key(message): message for message in sources() if message.id}
    for text, message in sorted(wanted.items()):
        translated = known.get(text)
        string = translated.string if translated else None
        strings = [string] if isinstance(string, str) else list(string or ())
        if translated is None or not strings or not all(strings):
            wrong.append(f"no Dutch for: {text}")
        elif translated.fuzzy:
            wrong.append(f"fuzzy: {text}")
        elif any(
            not set(_placeholder.findall(s)) <= {*_placeholder.findall("".join(message.id)), "num"} for s in strings
        ):
            wrong.append(f"other placeholders in the Dutch of: {text}")
    return wrong + [f"no longer used: {text}" for text in sorted(known.keys() - wanted.keys())]
