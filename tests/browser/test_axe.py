"""No violation of WCAG 2.2 AA that axe-core can see: of states, not just of pages, in light and in dark."""

from __future__ import annotations

import pytest

from tests.browser.hands import fill, form_of, post_task

pytestmark = pytest.mark.browser
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])
PAGES = (
    "/",
    "/tasks",
    "/tasks?q=zzzz",
    "/tasks/new",
    "/swaps",
    "/issues",
    "/issues/new",
    "/pitstops",
    "/pitstops/new",
    "/help-lines",
    "/help-lines/1",
    "/pits",
    "/pits/1",
    "/people",
    "/people/1",
    "/people/1/edit",
    "/lessons",
    "/lessons/new",
    "/notifications",
    "/account",
    "/about",
    "/about/privacy",
    "/nowhere",
)


@SCHEMES
@pytest.mark.parametrize("phone", [False, True], ids=["1280", "390"])
def test_pages(browse, axe, site, scheme, phone):
    page = browse(site.people[0], scheme=scheme, phone=phone)
    for path in PAGES:
        page.goto(path)
        axe(page, path)


@SCHEMES
def test_things_in_every_state(browse, axe, site, scheme):
    """One thing of each noun in each state that the demo has, as somebody who may do something with it."""
    page = browse(site.people[0], scheme=scheme)
    seen = set()
    for noun, place, last in (
        ("task", "tasks", 135),
        ("issue", "issues", 41),
        ("pit", "pits", 27),
        ("lesson", "lessons", 14),
    ):
        for id_ in range(1, last):
            if len([one for one in seen if one[0] == noun]) > 7:
                break
            answer = page.goto(f"/{place}/{id_}")
            if answer.status != 200:
                continue
            state = page.locator(f"#{noun}-{id_}").get_attribute("data-state")
            if (noun, state) not in seen:
                seen.add((noun, state))
                for fold in page.locator("main details:not([open]) > summary").all():
                    if fold.is_visible():
                        fold.click()
                axe(page, f"{noun} {state}")
    assert len(seen) >= 15, seen


@SCHEMES
@pytest.mark.parametrize("phone", [False, True], ids=["1280", "390"])
def test_what_happens_on_a_page(browse, axe, site, scheme, phone):
    """The menu open, the filters open, a card just taken with its toast, a refusal, and a form with mistakes."""
    number = 60 + 2 * phone + (scheme == "dark")
    task = post_task(browse(site.colleague(70)), f"Toegankelijk {number}")
    page = browse(site.colleague(number), scheme=scheme, phone=phone)
    page.goto("/tasks?sort=newest")
    page.locator(".menu-details > summary").click()
    axe(page, "menu open")
    page.keyboard.press("Escape")
    if phone:
        page.locator(".filters-open").click()
        axe(page, "filters open")
        page.locator("[popovertargetaction=hide]").first.click()
    page.locator(f"#task-{task} form[action$='/claim'] button").click()
    page.locator("#toasts .toast").wait_for()
    axe(page, "card taken, with its toast")
    late = browse(site.colleague(number + 4), scheme=scheme, phone=phone)
    late.goto("/tasks/new")
    form = form_of(late, "/tasks/new")
    fill(form, hours="veel")
    form.locator("button[type=submit]").first.click()
    late.locator(".utrecht-alert--error").wait_for()
    axe(late, "form with mistakes")


@SCHEMES
@pytest.mark.parametrize("role", ["lean", "steward", "board", "partner"])
def test_the_pages_of_others(browse, axe, site, scheme, role):
    page = browse(site.guide(role), scheme=scheme)
    own = {
        "lean": ("/", "/help-lines/1", "/pitstops"),
        "steward": ("/steward", "/steward/health", "/steward/people", "/skills", "/help-lines"),
        "board": ("/", "/issues/5", "/tasks"),
        "partner": ("/", "/issues", "/tasks"),
    }
    for path in own[role]:
        page.goto(path)
        axe(page, f"{role} {path}")


@SCHEMES
def test_the_door(browse, axe, scheme):
    page = browse(None, scheme=scheme)
    page.goto("/sign-in")
    axe(page, "sign-in")
    page.locator("form[action='/sign-in'] button[type=submit]").click()
    page.locator(".utrecht-alert--error").wait_for()
    axe(page, "sign-in with mistakes")
