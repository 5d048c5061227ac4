"""Mistakes in what people are shown."""

from __future__ import annotations

import time
from contextlib import nullcontext
from typing import Any

from flask import Response, g, request
from sqlalchemy import true

from hkplein import views
from hkplein.sign_on import Provider
from hkplein.views import errors, requests, sign_in, tasks
from hkplein.web import IdConverter
from tests.harness.mutants import awake, instead

SECONDS = 2  # that a page is kept
ONCE = ("sent twice", "look-then-set", "in-process lock")  # the last two begin their transaction anew
_pages: dict[tuple[str, str], tuple[float, bytes]] = {}


def from_cache() -> Any:
    """To show a page as it was up to two seconds ago."""
    key = (request.full_path, request.headers.get("Cookie", ""))
    if awake("page cache") and request.method == "GET" and request.path.startswith("/tasks/"):
        at, page = _pages.get(key, (0.0, b""))
        if time.monotonic() - at < SECONDS:
            return Response(page)
        g.keep_as = key
    return begin()


def into_cache(response: Response) -> Response:
    """Keep it."""
    if "keep_as" in g and response.status_code == 200:
        _pages[g.keep_as] = time.monotonic(), response.get_data()
    return headers(response)


begin, headers, once, explain = requests.begin, requests.headers, requests.once, errors.explain


def forgetful(code: int, title: str, text: str, **more: Any) -> tuple[str, int]:
    """To lose what was typed."""
    return explain(code, title, text, **{**more, "again": []})


def anybodys(model: Any, id: int, _rule: Any, *options: Any) -> Any:
    """To find a row for whoever asks."""
    return views.find(model, id, true(), *options)


def anywhere(to: str | None = None) -> str:
    """To send people on to whatever is asked."""
    return request.values.get("next", "/") if to is None else to


def plant() -> None:
    """Put them where the right ones are."""
    requests.begin, requests.headers = from_cache, into_cache
    requests.once = lambda: None if any(map(awake, ONCE)) else once()
    errors.explain = instead("text lost", explain, forgetful)
    errors.unavailable = instead("no words", errors.unavailable, lambda _error: ("Internal Server Error", 500))
    vars(tasks)["find"] = instead("rule dropped", views.find, anybodys)
    Provider.turn = instead("sign-on unguarded", Provider.turn, lambda _provider: nullcontext())  # type: ignore[method-assign]
    by_size = IdConverter.to_python
    IdConverter.to_python = instead("any number", by_size, lambda _self, text: int(text))  # type: ignore[method-assign]
    sign_in.own_path = instead("next anywhere", sign_in.own_path, anywhere)
