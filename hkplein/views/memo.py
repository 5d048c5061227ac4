"""`{% memo key, … %}…{% endmemo %}`: a piece of a page that is drawn once for the same key, in each language.

What stands inside may depend on its key only. Nothing can go stale: the key is everything that is drawn, and a new
value is a new key. The hidden fields of a form differ from one request to the next, so what is kept holds a mark in
their place that is filled in when the page is sent; it is a secret of the process, so that nobody can write it into a
text.
"""

from __future__ import annotations

import functools
import secrets
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from flask import Response, session
from flask_wtf.csrf import generate_csrf
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from markupsafe import Markup

from hkplein.i18n import language

HIDDEN = Markup(f"<!--{secrets.token_hex(16)}-->")  # noqa: S704
KEPT = 5_000  # pieces; a card is about 2 kB, and a process has at most 150 MB
_kept: OrderedDict[Any, str] = OrderedDict()


class Memo(Extension):
    """The `memo` tag."""

    tags = {"memo"}

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        keys = [parser.parse_expression()]
        while parser.stream.skip_if("comma"):
            keys.append(parser.parse_expression())
        body = parser.parse_statements(("name:endmemo",), drop_needle=True)
        where = nodes.Const(f"{parser.name}:{line}")
        call = self.call_method("draw", [where, nodes.Tuple(keys, "load")])
        return nodes.CallBlock(call, [], [], body).set_lineno(line)

    def draw(self, where: str, key: tuple[Any, ...], caller: Callable[[], str]) -> str:
        """The piece as it was drawn before for this key, or drawn now."""
        return kept(where, key, caller)


def kept(where: str, key: tuple[Any, ...], draw: Callable[[], str]) -> str:
    """What was drawn before for this key in the language spoken, or `draw()`."""
    whole = (where, language(), key)
    piece = _kept.get(whole)
    if piece is None:
        piece = _kept[whole] = draw()
        if len(_kept) > KEPT:
            _kept.popitem(last=False)
    return piece


def fill(response: Response, nonce: Callable[[], str]) -> Response:
    """Put the token against forgery and the nonce into every form of the page."""
    if response.mimetype == "text/html" and not response.direct_passthrough:
        page = response.get_data()
        mark = HIDDEN.encode()
        if mark in page:
            token = f'<input type="hidden" name="csrf_token" value="{_token(session.get("csrf_token"))}">'
            fields = f'{token}<input type="hidden" name="nonce" value="{nonce()}">'
            response.set_data(page.replace(mark, fields.encode()))
    return response


def _token(raw: str | None) -> str:
    """The token against forgery: signing it anew for every page costs more than the page's texts."""
    return _signed(raw) if raw else str(generate_csrf())


@functools.lru_cache(maxsize=4096)
def _signed(_raw: str) -> str:
    return str(generate_csrf())
