"""What docs/asvs.md promises and no test of a noun holds: headers, cookies, tokens, files, and what is not there."""

from __future__ import annotations

import re
import ssl
from http.cookies import SimpleCookie

import pytest
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from hkplein import delivery, passwords
from hkplein.clock import now
from hkplein.config import ROOT, from_environment
from hkplein.db import db
from hkplein.models import Attempt, Person, SignIn
from hkplein.models.session import digest
from hkplein.views.assets import DIST, TYPES
from hkplein.views.words import prose
from tests.cast import make_pitstop, make_task

SCRIPT = (ROOT / "static/js/app.js").read_text()
SIGN_IN = {"email": "anna@voorbeeld.nl", "password": "een heel lange zin"}


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "JaVaScRiPt:x"])
def test_unsafe_links_in_prose_lead_nowhere(address):
    drawn = prose(f"[klik]({address}) <a href='{address}' onclick='x'>hier</a> <script>x</script> ![]({address})")
    assert "href" not in re.sub(r"&lt;.*?&gt;", "", str(drawn)) and "<script" not in drawn and "<img" not in drawn


def test_every_kind_of_answer_says_what_it_is(cast, visit):
    browser = visit(cast.anna)
    moment = make_pitstop(cast, "planned", planned_at=now())
    for url, kind in (
        ("/account", "text/html; charset=utf-8"),
        ("/nowhere", "text/html; charset=utf-8"),
        ("/healthz", "application/json"),
        ("/.well-known/security.txt", "text/plain; charset=utf-8"),
        (f"{moment.url}/moment.ics", "text/calendar; charset=utf-8"),
    ):
        answer = browser.get(url)
        assert answer.headers["Content-Type"] == kind, url
        assert answer.headers["X-Content-Type-Options"] == "nosniff", url
    for suffix, kind in TYPES.items():
        written = kind.startswith("text/") or "+xml" in kind
        assert written == ("charset=utf-8" in kind), f"{suffix} is {kind}"


def test_nothing_is_shared_with_other_origins(cast, visit):
    browser = visit(cast.anna)
    for url in ("/account", "/healthz", "/.well-known/security.txt"):
        answer = browser.get(url, headers={"Origin": "https://evil.example"})
        assert not [name for name, _value in answer.headers if name.startswith("Access-Control")]


def test_only_post_changes_anything(app, cast, visit):
    methods = {method for rule in app.url_map.iter_rules() for method in rule.methods}
    assert methods == {"GET", "HEAD", "OPTIONS", "POST"}
    browser, task = visit(cast.bram), make_task(cast)
    for method in ("TRACE", "PUT", "DELETE", "PATCH"):
        assert browser.open(task.url, method=method).status_code == 405
    for method in ("GET", "HEAD"):
        assert browser.open(f"{task.url}/claim", method=method).status_code in (404, 405)
    assert db.session.get(type(task), task.id).state == "open"


def failures(app, visit, forwarded):
    """Fail to sign in from behind a proxy, and say which addresses were counted."""
    visit(None).post("/sign-in", data=SIGN_IN, headers={"X-Forwarded-For": forwarded})
    return set(db.session.scalars(select(Attempt.key)))


def test_a_proxy_is_believed_only_when_there_is_one(app, cast, visit, monkeypatch):
    assert digest("address 127.0.0.1") in failures(app, visit, "203.0.113.7")
    from werkzeug.middleware.proxy_fix import ProxyFix

    monkeypatch.setattr(app, "wsgi_app", ProxyFix(app.wsgi_app, x_for=1))
    counted = failures(app, visit, "198.51.100.1, 203.0.113.7")
    assert digest("address 203.0.113.7") in counted and digest("address 198.51.100.1") not in counted


def test_too_much_at_once_is_refused_in_words(app, cast, visit, monkeypatch):
    monkeypatch.setenv("HKPLEIN_SECRET_KEY", "k" * 40)
    config = from_environment()
    for name in ("MAX_CONTENT_LENGTH", "MAX_FORM_MEMORY_SIZE"):
        assert config[name] == 2**20
        monkeypatch.setitem(app.config, name, config[name])
    answer = visit(cast.anna).post("/skills/new", data={"name_nl": "x" * 2**21})
    assert answer.status_code == 413 and "too much at once" in answer.text


@pytest.mark.parametrize(
    "name", ["", "..", "../app.css", "..%2f..%2fpyproject.toml", "%2e%2e/base.py", ".stamp", "manifest.json", "x.py"]
)
def test_no_file_but_the_built_ones_is_served(name, cast, visit):
    assert DIST.is_dir(), "no assets: run the tests with make test"
    assert visit(None).get(f"/static/dist/{name}").status_code in (302, 404)


def test_password_fields_are_masked_and_may_be_pasted_into(cast, visit):
    cast.anna.password_hash = passwords.hashed("een zin")
    db.session.commit()
    pages = visit(None).get("/sign-in").text + visit(cast.anna).get("/account").text
    fields = re.findall(r"<input[^>]*(?:password|current|new)[^>]*>", pages)
    asked = [field for field in fields if 'type="password"' in field]
    assert len(asked) == 3 and all(re.search('autocomplete="(current|new)-password"', field) for field in asked)
    assert "onpaste" not in pages and "paste" not in SCRIPT


def test_a_password_is_checked_as_it_was_typed():
    longest = " Ä日" + "x" * 125
    assert len(longest) == passwords.MAXIMUM and passwords.problem_with(longest) is None
    stored = passwords.hashed(longest)
    assert passwords.check(stored, longest)
    for other in (longest + "y", longest.strip(), longest.lower(), longest[:-1]):
        assert not passwords.check(stored, other), "no end cut off, no capital changed, no space taken away"


def test_passwords_are_hashed_as_owasp_asks():
    assert passwords.hashed("een zin").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_token_cannot_be_guessed_and_its_table_signs_nobody_in(cast):
    tokens = {SignIn.begin(cast.anna, 1) for _n in range(50)}
    db.session.commit()
    assert len(tokens) == 50 and all(len(token) >= 43 for token in tokens), "256 bits"
    stored = set(db.session.scalars(select(SignIn.digest)))
    assert not stored & tokens and not any(SignIn.person_of(one) for one in stored)


def test_every_page_lets_one_sign_out(cast, visit):
    for name in ("anna", "gijs", "wim", "petra"):
        assert 'action="/sign-out"' in visit(getattr(cast, name)).get("/account").text


def test_cookies_and_tokens_are_signed_with_sha_256(app, cast, visit):
    browser = visit(cast.anna)
    cookie = browser.get_cookie("session").value
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/").text)[1]
    assert {len(signed.rpartition(".")[2]) for signed in (cookie, token)} == {43}, "32 bytes, in base64"


def test_a_forged_cookie_is_nobody(app, cast, visit):
    browser = visit(cast.anna)
    mine = browser.get_cookie("hkplein") or browser.get_cookie("session")
    forged = URLSafeTimedSerializer("another key", salt="cookie-session").dumps({"_user_id": "1"})
    for value in (forged, mine.value[:-4] + "AAAA", f"x{mine.value}", ""):
        stranger = visit(None)
        stranger.set_cookie(mine.key, value)
        assert stranger.get("/account").status_code == 302
    assert SimpleCookie(f"{mine.key}={mine.value}")[mine.key].value == mine.value
    assert browser.get("/account").status_code == 200


def test_certificates_of_the_mail_server_are_checked(monkeypatch):
    seen = []

    class Server:
        def __init__(self, *_address, **how):
            seen.append(how["context"])

        def __enter__(self):
            return self

        def __exit__(self, *_error):
            pass

        def ehlo(self):
            pass

    monkeypatch.setattr(delivery.smtplib, "SMTP_SSL", Server)
    with delivery.connection("smtps://mail.example"):
        pass
    assert seen[0].verify_mode == ssl.CERT_REQUIRED and seen[0].check_hostname


def test_a_mistake_of_ours_shows_nothing_of_the_inside(app, cast, visit, monkeypatch, caplog):
    def broken():
        raise RuntimeError("the inside")

    monkeypatch.setitem(app.view_functions, "account.account", broken)
    with pytest.raises(AssertionError) as shown:  # the tests' browser refuses a 500
        visit(cast.anna).get("/account")
    page = str(shown.value)
    assert "Something went wrong here" in page
    assert "the inside" not in page and "Traceback" not in page and "RuntimeError" not in page
    assert not app.debug


def test_the_browser_keeps_nothing():
    for word in ("localStorage", "sessionStorage", "indexedDB", "document.cookie", "JSON.parse", "postMessage"):
        assert word not in SCRIPT


def test_a_field_that_is_not_on_the_form_changes_nothing(cast, visit):
    cast.anna.about = "Eerst"
    db.session.commit()
    more = {"steward": "y", "role": "board", "email": "iemand@anders.nl", "active": "", "pit_id": cast.groen.id}
    answer = visit(cast.anna).post(f"/people/{cast.anna.id}/edit", data={"about": "Anders", **SHOWN, **more})
    anna = db.session.get(Person, cast.anna.id)
    assert answer.status_code == 303 and anna.about == "Anders"
    assert (anna.steward, anna.role, anna.email) == (False, "colleague", "anna@voorbeeld.nl")
    assert anna.active and anna.pit_id == cast.balie.id


SHOWN = {"about_shown_to": "everyone", "wants_shown_to": "everyone", "skills_shown_to": "everyone"}


def test_every_use_of_cryptography_stands_in_the_inventory():
    inventory = (ROOT / "docs/security.md").read_text()
    used = re.compile(r"hashlib\.(\w+)|^(?:import|from) (argon2|cryptography|hmac|secrets|ssl|jwt)\b", re.MULTILINE)
    for path in (ROOT / "hkplein").rglob("*.py"):
        if path.name == "bootstrap.py":
            continue
        for names in used.findall(path.read_text()):
            assert f"`{''.join(names)}`" in inventory, f"{path}: {names}"


def test_the_locks_pin_everything_with_a_hash():
    for path in ("hkplein", "tests", "static", "tests/semgrep"):
        lines = (ROOT / path / "requirements.txt").read_text().replace("\\\n", " ").splitlines()
        pins = [line for line in lines if re.match(r"[a-z]", line)]
        assert pins and all("==" in line and "--hash=sha256:" in line for line in pins), path
    for path in ("static", "tests"):
        lock = (ROOT / path / "package-lock.json").read_text()
        assert lock.count('"integrity": "sha512-') == lock.count('"node_modules/')
        assert "resolved" not in lock
