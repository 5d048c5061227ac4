"""Settings from the environment, each with its meaning; `hkplein settings` prints them."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE if (HERE / "templates").is_dir() else HERE.parent  # inside a wheel, or a checkout
HOME = Path.cwd() if ROOT == HERE else ROOT  # a package that is installed anew loses what was written into it


class Setting(NamedTuple):
    """One variable of the environment."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting(
        "HKPLEIN_DATABASE_URL",
        "",
        "Database: sqlite:///FILE or postgresql+psycopg://… ; empty: instance/hkplein.sqlite3",
    ),
    Setting(
        "HKPLEIN_INSTANCE",
        "",
        "Folder of the database and the demo's key; empty: instance/ in the checkout, or where you are",
    ),
    Setting(
        "HKPLEIN_SECRET_KEY",
        "",
        "Signs the session cookie; at least 32 characters. Required outside the demo",
    ),
    Setting("HKPLEIN_DEMO", "", "1: the demo municipality, with one-click sign-in as well-chosen people"),
    Setting("HKPLEIN_SECURE", "", "1: behind TLS; cookies become __Host- and Secure, HSTS is sent"),
    Setting("HKPLEIN_PROXIES", "0", "How many proxies in front may be believed about the visitor's address"),
    Setting("HKPLEIN_SESSION_HOURS", "168", "After how many hours somebody signs in again"),
    Setting("HKPLEIN_URL", "http://127.0.0.1:8000", "Where people find this installation; used in mail"),
    Setting("HKPLEIN_SMTP_URL", "", "Mail server: smtp://user:password@host:587; empty: no mail is sent"),
    Setting("HKPLEIN_MAIL_FROM", "hk-plein@localhost", "The sender of mail"),
    Setting(
        "HKPLEIN_SECURITY_CONTACT",
        "",
        "Whom to tell of a weakness, mailto:… or https://…; empty: the sender of mail. In /.well-known/security.txt",
    ),
    Setting("HKPLEIN_WORKERS", "2", "Web processes"),
    Setting("HKPLEIN_THREADS", "4", "Threads in each web process"),
    Setting("HKPLEIN_TICK_SECONDS", "60", "How often the clock looks what is due, and mail is delivered"),
)


class Misconfigured(Exception):
    """A setting that would make the installation unsafe or impossible to start."""


def setting(name: str) -> str:
    """The value of one of SETTINGS, from the environment."""
    default = next(setting.default for setting in SETTINGS if setting.name == name)
    return os.environ.get(name, default)


def from_environment() -> dict[str, Any]:
    """Flask's configuration; raises Misconfigured with a sentence."""
    demo, secure = setting("HKPLEIN_DEMO") == "1", setting("HKPLEIN_SECURE") == "1"
    key = setting("HKPLEIN_SECRET_KEY")
    if not key and not demo:
        raise Misconfigured(
            "HKPLEIN_SECRET_KEY is not set. Make one with: python3 -c 'import secrets; print(secrets.token_hex(32))'"
        )
    if key and len(key) < 32:
        raise Misconfigured("HKPLEIN_SECRET_KEY is too short: at least 32 characters.")
    instance = Path(setting("HKPLEIN_INSTANCE") or HOME / "instance")
    return {
        "SECRET_KEY": key or demo_key(instance),
        "SQLALCHEMY_DATABASE_URI": setting("HKPLEIN_DATABASE_URL") or f"sqlite:///{instance / 'hkplein.sqlite3'}",
        "DEMO": demo,
        "SECURE": secure,
        "PROXIES": int(setting("HKPLEIN_PROXIES")),
        "SESSION_HOURS": int(setting("HKPLEIN_SESSION_HOURS")),
        "SESSION_COOKIE_NAME": "__Host-hkplein" if secure else "hkplein",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,
        "MAX_CONTENT_LENGTH": 2**20,
        "MAX_FORM_MEMORY_SIZE": 2**20,
    }


def demo_key(instance: Path) -> str:
    """The demo's key: made once and kept, so that a restart signs nobody out and two processes agree."""
    file = instance / "demo.key"
    instance.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("x") as made:
            made.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return file.read_text()
