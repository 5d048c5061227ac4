"""Browsers for the tests: signed in as somebody, on a desk or a phone, and strict about errors."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.site import FLAGS, PASSWORD, Site, start

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
STILL = """() => {  // what is fixed, or scrolls in a sheet, covers what axe wants to see; and colours change at once
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
        * { transition: none !important }
        .tabbar, .toasts { position: static !important }
        .filters:popover-open { position: absolute !important; max-block-size: none !important }
    `);
    document.adoptedStyleSheets = [sheet];
}"""
LOOK = """async runOnly => (await axe.run(document, {runOnly, resultTypes: ["violations"]})).violations"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    path = os.environ.get("HKPLEIN_BROWSER")
    if not path:
        if os.environ.get("CI"):
            pytest.fail("CI must have a browser: set HKPLEIN_BROWSER or install chromium")
        pytest.skip("NO BROWSER: the browser tests did not run (set HKPLEIN_BROWSER)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo on a real server, shared by the browser tests: each test makes what it changes."""
    with start(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture
def browse(chromium: Any, site: Site) -> Iterator[Callable[..., Any]]:
    """`browse(person, phone=True, language="en")` is a page, signed in; no console errors."""
    contexts, errors = [], []

    def browse(
        person: dict[str, Any] | None,
        *,
        phone: bool = False,
        language: str = "",
        script: bool = True,
    ) -> Any:
        context = chromium.new_context(
            viewport=PHONE if phone else DESK,
            reduced_motion="reduce",
            java_script_enabled=script,
            base_url=site.url,
            has_touch=phone,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", note)
        if person is not None:
            sign_in(page, person)
            if language:
                speak(page, language)
        return page

    def note(message: Any) -> None:
        # Chromium logs every answer of 400 and up; that a refusal is refused is the test's business.
        if message.type == "error" and "Failed to load resource" not in message.text:
            errors.append(message.text)

    yield browse
    for context in contexts:
        context.close()
    assert not errors, errors


def sign_in(page: Any, person: dict[str, Any]) -> None:
    """Sign in with an e-mail address and the demo's password, without looking: the door has a test of its own."""
    form = page.request.get("/sign-in").text().partition('action="/sign-in"')[2]
    hidden = dict(re.findall(r'name="(csrf_token|nonce)" value="([^"]*)"', form.partition("</form>")[0]))
    typed = {"email": person["email"], "password": PASSWORD}
    answer = page.request.post("/sign-in", form={**hidden, **typed}, max_redirects=0)
    assert answer.status == 303, answer.text()


def speak(page: Any, language: str) -> None:
    """Choose a language, unless it is chosen already."""
    page.goto("/")
    if page.locator("html").get_attribute("lang") != language:
        page.locator(f"button[name=language][value={language}]").click()
        page.wait_for_selector(f"html[lang={language}]")


@pytest.fixture
def axe() -> Callable[..., None]:
    """`axe(page, "what state")` asserts that axe-core finds no violation in the page as it is now.

    Light and dark differ in nothing but colours, so in dark only they are looked at.
    """
    source = (Path(os.environ["HKPLEIN_NODE_MODULES"]) / "axe-core" / "axe.min.js").read_text()

    def axe(page: Any, state: str, *, dark: bool = True) -> None:
        page.evaluate(STILL)
        page.evaluate(source)
        for scheme, rules in (("light", WCAG), ("dark", COLOURS))[: 1 + dark]:
            page.emulate_media(color_scheme=scheme)
            seen = [
                f"{v['id']}: {n['html'][:160]} {n.get('failureSummary', '')[:200]}"
                for v in page.evaluate(LOOK, rules)
                for n in v["nodes"]
            ]
            assert not seen, f"{state}, {scheme}: {len(seen)} violations\n" + "\n".join(seen[:5])
        page.emulate_media(color_scheme="light")
        page.evaluate("document.adoptedStyleSheets = []")

    return axe
