"""A real OpenID provider, and somebody who goes there and back as a browser does."""

from __future__ import annotations

import contextlib
import html
import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

SECRET = "a-secret-of-the-tests-only"
HERE = Path(__file__).parent


class Provider:
    """A provider on a port; it can be stopped, started again, and made to say nothing."""

    def __init__(self, port: int, site: str, home: Path) -> None:
        self.port, self.site, self.people = port, site, home / "people.json"
        self.url = f"http://127.0.0.1:{port}"
        self.process: subprocess.Popen[str] | None = None
        self.knows()

    @property
    def settings(self) -> dict[str, str]:
        """What an installation is told of it."""
        return {"SSO_URL": self.url, "SSO_CLIENT": "hkplein", "SSO_SECRET": SECRET}

    def knows(self, **people: dict[str, Any]) -> None:
        """From now on these are its accounts, by subject, with their claims."""
        self.people.write_text(json.dumps(people))

    def start(self) -> None:
        """Answer from here on."""
        assert "HKPLEIN_NODE_MODULES" in os.environ, "`make test` says where the packages of tests/package.json are"
        node = os.environ.get("PLAYWRIGHT_NODEJS_PATH", "node")
        run = [node, HERE / "provider.mjs", str(self.port), f"{self.site}/sign-on/back", self.people]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        # A group of its own: the node of the wheel is the child of a script. It ends when its standard input does.
        self.process = subprocess.Popen(run, **pipes, text=True, start_new_session=True)
        assert self.process.stdout and "ready" in self.process.stdout.readline(), "the provider did not start"

    def stop(self) -> None:
        """Nobody listens there any more."""
        if self.process:
            self._signal(signal.SIGKILL)
            self.process.communicate()
        self.process = None

    def _signal(self, number: int) -> None:
        assert self.process
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    @contextlib.contextmanager
    def away(self) -> Iterator[None]:
        """Nobody listens inside the block."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextlib.contextmanager
    def silent(self) -> Iterator[None]:
        """Inside the block it takes calls and says nothing."""
        self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal(signal.SIGCONT)


class Traveller:
    """A browser at the provider: it fills in what is asked there, and says where that leads on our side."""

    def __init__(self) -> None:
        self.browser = requests.Session()
        self.browser.trust_env = False
        self.asked = 0  # how often it had to say who it is

    def there_and_back(self, url: str, login: str, site: str) -> str:
        """Follow `url` at the provider as `login`; returns the address at the site to which it sends one back."""
        answer = self.browser.get(url, allow_redirects=False, timeout=20)
        for _step in range(20):
            if answer.is_redirect:
                to = urljoin(answer.url, answer.headers["Location"])
                if to.startswith(site):
                    return to.removeprefix(site)
                answer = self.browser.get(to, allow_redirects=False, timeout=20)
                continue
            form = re.search(r'<form[^>]*action="([^"]+)"', answer.text)
            assert form, answer.text[:2000]
            data = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', answer.text))
            if 'name="logout"' in answer.text:
                data["logout"] = "yes"
            if 'name="login"' in answer.text:
                data |= {"login": login, "password": "x"}
                self.asked += 1
            to = urljoin(answer.url, html.unescape(form[1]))
            answer = self.browser.post(to, data=data, allow_redirects=False, timeout=20)
        raise AssertionError("it goes round in circles")


@contextlib.contextmanager
def provider(port: int, site: str, home: Path) -> Iterator[Provider]:
    """A provider that answers inside the block, for a site at this address."""
    made = Provider(port, site, home)
    made.start()
    try:
        yield made
    finally:
        made.stop()
