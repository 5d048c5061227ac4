"""Settings from the environment, each with its meaning; `hkplein settings` prints them."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
ROOT = HERE if (HERE / "templates").is_dir() else HERE.parent  # inside a wheel, or a checkout
LOCAL = ("localhost", "127.0.0.1", "::1")  # this machine itself: nothing goes over a network
HOME = Path.cwd() if ROOT == HERE else ROOT  # a package that is installed anew loses what was written into it


def text(value: str) -> str:
    """Any text."""
    return value


def secret(value: str) -> str:
    """A key that cannot be guessed."""
    if value and len(value) < 32:
        raise ValueError("too short, at least 32 characters")
    return value


def yes(value: str) -> bool:
    """Yes or no."""
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if value and value.casefold() not in words:
        raise ValueError(f"“{value}” is neither yes (1, true, yes, on) nor no (0, false, no, off)")
    return words.get(value.casefold(), False)


def whole(least: int, most: int) -> Callable[[str], int]:
    """A whole number."""

    def read(value: str) -> int:
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else -1
        if not least <= number <= most:
            raise ValueError(f"“{value}” is not a whole number from {least} to {most}")
        return number

    return read


def one_of(*choices: str) -> Callable[[str], str]:
    """One of these words."""

    def read(value: str) -> str:
        if value not in choices:
            raise ValueError(f"“{value}” is not one of: {', '.join(filter(None, choices))}")
        return value

    return read


def watchers(value: str) -> str | tuple[IPv4Network | IPv6Network, ...]:
    """Who may look: a key of at least 32 characters, or networks."""
    try:
        return tuple(ip_network(part.strip()) for part in value.split(",")) if value else ""
    except ValueError:
        if len(value) < 32:
            raise ValueError(
                "write a key of at least 32 characters, or networks such as 10.0.0.0/8, 127.0.0.1"
            ) from None
        return value


def folder(value: str | Path) -> Path:
    """A folder in which something can be written, or that can be made."""
    path = Path(value).absolute()
    nearest = next(one for one in (path, *path.parents) if os.path.lexists(one))
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        raise ValueError(f"“{path}” cannot be made, or nothing can be written in it")
    return path


def tools(value: str) -> str:
    """A folder with the programs of PostgreSQL, or wherever PATH leads."""
    if value and not (Path(value) / "pg_dump").is_file():
        raise ValueError(f"there is no pg_dump in “{value}”")
    return value


def database(value: str) -> str:
    """Where a database is, of a kind that is supported."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    if not value:
        return value
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        raise ValueError("write sqlite:///FILE or postgresql+psycopg://user:password@host/name") from None
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise ValueError(f"“{url.drivername}” is not supported, but sqlite and postgresql+psycopg are")
    if url.drivername == "sqlite":
        if url.database in (None, "", ":memory:"):
            raise ValueError("name a file: what is in memory, every process has for itself")
        folder(Path(url.database).parent)
    return value


def address(*schemes: str) -> Callable[[str], str]:
    """An address of the web, of mail or of a mail server."""
    examples = {"mailto": "mailto:you@example.nl"}
    why = "write " + " or ".join(examples.get(scheme, f"{scheme}://host") for scheme in schemes)

    def read(value: str) -> str:
        try:
            parts = urlsplit(value)
            good = parts.scheme in schemes and parts.port != 0 and (parts.hostname or parts.scheme == "mailto")
        except ValueError:  # of Python: it may name a password
            good = False
        if value and not good:
            raise ValueError(why)
        return value

    return read


def issuer(value: str) -> str:
    """The address of a sign-on provider; nobody may listen in, but on this machine itself."""
    address("https", "http")(value)
    if urlsplit(value).scheme == "http" and urlsplit(value).hostname not in LOCAL:
        raise ValueError("write https://: who signs in there must not be overheard")
    return value


def sender(value: str) -> str:
    """From whom mail comes."""
    if "@" not in parseaddr(value)[1]:
        raise ValueError(f"“{value}” is not an e-mail address")
    return value


class Setting(NamedTuple):
    """One variable of the environment; `kind` reads it, or raises ValueError with what is wrong."""

    name: str
    default: str
    meaning: str
    kind: Callable[[str], Any] = text


SETTINGS = (
    Setting(
        "HKPLEIN_DATABASE_URL",
        "",
        "Database: sqlite:///FILE or postgresql+psycopg://… ; empty: instance/hkplein.sqlite3",
        database,
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
        secret,
    ),
    Setting("HKPLEIN_DEMO", "", "1: the demo municipality, with one-click sign-in as well-chosen people", yes),
    Setting("HKPLEIN_SECURE", "", "1: behind TLS; cookies become __Host- and Secure, HSTS is sent", yes),
    Setting(
        "HKPLEIN_PROXIES", "0", "How many proxies in front may be believed about the visitor's address", whole(0, 9)
    ),
    Setting("HKPLEIN_RINGS", "3", "How many colleagues a swap ring joins at most", whole(2, 5)),
    Setting("HKPLEIN_CHAINS", "3", "How many tasks a swap chain moves at most; 0: no chains", whole(0, 5)),
    Setting(
        "HKPLEIN_CODES",
        "",
        "Who must give a code from an authenticator app as well: stewards, or all who may sign in with a password; "
        "empty: whoever wants",
        one_of("", "stewards", "all"),
    ),
    Setting(
        "HKPLEIN_SSO_URL",
        "",
        "Single sign-on: the issuer of your OpenID Connect provider, as it names itself; colleagues and the board then "
        "sign in there. Empty: everybody has a password here",
        issuer,
    ),
    Setting("HKPLEIN_SSO_CLIENT", "", "By which name that provider knows this installation (client id)"),
    Setting("HKPLEIN_SSO_SECRET", "", "The secret that belongs to it"),
    Setting("HKPLEIN_SSO_NAME", "", "What people call that account, for the button; empty: your work account"),
    Setting(
        "HKPLEIN_SSO_EMAILS",
        "verified",
        "By which of its e-mail addresses somebody is found the first time: those that it has verified, or all of them "
        "(trusted), where nobody can change the own address",
        one_of("verified", "trusted"),
    ),
    Setting("HKPLEIN_SESSION_HOURS", "168", "After how many hours somebody signs in again", whole(1, 8784)),
    Setting(
        "HKPLEIN_IDLE_HOURS",
        "0",
        "After how many hours without doing anything somebody signs in again; 0: nobody has to. When somebody was last "
        "here stands in their own cookie only",
        whole(0, 8784),
    ),
    Setting(
        "HKPLEIN_URL",
        "http://127.0.0.1:8000",
        "Where people find this installation; used in mail",
        address("https", "http"),
    ),
    Setting(
        "HKPLEIN_SMTP_URL",
        "",
        "Mail server: smtp://user:password@host:587, which must know STARTTLS, or smtps://…; empty: no mail is sent",
        address("smtp", "smtps"),
    ),
    Setting("HKPLEIN_MAIL_FROM", "hk-plein@localhost", "The sender of mail", sender),
    Setting(
        "HKPLEIN_SECURITY_CONTACT",
        "",
        "Whom to tell of a weakness, mailto:… or https://…; empty: the sender of mail. In /.well-known/security.txt",
        address("mailto", "https"),
    ),
    Setting("HKPLEIN_WORKERS", "2", "Web processes", whole(1, 64)),
    Setting("HKPLEIN_THREADS", "4", "Threads in each web process", whole(1, 64)),
    Setting(
        "HKPLEIN_TICK_SECONDS", "60", "How often the clock looks what is due, and mail is delivered", whole(1, 86400)
    ),
    Setting(
        "HKPLEIN_TICK_LATE",
        "15",
        "After how many minutes without the clock /readyz says that something is wrong",
        whole(1, 9999),
    ),
    Setting(
        "HKPLEIN_LOG",
        "",
        "json: a line of JSON for every request and tick; empty: what goes wrong, as text",
        one_of("", "json"),
    ),
    Setting(
        "HKPLEIN_METRICS",
        "",
        "Who may read /metrics, for Prometheus: whoever sends this key (Authorization: Bearer …), or these networks, "
        "such as 10.0.0.0/8; empty: nobody",
        watchers,
    ),
    Setting(
        "HKPLEIN_POSTGRES_BIN",
        "",
        "Folder of pg_dump and pg_restore, of the server's version or newer; empty: wherever PATH finds them",
        tools,
    ),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}


class Misconfigured(Exception):
    """Settings that would make the installation unsafe or impossible to start; a line for each."""


def setting(name: str) -> Any:
    """The value of one of SETTINGS, from the environment; empty is its default. Raises Misconfigured."""
    try:
        return BY_NAME[name].kind(os.environ.get(name) or BY_NAME[name].default)
    except ValueError as error:
        raise Misconfigured(f"{name}: {error}.") from None


def from_environment() -> dict[str, Any]:
    """Flask's configuration; raises Misconfigured with everything that is wrong."""
    found, wrong = dict[str, Any](), list[str]()
    for name in BY_NAME:
        try:
            found[name] = setting(name)
        except Misconfigured as error:
            wrong.append(str(error))
    demo, secure, instance = found.get("HKPLEIN_DEMO"), found.get("HKPLEIN_SECURE"), HOME / "instance"
    key, url = found.get("HKPLEIN_SECRET_KEY"), found.get("HKPLEIN_DATABASE_URL")
    if key == "" and not demo:
        wrong.append(
            "HKPLEIN_SECRET_KEY is not set. Make one with: python3 -c 'import secrets; print(secrets.token_hex(32))'"
        )
    if "" in (key, url):
        try:
            instance = folder(found["HKPLEIN_INSTANCE"] or instance)
        except ValueError as error:
            wrong.append(f"HKPLEIN_INSTANCE: {error}.")
    if found.get("HKPLEIN_SSO_URL") and not (found.get("HKPLEIN_SSO_CLIENT") and found.get("HKPLEIN_SSO_SECRET")):
        wrong.append("HKPLEIN_SSO_URL needs HKPLEIN_SSO_CLIENT and HKPLEIN_SSO_SECRET beside it.")
    if wrong:
        raise Misconfigured("\n".join(wrong))
    return {
        "SECRET_KEY": key or demo_key(instance),
        "SQLALCHEMY_DATABASE_URI": url or f"sqlite:///{instance / 'hkplein.sqlite3'}",
        "DEMO": demo,
        "SECURE": secure,
        "PROXIES": found["HKPLEIN_PROXIES"],
        "CODES": found["HKPLEIN_CODES"],
        "SSO_URL": found["HKPLEIN_SSO_URL"],
        "SSO_CLIENT": found["HKPLEIN_SSO_CLIENT"],
        "SSO_SECRET": found["HKPLEIN_SSO_SECRET"],
        "SSO_NAME": found["HKPLEIN_SSO_NAME"],
        "SSO_EMAILS": found["HKPLEIN_SSO_EMAILS"],
        "URL": found["HKPLEIN_URL"],
        "THREADS": found["HKPLEIN_THREADS"],
        "SESSION_HOURS": found["HKPLEIN_SESSION_HOURS"],
        "IDLE_HOURS": found["HKPLEIN_IDLE_HOURS"],
        "TICK_LATE": found["HKPLEIN_TICK_LATE"],
        "METRICS": found["HKPLEIN_METRICS"],
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
