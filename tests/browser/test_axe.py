"""No violation of WCAG 2.2 AA that axe-core can see: of states, not just of pages, in light and in dark."""

from __future__ import annotations

import itertools

import pytest

from hkplein import create_app
from hkplein.models import NOUNS
from tests.browser.hands import do, fill, form_of, post_task
from tests.browser.site import PASSWORD

pytestmark = pytest.mark.browser
WIDTHS = pytest.mark.parametrize("phone", [False, True], ids=["1280", "390"])
PAGES = (
    "/",
    "/tasks",
    "/tasks?q=zzzz",
    "/tasks/new",
    "/swaps",
    "/rings",
    "/wishes",
    "/wishes/new",
    "/bids",
    "/issues",
    "/issues/new",
    "/pitstops",
    "/pitstops/new",
    "/help-lines",
    "/help-lines/1",
    "/pits",
    "/pits/1",
    "/pits/new",
    "/people",
    "/people/1",
    "/people/1/edit",
    "/lessons",
    "/lessons/new",
    "/skills",
    "/skills/new",
    "/notifications",
    "/account",
    "/account/authenticator",
    "/account/export",
    "/account/stored",
    "/about",
    "/about/accessibility",
    "/about/privacy",
    "/about/weakness",
)
OF_OTHERS = {
    "lean": ("/", "/help-lines/1", "/pitstops"),
    "steward": (
        "/steward",
        "/steward/accounts",
        "/steward/health",
        "/steward/municipality",
        "/steward/security",
        "/people/2/erase",
        "/people/new",
        "/people/2",
        "/help-lines/new",
        "/help-lines",
        "/skills",
    ),
    "board": ("/", "/issues/5", "/tasks"),
    "partner": ("/", "/issues", "/tasks"),
}
# Not on a list: what a flow leads to, a page that is a step on the way, or no page at all.
ELSEWHERE = {
    "/tasks/<id:id>/edit",
    "/swaps/new",
    "/wishes/<id:id>/change",
    "/seats/new",
    "/questions/<id:id>",
    "/sign-in",
    "/sign-in/code",
    "/sign-on",
    "/sign-on/again",
    "/sign-on/back",
    "/sign-on/out",
    "/notifications/<id:id>",
    "/pitstops/<id:id>/moment.ics",
    "/healthz",
    "/metrics",
    "/readyz",
    "/static/dist/<name>",
    "/.well-known/security.txt",
}
# Of each noun: who may do most with it, in the words of the database.
WHOSE = {
    "task": "coalesce(holder_id, author_id)",
    "swap": "turn_id",
    "wish": "person_id",
    "ring": "(SELECT person_id FROM ring_link WHERE ring_id = ring.id ORDER BY agreed_at IS NULL DESC LIMIT 1)",
    "issue": "coalesce(trekker_id, deputy_id, author_id)",
    "seat": "(SELECT coalesce(trekker_id, author_id) FROM issue WHERE issue.id = issue_id)",
    "bid": "person_id",
    "pitstop": "coalesce(helper_id, asker_id)",
    "lesson": "author_id",
    "pit": "1",
    "skill": "1",
    "help_line": "1",
}


def look(page, axe, path, status=200, *, dark=True):
    """Open a page, every fold of it, and let axe look."""
    answer = page.goto(path)
    assert answer.status == status, f"{path}: {answer.status}"
    for fold in page.locator("main details:not([open]) > summary").all():
        if fold.is_visible():
            fold.click()
    axe(page, path, dark=dark)


def test_every_page_is_on_a_list():
    rules = create_app({"SECRET_KEY": "k" * 40, "SQLALCHEMY_DATABASE_URI": "sqlite://"}).url_map
    pages, places = {rule.rule for rule in rules.iter_rules() if "GET" in rule.methods}, rules.bind("")
    things = (f"/{NOUNS[noun].PLACE}/1" for noun in WHOSE)
    for path in itertools.chain(PAGES, *OF_OTHERS.values(), things):
        pages.discard(places.match(path.partition("?")[0], return_rule=True)[0].rule)
    assert pages == ELSEWHERE


@WIDTHS
def test_pages(browse, axe, site, phone):
    page = browse(site.people[0], phone=phone)
    for path in PAGES:
        look(page, axe, path, dark=not phone)  # narrow pages have the colours of wide ones
    look(page, axe, "/nowhere", 404)


@pytest.mark.parametrize("role", OF_OTHERS)
def test_the_pages_of_others(browse, axe, site, role):
    page = browse(site.guide(role))
    for path in OF_OTHERS[role]:
        look(page, axe, path)


@pytest.mark.parametrize("noun", WHOSE)
def test_things_in_every_state(browse, axe, site, noun):
    """One of each noun in each state, as somebody who may do something with it."""
    model, kept = NOUNS[noun], "WHERE seat_id IS NOT NULL" if noun == "bid" else ""
    things = site.ask(f"SELECT state, min(id), {WHOSE[noun]} FROM {noun} {kept} GROUP BY state ORDER BY 3")
    assert {state for state, _id, _who in things} == set(model.STATES)
    for who, theirs in itertools.groupby(things, key=lambda thing: thing[2]):
        page = browse(site.somebody(id=who))
        for state, id_, _who in theirs:
            look(page, axe, f"/{model.PLACE}/{id_}")
            assert page.locator(f"#{noun}-{id_}").get_attribute("data-state") == state


@WIDTHS
def test_what_happens_on_a_page(browse, axe, site, phone):
    """The menu open, the filters open, a card just taken with its toast, a refusal, and a form with mistakes."""
    number = 60 + phone
    task = post_task(browse(site.colleague(70)), f"Toegankelijk {number}")
    page, late = browse(site.colleague(number), phone=phone), browse(site.colleague(number + 4), phone=phone)
    late.goto(f"/tasks/{task}")
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
    do(late, "/claim")
    late.locator("[role=alert]").wait_for()
    axe(late, "refused in words")
    late.goto("/tasks/new")
    form = form_of(late, "/tasks/new")
    fill(form, hours="veel")
    form.locator("button[type=submit]").first.click()
    late.locator(".utrecht-alert--error").wait_for()
    axe(late, "form with mistakes")


def test_a_one_time_password(browse, axe, site):
    page = browse(site.guide("steward"), phone=True)
    page.goto("/people/new")
    fill(form_of(page, "/people/new"), name="Nina", email="nina@voorbeeld.nl", role="board", current=PASSWORD)
    form_of(page, "/people/new").locator("button[type=submit]").click()
    page.locator("#password").wait_for()
    axe(page, "a one-time password, shown once")


def test_the_door(browse, axe, site):
    page = browse(None)
    look(page, axe, "/sign-in")
    page.locator("form[action='/sign-in'] button[type=submit]").click()
    page.locator(".utrecht-alert--error").wait_for()
    axe(page, "sign-in with mistakes")
    page.fill("input[name=email]", site.people[0]["email"])
    page.fill("input[name=password]", PASSWORD)
    page.click("form[action='/sign-in'] button[type=submit]")
    page.wait_for_url("**/")
