"""`make screenshots`: the picture of the README and, with `--all FOLDER`, every page at two widths, light and dark."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any

from tests.browser.conftest import DESK, PHONE, sign_in
from tests.browser.site import FLAGS, Site, start

PAGES = {
    "home": "/",
    "square": "/tasks",
    "square-empty": "/tasks?q=zzzz",
    "task": "/tasks/1",
    "task-new": "/tasks/new",
    "swaps": "/swaps",
    "issues": "/issues",
    "issue": "/issues/1",
    "pitstops": "/pitstops",
    "pitstop-new": "/pitstops/new",
    "help-lines": "/help-lines",
    "pits": "/pits",
    "pit": "/pits/1",
    "people": "/people",
    "lessons": "/lessons",
    "inbox": "/notifications",
    "account": "/account",
    "about": "/about",
}


def picture(browser: Any, site: Site, person: dict[str, Any], path: Path, url: str, **how: Any) -> None:
    """One page as one person sees it."""
    context = browser.new_context(base_url=site.url, reduced_motion="reduce", **how)
    page = context.new_page()
    sign_in(page, person)
    page.goto(url)
    page.screenshot(path=path)
    context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every page, for looking at")
    parser.add_argument("--person", default="", help="whose e-mail address to sign in with")
    given = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as home, start(Path(home)) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["HKPLEIN_BROWSER"], args=FLAGS)
        person = site.somebody(email=given.person) if given.person else site.people[0]
        here = Path(__file__).parent
        picture(browser, site, person, here / "square.png", "/tasks", viewport=DESK, color_scheme="light")
        if given.all:
            given.all.mkdir(parents=True, exist_ok=True)
            for name, url in PAGES.items():
                for width, viewport in (("1280", DESK), ("390", PHONE)):
                    for scheme in ("light", "dark"):
                        path = given.all / f"{name}-{width}-{scheme}.png"
                        picture(browser, site, person, path, url, viewport=viewport, color_scheme=scheme)
        browser.close()


if __name__ == "__main__":
    main()
