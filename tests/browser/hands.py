"""What a visitor's hands do: press the button of a verb, fill in what it asks, and read what the page says."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any


def form_of(page: Any, action: str) -> Any:
    """The form on the page whose address ends like this, such as "/claim" or "/tasks/7/claim"."""
    return page.locator(f"main form[action$='{action}']").first


def do(page: Any, action: str, **fields: Any) -> None:
    """Do a verb as a visitor does: open its form when it asks something, fill it in, and send it."""
    form = form_of(page, action)
    form.wait_for(state="attached")
    for fold in form.locator("xpath=ancestor::details").all():
        if not fold.evaluate("fold => fold.open"):
            fold.locator("summary").first.click()
    fill(form, **fields)
    form.locator("button[type=submit]").last.click()


def fill(form: Any, **fields: Any) -> None:
    """Fill in the fields of a form, whatever kind they are."""
    for name, value in fields.items():
        for fold in form.locator(f"details:has([name={name}])").all():
            if not fold.evaluate("fold => fold.open"):
                fold.locator("summary").first.click()
        field = form.locator(f"[name={name}]").first
        kind = field.evaluate("field => field.type")
        if kind in ("radio", "checkbox"):
            form.locator(f"[name={name}][value='{value}']").check()
        elif kind == "select-one":
            field.select_option(str(value))
        else:
            field.fill(str(value))


def settled(page: Any, noun: str, state: str) -> Any:
    """Wait until the page shows the thing in this state, and has all come."""
    thing = page.locator(f"[id^='{noun}-'][data-state='{state}']").first
    thing.wait_for()
    page.wait_for_load_state()  # a page is shown while it comes: what stands lower is there a moment later
    return thing


def number_in(page: Any) -> int:
    """The id in the page's address."""
    page.wait_for_url(re.compile(r"/\d+(\?.*)?$"))
    found = re.search(r"/(\d+)(?:\?|$)", page.url)
    assert found
    return int(found[1])


def in_days(days: int) -> str:
    """A date as a date field wants it."""
    return (date.today() + timedelta(days=days)).isoformat()  # noqa: DTZ011 - the browser's own day


def post_task(page: Any, title: str, **fields: Any) -> int:
    """Post a task over the form; returns its id."""
    page.goto("/tasks/new")
    fill(form_of(page, "/tasks/new"), title=title, hours=2, due=in_days(10), **fields)
    form_of(page, "/tasks/new").locator("button[type=submit]").first.click()
    id_ = number_in(page)
    settled(page, "task", "open")
    return id_


def said(page: Any) -> str:
    """What was announced last."""
    page.locator("#live:not(:empty)").wait_for(state="attached")
    return str(page.locator("#live").text_content())
