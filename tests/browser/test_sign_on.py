"""Signing in with a work account, as somebody sees it: there, back, once more for what matters, and away."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.site import free_port, start
from tests.provider import provider

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def idp(tmp_path_factory):
    port, home = free_port(), tmp_path_factory.mktemp("signed-on")
    with provider(free_port(), f"http://127.0.0.1:{port}", home) as made:
        settings = {f"HKPLEIN_{name}": value for name, value in made.settings.items()}
        settings |= {"HKPLEIN_URL": made.site, "HKPLEIN_SSO_NAME": "Kolkwaarden"}
        with start(home, port, **settings) as site:
            knows = {"nl": site.colleague(0), "en": site.colleague(1)}
            made.knows(**{who: {"email": one["email"], "email_verified": True} for who, one in knows.items()})
            yield made


def show_who(page, subject):
    """At the provider."""
    page.fill("input[name=login]", subject)
    page.fill("input[name=password]", "x")
    page.click("button[type=submit]")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_there_back_and_once_more(language, idp, browse, axe):
    """On a desk in Dutch, on a phone in English."""
    words = {
        "nl": ("Log in met Kolkwaarden", "We kennen dit account hier niet", "Ben jij het?", "lukt nu even niet"),
        "en": ("Sign in with Kolkwaarden", "We do not know this account", "Is it you?", "does not work just now"),
    }
    enter, unknown, again, away = words[language]
    page = browse(None, phone=language == "en")
    page.route(re.compile("googleapis"), lambda route: route.abort())  # of the provider's own page
    page.goto(f"{idp.site}/sign-in?next=/tasks")
    if language == "en":
        page.locator("button[name=language][value=en]").click()
        page.wait_for_selector("html[lang=en]")
        page.goto(f"{idp.site}/sign-in?next=/tasks")
    if language == "nl":
        axe(page, "signing in with a work account")
    page.get_by_role("link", name=enter).click()
    show_who(page, f"somebody-{language}")
    expect(page.get_by_role("alert")).to_contain_text(unknown)
    page.context.clear_cookies(name=re.compile("^_"))  # signs out there
    page.get_by_role("link", name=enter).click()
    show_who(page, language)
    page.wait_for_url(f"{idp.site}/tasks")
    page.goto(f"{idp.site}/account/export")
    page.locator("button[name=form][value=html]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(again)
    if language == "nl":
        axe(page, "asked once more who it is")
    page.locator("a[href*='again=1']").click()
    show_who(page, language)
    page.wait_for_url(f"{idp.site}/account/export")
    with page.expect_download() as taken:
        page.locator("button[name=form][value=html]").click()
    assert taken.value.suggested_filename.endswith(".html")
    other = browse(None)
    other.goto(f"{idp.site}/sign-in")
    if language == "en":
        other.locator("button[name=language][value=en]").click()
        other.wait_for_selector("html[lang=en]")
    with idp.away():
        other.get_by_role("link", name=enter).click()
        expect(other.get_by_role("heading", level=1)).to_contain_text(away)
        page.goto(f"{idp.site}/tasks")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
