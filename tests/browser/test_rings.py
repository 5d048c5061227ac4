"""Swap rings in three browsers: from a wish to exchanged work, and dissolved by a no."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from hkplein.config import ROOT
from tests.browser.hands import do, fill, form_of, number_in, post_task, settled

pytestmark = pytest.mark.browser


def night(site: Any) -> None:
    """The round of the next night: tonight's, and at every further call a day later."""
    at = (datetime.now().astimezone() + timedelta(days=next(site.nights))).isoformat(timespec="seconds")
    command = [sys.executable, "-m", "hkplein", "tick", "--at", at]
    subprocess.run(command, cwd=ROOT, env=site.environment, check=True, timeout=180, capture_output=True)


def wishing(browse: Any, site: Any, first: int, *, phone: bool, language: str) -> tuple[list[Any], list[int]]:
    """Three people who each hold a task, and would take the next one's; their pages, and the tasks."""
    people = [site.colleague(first + n) for n in range(4)]
    poster = browse(people[3])
    tasks = [post_task(poster, f"Kring {first} {n}") for n in range(3)]
    pages = [browse(person, phone=phone, language=language) for person in people[:3]]
    for page, task in zip(pages, tasks, strict=True):
        page.goto(f"/tasks/{task}")
        do(page, "/claim")
        settled(page, "task", "taken")
        do(page, "/offer", kind="swap")
        page.locator(f"a[href='/wishes/new?task={task}']").wait_for()
    for n, page in enumerate(pages):
        page.goto(f"/tasks/{tasks[n]}")
        page.locator(f"a[href='/wishes/new?task={tasks[n]}']").click()
        form = form_of(page, f"/wishes/new?task={tasks[n]}")
        fill(form, kind="tasks", tasks=tasks[(n + 1) % 3], starred=tasks[(n + 1) % 3])
        form.locator("button[type=submit]").click()
        number_in(page)
        settled(page, "wish", "standing")
    return pages, tasks


def open_ring(page: Any) -> Any:
    """From my work to the ring that waits for me."""
    page.goto("/")
    page.locator("main a[href^='/rings/']").first.click()
    return settled(page, "ring", "proposed")


def agree(page: Any) -> None:
    """Say yes, and wait until it is heard."""
    do(page, "/agree")
    expect(page.locator("main form[action$='/agree']")).to_have_count(0)


@pytest.mark.parametrize(("phone", "language"), [(False, "nl"), (True, "en")], ids=["1280", "390"])
def test_a_ring_of_three_goes_from_wish_to_exchanged_work(browse, site, axe, phone, language):
    first, size = (44, "Ring of 3.") if phone else (40, "Kring van 3.")
    pages, tasks = wishing(browse, site, first, phone=phone, language=language)
    night(site)
    for n, page in enumerate(pages):
        open_ring(page)
        for words in (f"Kring {first} {n}", f"Kring {first} {(n + 1) % 3}", size):
            expect(page.locator("main")).to_contain_text(words)
        for part in ("spot", "arrow"):
            expect(page.locator(f"svg.ring .ring__{part}")).to_have_count(3)
        if n == 0:
            axe(page, "a proposed ring")
        agree(page)
        if n < 2:
            page.goto(f"/tasks/{tasks[n]}")
            settled(page, "task", "taken")
            promised = page.locator("form[action$='/keep'], form[action$='/release'], form[action$='/report']")
            expect(promised, "locked until the deadline").to_have_count(0)
    settled(pages[2], "ring", "done")
    for n, page in enumerate(pages):
        page.goto("/")
        page.locator(f"a[href='/tasks/{tasks[(n + 1) % 3]}']").first.wait_for()
        page.goto(f"/tasks/{tasks[n]}")
        holder = str(site.colleague(first + (n - 1) % 3)["id"])
        expect(page.locator(f"#task-{tasks[n]}")).to_have_attribute("data-holder", holder)


def test_a_no_dissolves_a_ring_and_nobody_sees_whose_it_was(browse, site):
    pages, tasks = wishing(browse, site, 50, phone=False, language="nl")
    night(site)
    rings = [open_ring(page) for page in pages]
    assert len({ring.get_attribute("id") for ring in rings}) == 1
    agree(pages[0])
    do(pages[1], "/decline")
    settled(pages[1], "ring", "dissolved")
    for n, page in enumerate(pages):
        page.reload()
        settled(page, "ring", "dissolved")
        page.goto(f"/tasks/{tasks[n]}")
        holder = str(site.colleague(50 + n)["id"])
        expect(page.locator(f"#task-{tasks[n]}")).to_have_attribute("data-holder", holder)
        page.goto("/wishes")
        settled(page, "wish", "standing")
        page.goto("/notifications")
        assert site.colleague(51)["name"] not in page.locator("main").inner_text() or n == 1
