"""What fits, in a browser: while a question is typed, and from a look at a colleague to an invitation."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
WIDTHS = pytest.mark.parametrize("phone", [False, True], ids=["1280", "390"])
QUESTION = "Ons werk aan de privacy loopt vast"


@WIDTHS
def test_a_question_shows_the_lines_that_fit_while_it_is_typed(browse, axe, site, phone):
    page = browse(site.colleague(40 + phone), phone=phone)
    addresses = []
    page.on("request", lambda request: addresses.append(request.url))
    page.goto("/pitstops/new")
    page.locator("#f-question").press_sequentially(QUESTION)
    line = page.locator("#alike a", has_text="Privacylijn")
    line.wait_for()
    expect(page.locator("#alike")).to_contain_text("vanwege “privacy”")
    assert page.locator("#f-form button[type=submit]").get_attribute("aria-disabled") is None, (
        "it can be sent meanwhile"
    )
    assert page.evaluate("document.activeElement.id") == "f-question"
    axe(page, "lines that fit")
    line.click()
    expect(page.locator(":target")).to_have_attribute("name", "line_id")
    assert not [url for url in addresses if "privacy" in url.lower()]


def test_without_javascript_what_fits_is_one_press_away(browse, site):
    page = browse(site.colleague(42), script=False)
    page.goto("/pitstops/new")
    page.fill("#f-question", QUESTION)
    page.click("button[name=look]")
    expect(page.locator("#alike a", has_text="Privacylijn")).to_have_count(1)
    assert page.input_value("#f-question") == QUESTION and "privacy" not in page.url
    page.goto("/lessons/new")
    page.fill("#f-text", "Schaatsen op natuurijs")
    page.click("button[name=look]")
    expect(page.locator("#alike a[href='/lessons']")).to_have_count(1)


@WIDTHS
def test_a_trekker_invites_a_colleague_who_wants_it_with_one_press(browse, axe, site, phone):
    issue, trekker = site.ask(
        "SELECT issue.id, trekker_id FROM issue JOIN seat ON seat.issue_id = issue.id AND seat.state = 'open'"
        " WHERE issue.state IN ('forming', 'running') AND seat.id IN (SELECT seat_id FROM seat_skill)"
        " GROUP BY issue.id, trekker_id HAVING count(*) > 1 ORDER BY issue.id"
    )[0]
    page = browse(site.somebody(id=trekker), phone=phone)
    page.goto(f"/issues/{issue}")
    press = page.locator("#team .line form[action$='/invite'] button").first
    whom = page.locator("#team .line form[action$='/invite'] input[name=whom]").first.input_value()
    press.click()
    page.locator("#toasts .toast").wait_for()
    assert site.ask(f"SELECT count(*) FROM bid WHERE person_id = {whom} AND state = 'invited'")[0][0] >= 1
    expect(page.locator(f"#team input[name=whom][value='{whom}']")).to_have_count(0)
    assert page.evaluate("document.activeElement.closest('#team') !== null"), "focus stays in the team"
    for fold in page.locator("#team details.fold:not([open]) > summary").all():
        fold.click()
    axe(page, "the team, with colleagues and examples")
