"""Single sign-on: who somebody is, as the provider of the organisation says; OpenID Connect, by Authlib."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from flask import Flask, current_app, session
from werkzeug.wrappers import Response

from hkplein.clock import now

log = logging.getLogger(__name__)
SECONDS = 5  # that the provider may take to answer
CODES = {"access_denied", "invalid_client", "invalid_grant", "invalid_request", "login_required", "unauthorized_client"}
FRESH = 300  # seconds after which a sign-on there no longer says who is at the keyboard


class Away(Exception):
    """The provider does not answer, or not as a provider does; in a moment it may."""


class Declined(Exception):
    """The provider let nobody in, or what came back answers no question of ours."""


class Claims(NamedTuple):
    """What the provider says of somebody: its own lasting number for them; an address only if it vouches for that."""

    issuer: str
    subject: str
    email: str
    fresh: bool  # they have just shown who they are, there


def init_app(app: Flask) -> None:
    """Speak to the provider, where there is one; its library is loaded only then."""
    if app.config["SSO_URL"]:
        app.extensions["sign-on"] = Provider(app)


def provider() -> Provider | None:
    """The provider, where there is one."""
    found: Provider | None = current_app.extensions.get("sign-on")
    return found


def by_password(rights: str) -> bool:
    """Whether who has these rights has a password here: where there is a provider, administrators and partners do."""
    return provider() is None or rights in {"steward", "partner"}


class Provider:
    """The provider, in OpenID Connect: the code flow with PKCE, a state and a nonce."""

    def __init__(self, app: Flask) -> None:
        from authlib.integrations.flask_client import OAuth

        told = app.config
        self.name, self.issuer, self.trusting = told["SSO_NAME"], told["SSO_URL"], told["SSO_EMAILS"] == "trusted"
        self.back = f"{told['URL'].rstrip('/')}/sign-on/back"
        self.turns = threading.BoundedSemaphore(max(1, told["THREADS"] - 1))  # a thread stays for everybody else
        self.client: Any = OAuth(app).register(
            "sso",
            client_id=told["SSO_CLIENT"],
            client_secret=told["SSO_SECRET"],
            server_metadata_url=f"{self.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid email",
                "code_challenge_method": "S256",
                "default_timeout": SECONDS,
            },
        )

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Speak to the provider inside the block. Raises Away or Declined; the log says of what kind that was."""
        from authlib.common.errors import AuthlibBaseError
        from joserfc.errors import JoseError
        from requests import RequestException

        if not self.turns.acquire(blocking=False):
            raise Away
        try:
            yield
        except (AuthlibBaseError, JoseError) as error:
            code = error.error if error.error in CODES else type(error).__name__  # anything may stand in an address
            log.warning("sign-on: declined: %s", code)
            raise Declined from None
        except (RequestException, LookupError, RuntimeError, ValueError) as error:
            log.warning("sign-on: the provider does not answer: %s", type(error).__name__)
            raise Away from None
        finally:
            self.turns.release()

    def ask(self, language: str, *, again: bool) -> Response:
        """The way to the provider; `again` has it ask who they are, also of somebody whom it knows."""
        how: dict[str, Any] = {"prompt": "login", "max_age": 0} if again else {}
        begun = [name for name in session if name.startswith("_state_sso_")]
        for name in sorted(begun, key=lambda name: float(session[name]["exp"]))[:-2]:
            del session[name]  # a browser keeps no cookie above four kilobytes; two more tabs may be under way
        with self.turn():
            self.client.server_metadata.pop("_loaded_at", None)  # to see that it is there, before anybody is sent
            found: Response = self.client.authorize_redirect(self.back, ui_locales=language, **how)
        return found

    def hear(self) -> Claims:
        """Who came back from there, in the request that is handled now."""
        with self.turn():
            issuer = self._metadata()["issuer"]
            expected = {
                "iss": {"essential": True, "value": issuer},
                "aud": {"essential": True, "value": self.client_id},
            }
            token = self.client.authorize_access_token(claims_options=expected)
            said = token["userinfo"]
            if "email" not in said and "userinfo_endpoint" in self._metadata():
                more = self.client.userinfo(token=token)
                said = {**more, **said} if more["sub"] == said["sub"] else said
        vouched = self.trusting or said.get("email_verified") is True
        fresh = abs(now().timestamp() - float(said.get("auth_time") or 0)) < FRESH
        return Claims(issuer, str(said["sub"]), str(said.get("email") or "").lower() if vouched else "", fresh)

    def farewell(self) -> str:
        """Where one signs out at the provider; empty when it has no such page."""
        with self.turn():
            if "end_session_endpoint" not in self._metadata():
                return ""
            to = self.back.removesuffix("/sign-on/back") + "/sign-in"
            url: str = self.client.create_logout_url(to, client_id=self.client_id)["url"]
        return url

    @property
    def client_id(self) -> str:
        """By which name it knows us."""
        return str(self.client.client_id)

    def _metadata(self) -> dict[str, Any]:
        """What the provider says of itself; it must be the one that was meant."""
        found: dict[str, Any] = self.client.load_server_metadata()
        if str(found["issuer"]).rstrip("/") != self.issuer.rstrip("/"):
            raise ValueError("another issuer")
        return found
