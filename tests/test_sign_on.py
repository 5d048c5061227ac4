"""Single sign-on, against a real OpenID provider: who comes in, who does not, and what is asked once more."""

from __future__ import annotations

import base64
import hmac
import json
import threading
import time
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from sqlalchemy import select

from hkplein import sign_on
from hkplein.clock import moved_to, now
from hkplein.config import Misconfigured, from_environment
from hkplein.db import db
from hkplein.models import Authenticator, Identity, Person, SecurityEvent, SignIn
from hkplein.passwords import hashed
from tests.browser.site import free_port
from tests.provider import Traveller, provider
from tests.test_authenticators import code_at

PASSWORD = "een zin die niemand raadt"
SITE = "http://plein.example"
ANY = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # which database there is makes no difference


@pytest.fixture(scope="module")
def idp(tmp_path_factory):
    """The provider; it runs as long as these tests."""
    with provider(free_port(), SITE, tmp_path_factory.mktemp("provider")) as made:
        yield made


@pytest.fixture
def sso(app, idp, monkeypatch):
    """The site signs on there; Anna is known there, under the address that she has here."""
    for name, value in {**idp.settings, "URL": SITE}.items():
        monkeypatch.setitem(app.config, name, value)
    monkeypatch.setitem(app.extensions, "sign-on", sign_on.Provider(app))
    idp.knows(anna=known("anna"))
    return idp


def known(name):
    return {"email": f"{name.capitalize()}@voorbeeld.nl", "email_verified": True}


@pytest.fixture
def stranger(visit):
    """A browser in which nobody is signed in, and that reads English."""

    def stranger():
        browser = visit(None)
        browser.post("/language", data={"language": "en"})
        return browser

    return stranger


def go(browser, traveller, login="anna", start="/sign-on"):
    """To the provider as `login`, and back."""
    answer = browser.get(start)
    assert answer.status_code == 302, answer.text
    return browser.get(traveller.there_and_back(answer.location, login, SITE))


def person_of(browser):
    """Who is signed in in this browser."""
    with browser.session_transaction() as session:
        person = SignIn.person_of(session.get("_user_id", ""))
    return person and person.name


def kinds():
    return list(db.session.scalars(select(SecurityEvent.kind).order_by(SecurityEvent.id)))


def test_somebody_is_found_by_address_once_and_from_then_on_by_number(cast, sso, visit):
    browser, traveller = visit(None), Traveller()
    assert go(browser, traveller, start="/sign-on?next=/tasks").location == "/tasks"
    assert person_of(browser) == cast.anna.name and kinds() == ["identity", "sign-in"]
    found = db.session.scalars(select(Identity)).one()
    assert (found.person_id, found.subject, found.issuer) == (cast.anna.id, "anna", sso.url)
    with browser.session_transaction() as session:
        assert set(session) <= {"_user_id", "_fresh", "_id", "_permanent", "language", "csrf_token"}, (
            "no token of theirs"
        )
    assert browser.get("/tasks").status_code == 200 and browser.get("/sign-on?next=/pits").location == "/pits"
    sso.knows(
        anna={**known("anna"), "email": "heel@anders.example"}, bob={**known("bob"), "email": "anna@voorbeeld.nl"}
    )
    assert go(visit(None), traveller).location == "/" and traveller.asked == 1, "the provider knows this browser"
    other = visit(None)
    assert go(other, Traveller(), "bob").status_code == 403, "her address went to somebody else"
    assert person_of(other) is None and len(kinds()) == 4


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"email_verified": False}, "We do not know this account here."),
        ({"email_verified": None}, "We do not know this account here."),
        ({"email": None}, "We do not know this account here."),
        ({"email": "niemand@voorbeeld.nl"}, "We do not know niemand@voorbeeld.nl here."),
    ],
)
def test_whom_nobody_knows_is_told_what_helps(claims, sentence, cast, sso, stranger):
    sso.knows(anna={**known("anna"), **claims})
    browser = stranger()
    answer = go(browser, Traveller())
    assert answer.status_code == 403 and sentence in answer.text and "Ask an administrator" in answer.text
    assert person_of(browser) is None and kinds() == ["sign-in-failed"] and not db.session.query(Identity).count()


def test_where_addresses_are_trusted_they_need_not_be_verified(app, cast, sso, visit, monkeypatch):
    monkeypatch.setitem(app.config, "SSO_EMAILS", "trusted")
    monkeypatch.setitem(app.extensions, "sign-on", sign_on.Provider(app))
    sso.knows(anna={**known("anna"), "email_verified": False})
    assert go(visit(None), Traveller()).location == "/"


def test_a_closed_account_stays_closed(cast, sso, visit):
    traveller = Traveller()
    go(visit(None), traveller)
    cast.anna.deactivate(cast.gijs)
    browser = visit(None)
    assert go(browser, traveller).status_code == 403 and person_of(browser) is None


def forged(browser, sso):
    return browser.get("/sign-on/back?code=x&state=y")


def of_nobody(browser, sso):
    return browser.get("/sign-on/back")


def broken_off(browser, sso):
    browser.get("/sign-on")
    return browser.get("/sign-on/back?error=access_denied&error_description=%00iemand%0A")


def of_another_browser(browser, sso):
    """To sign somebody in as oneself, and read what they write."""
    mine = browser.application.test_client()
    return browser.get(Traveller().there_and_back(mine.get("/sign-on").location, "anna", SITE))


def sent_twice(browser, sso):
    back = Traveller().there_and_back(browser.get("/sign-on").location, "anna", SITE)
    assert browser.get(back).status_code == 303
    browser.post("/sign-out")
    return browser.get(back)


def with_another_nonce(browser, sso):
    back = Traveller().there_and_back(browser.get("/sign-on").location, "anna", SITE)
    with browser.session_transaction() as session:
        state = next(name for name in session if name.startswith("_state_sso_"))
        session[state]["data"]["nonce"] = "another"
        session.modified = True
    return browser.get(back)


def without_its_verifier(browser, sso):
    back = Traveller().there_and_back(browser.get("/sign-on").location, "anna", SITE)
    with browser.session_transaction() as session:
        state = next(name for name in session if name.startswith("_state_sso_"))
        session[state]["data"]["code_verifier"] = "x" * 48
        session.modified = True
    return browser.get(back)


@ANY
@pytest.mark.parametrize(
    "trick",
    [forged, of_nobody, broken_off, of_another_browser, sent_twice, with_another_nonce, without_its_verifier],
)
def test_what_answers_no_question_of_this_browser_lets_nobody_in(trick, cast, sso, stranger, caplog):
    browser = stranger()
    answer = trick(browser, sso)
    assert answer.status_code == 400 and "Nothing was changed" in answer.text
    assert person_of(browser) is None and "iemand" not in caplog.text


@pytest.fixture(scope="module")
def made_key():
    return RSAKey.generate_key(2048, {"kid": "of-the-tests"})


@pytest.fixture
def key(app, sso, made_key):
    """A key of the provider's: with it, its tokens can be made here."""
    client = app.extensions["sign-on"].client
    client.load_server_metadata()["jwks"] = KeySet([made_key]).as_dict(private=False)
    return made_key


def told(app, monkeypatch, forge):
    """From now on the provider's answers hold the token that `forge` makes of its claims."""
    client = app.extensions["sign-on"].client
    real = client.fetch_access_token

    def fetch(**asked):
        token = real(**asked)
        payload = token["id_token"].split(".")[1]
        return {**token, "id_token": forge(json.loads(base64.urlsafe_b64decode(f"{payload}==")))}

    monkeypatch.setattr(client, "fetch_access_token", fetch)


RS256 = {"alg": "RS256", "kid": "of-the-tests"}


@ANY
@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({}, 303),
        ({"aud": "another-site"}, 400),
        ({"aud": ["another-site", "hkplein"], "azp": "another-site"}, 400),
        ({"iss": "http://elsewhere.example"}, 400),
        ({"exp": 1_000_000_000}, 400),
        ({"nonce": "x"}, 400),
        ({"iat": 4_000_000_000}, 400),
        ({"at_hash": "x"}, 400),
    ],
)
def test_a_token_is_for_us_of_now_and_of_the_one_we_asked(app, claims, status, cast, key, sso, visit, monkeypatch):
    told(app, monkeypatch, lambda said: jwt.encode(RS256, {**said, **claims}, key))
    browser = visit(None)
    assert go(browser, Traveller()).status_code == status
    assert bool(person_of(browser)) == (status == 303)


def encoded(part):
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def of_another_key(said, key):
    return jwt.encode(RS256, said, RSAKey.generate_key(2048))


def of_an_unknown_key(said, key):
    return jwt.encode({"alg": "RS256", "kid": "another"}, said, RSAKey.generate_key(2048))


def unsigned(said, key):
    return ".".join((*(encoded(json.dumps(part).encode()) for part in ({"alg": "none"}, said)), ""))


def with_the_public_key_as_secret(said, key):
    head = {"alg": "HS256", "kid": "of-the-tests"}
    text = ".".join(encoded(json.dumps(part).encode()) for part in (head, said))
    return f"{text}.{encoded(hmac.digest(key.as_pem(private=False), text.encode(), 'sha256'))}"


@ANY
@pytest.mark.parametrize("forge", [of_another_key, of_an_unknown_key, unsigned, with_the_public_key_as_secret])
def test_a_token_is_signed_by_the_provider(app, forge, cast, key, sso, visit, monkeypatch):
    told(app, monkeypatch, lambda said: forge(said, key))
    browser = visit(None)
    assert go(browser, Traveller()).status_code == 400 and person_of(browser) is None


@ANY
def test_the_provider_is_the_one_that_was_meant(app, cast, sso, visit, monkeypatch):
    monkeypatch.setitem(app.config, "SSO_URL", sso.url.replace("127.0.0.1", "localhost"))
    monkeypatch.setitem(app.extensions, "sign-on", sign_on.Provider(app))
    browser = visit(None)
    answer = go(browser, Traveller())
    assert answer.status_code == 503 and person_of(browser) is None, "what it calls itself is another"


@ANY
def test_whoever_begins_again_and_again_comes_in(cast, sso, visit):
    """Each begin stands in the cookie, and a browser drops one that is too large."""
    browser, traveller = visit(None), Traveller()
    ways = [browser.get("/sign-on?next=/tasks") for _n in range(20)]
    assert len(ways[-1].headers["Set-Cookie"]) < 2000
    assert browser.get(traveller.there_and_back(ways[-3].location, "anna", SITE)).status_code == 303, "of another tab"
    assert go(visit(None), traveller).status_code == 303


@ANY
def test_one_comes_back_to_a_page_of_ours(cast, sso, visit):
    for there, here in (("/pits", "/pits"), ("//elders.example", "/"), ("https://elders.example/", "/"), ("/\\x", "/")):
        assert go(visit(None), Traveller(), start=f"/sign-on?next={there}").location == here


def test_two_first_sign_ons_at_the_same_instant_make_one(app, cast, sso, visit):
    browsers, answers, gate = [visit(None) for _n in range(3)], [], threading.Barrier(3)
    backs = [Traveller().there_and_back(one.get("/sign-on").location, "anna", SITE) for one in browsers]
    db.session.commit()

    def send(browser, back):
        gate.wait()
        with app.app_context():
            answers.append(app.test_client_class.__base__.open(browser, back).status_code)

    threads = [threading.Thread(target=send, args=pair) for pair in zip(browsers, backs, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303] * 3 and db.session.query(Identity).count() == 1
    assert kinds().count("identity") == 1


# Passwords beside it.


@pytest.mark.parametrize(("name", "comes_in"), [("anna", False), ("wim", False), ("gijs", True), ("petra", True)])
def test_only_administrators_and_partners_have_a_password_beside_it(name, comes_in, cast, sso, stranger):
    person = getattr(cast, name)
    person.password_hash = hashed(PASSWORD)
    db.session.commit()
    typed, browser = {"email": person.email, "password": PASSWORD}, stranger()
    wrong = browser.post("/sign-in", data={**typed, "password": "iets anders"})
    assert "do not belong together" in wrong.text and "not used any more" not in wrong.text, (
        "it tells a guesser nothing"
    )
    answer = browser.post("/sign-in", data=typed)
    assert answer.status_code == (303 if comes_in else 422)
    assert bool(person_of(browser)) == comes_in == ("not used any more" not in answer.text)
    if not comes_in:
        assert 'href="/sign-on?next=' in answer.text


def test_a_password_that_is_not_needed_is_not_kept(cast, sso, visit):
    cast.anna.password_hash, cast.anna.password_until = hashed(PASSWORD), now() + timedelta(days=2)
    cast.gijs.password_hash = hashed(PASSWORD)
    db.session.commit()
    sso.knows(anna=known("anna"), gijs=known("gijs"))
    browser = visit(None)
    go(browser, Traveller())
    assert browser.get("/").status_code == 200, "nobody is asked to choose one"
    assert (cast.anna.password_hash, cast.anna.password_until) == (None, None)
    page = browser.get("/account").text
    assert "have no password here" in page and 'action="/account/password"' not in page
    assert browser.post("/account/password", data={"current": "", "new": PASSWORD}).location == "/account"
    assert cast.anna.password_hash is None
    steward = visit(None)
    go(steward, Traveller(), "gijs")
    assert cast.gijs.password_hash and 'action="/account/password"' in steward.get("/account").text


def test_the_code_of_an_app_is_asked_after_it_as_well(cast, sso, visit):
    Authenticator.begin(cast.gijs)
    with moved_to(now() - timedelta(minutes=5)):
        Authenticator.of(cast.gijs).confirm(cast.gijs, code_at(cast.gijs))
    sso.knows(gijs=known("gijs"))
    browser = visit(None)
    assert go(browser, Traveller(), "gijs", "/sign-on?next=/steward").location == "/sign-in/code?next=/steward"
    assert person_of(browser) is None
    answer = browser.post("/sign-in/code", data={"code": code_at(cast.gijs), "next": "/steward"})
    assert answer.location == "/steward" and person_of(browser) == cast.gijs.name


@ANY
def test_where_codes_are_asked_of_all_they_are_set_up_without_a_password_too(app, cast, sso, visit, monkeypatch):
    monkeypatch.setitem(app.config, "CODES", "all")
    sso.knows(anna=known("anna"), petra=known("petra"))
    colleague, partner, traveller = visit(None), visit(None), Traveller()
    go(colleague, Traveller())
    assert colleague.get("/tasks").status_code == 200, "her second factor is the provider's"
    go(partner, traveller, "petra")
    assert partner.get("/issues").location == "/account/authenticator"
    whence = {"Referer": "http://localhost/account/authenticator"}
    answer = partner.post("/account/authenticator", headers=whence)
    assert answer.location == "/sign-on/again?next=/account/authenticator"
    start = "/sign-on?next=/account/authenticator&again=1"
    assert partner.get(answer.location).status_code == 200
    assert go(partner, traveller, "petra", start).location == "/account/authenticator"
    partner.post("/account/authenticator")
    partner.post("/account/authenticator/confirm", data={"code": code_at(cast.petra)})
    assert partner.get("/issues").status_code == 200
    assert go(visit(None), Traveller(), "petra").location.startswith("/sign-in/code")


def test_a_steward_opens_accounts_without_a_password_and_disconnects_them(cast, sso, visit):
    cast.gijs.password_hash, sure = hashed(PASSWORD), {"current": PASSWORD}
    steward, traveller, browser = visit(cast.gijs), Traveller(), visit(None)
    assert "Colleagues and the board sign in with their work account" in steward.get("/people/new").text
    about = {"name": "Nina Nieuw", "role": "colleague", "pit_id": "0", "partner_id": "0", **sure}
    answer = steward.post("/people/new", data={**about, "email": "nina@voorbeeld.nl"})
    nina = db.session.scalars(select(Person).where(Person.email == "nina@voorbeeld.nl")).one()
    assert answer.location == nina.url and nina.password_hash is nina.password_until is None
    partner = {**about, "role": "partner", "partner_id": cast.kolkhuis.id, "email": "pia@voorbeeld.nl"}
    assert '<code id="password">' in steward.post("/people/new", data=partner).text
    sso.knows(
        nina={**known("nina"), "email": "nina@voorbeeld.nl"}, again={**known("nina"), "email": "nina@voorbeeld.nl"}
    )
    go(browser, traveller, "nina")
    page = steward.get(nina.url).text
    assert f'action="{nina.url}/disconnect"' in page and f'action="{nina.url}/reset-password"' not in page
    refused = steward.post(f"{nina.url}/reset-password", data=sure)
    assert refused.status_code == 409 and "A password would not work" in refused.text
    assert visit(cast.anna).post(f"{nina.url}/disconnect").status_code == 409
    assert go(visit(None), Traveller(), "again").status_code == 403
    assert steward.post(f"{nina.url}/disconnect").status_code == 303 and person_of(browser) is None
    assert steward.post(f"{nina.url}/disconnect").status_code == 409, "there is none any more"
    assert "/disconnect" not in steward.get(nina.url).text
    assert go(visit(None), Traveller(), "again").status_code == 303
    assert kinds().count("identity-off") == 1


# What matters is asked once more.


def test_who_has_no_password_signs_on_once_more_for_what_matters(cast, sso, visit):
    sso.knows(anna=known("anna"), bram=known("bram"))
    browser, traveller = visit(None), Traveller()
    go(browser, traveller)
    asked, page = traveller.asked, {"headers": {"Referer": "http://localhost/account/export"}}
    answer = browser.post("/account/export", data={"form": "json", "nonce": "once"}, **page)
    assert answer.location == "/sign-on/again?next=/account/export"
    assert 'href="/sign-on?next=%2Faccount%2Fexport&amp;again=1"' in browser.get(answer.location).text
    again = "/sign-on?next=/account/export&again=1"
    assert go(browser, traveller, start=again).location == "/account/export"
    assert traveller.asked == asked + 1, "the provider asked, though it knew her"
    taken = browser.post("/account/export", data={"form": "json", "nonce": "once"}, **page)
    assert taken.status_code == 200 and taken.get_json()["person"] == cast.anna.id
    taken.close()
    for path in ("/account/authenticator", f"{cast.anna.url}/erase"):
        form = browser.get(path).text.partition("<main")[2]
        assert 'type="password"' not in form
    with moved_to(now() + timedelta(minutes=6)):
        late = browser.post(f"{cast.anna.url}/erase", headers={"Referer": f"http://localhost{cast.anna.url}/erase"})
        assert late.location == f"/sign-on/again?next={cast.anna.url}/erase" and cast.anna.erase_at is None
    assert browser.post(f"{cast.anna.url}/erase").location == f"{cast.anna.url}/erase" and cast.anna.erase_at


@ANY
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true", "HX-Target": "article#person"}])
def test_a_steward_without_a_password_signs_on_once_more_to_change_an_account(headers, cast, sso, visit):
    sso.knows(gijs=known("gijs"))
    browser, traveller, petra = visit(None), Traveller(), cast.petra
    go(browser, traveller, "gijs")
    assert 'type="password"' not in browser.get(petra.url).text
    about = {"name": "Petra", "email": "p@voorbeeld.nl", "role": "steward", "pit_id": "0", "partner_id": "0"}
    doors = {f"{petra.url}/account": petra.url, f"{petra.url}/reset-password": petra.url, "/people/new": "/people/new"}
    for door, page in doors.items():
        whence = {**headers, "Referer": f"http://localhost{page}"}
        answer = browser.post(door, data={**about, "nonce": "once"}, headers=whence)
        assert answer.location == f"/sign-on/again?next={page}"
    assert (petra.email, petra.steward, petra.password_hash) == ("petra@voorbeeld.nl", False, None)
    assert go(browser, traveller, "gijs", start=f"/sign-on?next={petra.url}&again=1").location == petra.url
    answer = browser.post(f"{petra.url}/reset-password", data={"nonce": "once"})
    assert answer.status_code == 200 and petra.password_hash, "what was not done before counts"
    assert browser.post(f"{petra.url}/account", data={**about, "nonce": "once"}).status_code == 303 and petra.steward


@ANY
def test_somebody_else_at_the_provider_shows_nothing(cast, sso, visit):
    sso.knows(anna=known("anna"), bram=known("bram"))
    browser = visit(None)
    go(browser, Traveller())
    answer = go(browser, Traveller(), "bram", "/sign-on?again=1")
    assert answer.status_code == 400 and "Is it you?" in answer.text and person_of(browser) == cast.anna.name
    assert browser.post("/account/export", data={"form": "json"}).location.startswith("/sign-on/again")


@ANY
def test_a_sign_on_of_long_ago_shows_nothing(app, cast, key, sso, visit, monkeypatch):
    """Whoever takes what asks for a new one out of the address at the provider."""
    browser, traveller = visit(None), Traveller()
    go(browser, traveller)
    for claim in ({"auth_time": int(time.time()) - 301}, {"auth_time": None}):
        told(app, monkeypatch, lambda said, claim=claim: jwt.encode(RS256, {**said, **claim}, key))
        assert go(browser, traveller, start="/sign-on?again=1").status_code == 400
    assert browser.post("/account/export", data={"form": "json"}).location.startswith("/sign-on/again")


# Going, and when the provider is away.


@ANY
def test_on_a_computer_of_many_one_signs_out_there_too(cast, sso, visit):
    browser, traveller = visit(None), Traveller()
    go(browser, traveller)
    browser.post("/sign-out")
    assert 'href="/sign-on/out"' in browser.get("/sign-in").text
    assert 'href="/sign-on/out"' not in browser.get("/sign-in").text, "it was said once"
    farewell = browser.get("/sign-on/out").location
    assert farewell.startswith(f"{sso.url}/session/end?")
    assert traveller.there_and_back(farewell, "", SITE).startswith("/sign-in")
    asked = traveller.asked
    go(browser, traveller)
    assert traveller.asked == asked + 1, "the provider knew her no more"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "does not work just now"), ("nl", "lukt nu even niet")],
)
def test_a_provider_that_is_away_or_says_nothing_becomes_words(app, language, sentence, cast, sso, visit, monkeypatch):
    monkeypatch.setattr(sign_on, "SECONDS", 0.3)
    monkeypatch.setitem(app.extensions, "sign-on", sign_on.Provider(app))
    browser, inside = visit(None), visit(cast.bram)
    browser.post("/language", data={"language": language})
    back = Traveller().there_and_back(browser.get("/sign-on").location, "anna", SITE)
    with sso.silent():
        said = browser.get(back)
        assert inside.get("/tasks").status_code == 200
    assert said.status_code == 503 and sentence in said.text and said.headers["Retry-After"].isdigit()
    sso.stop()
    monkeypatch.setitem(app.extensions, "sign-on", sign_on.Provider(app))  # as a server that was just started
    for path in ("/sign-on", "/sign-on/out"):
        said = browser.get(path)
        assert said.status_code == 503 and sentence in said.text and said.headers["Retry-After"].isdigit()
    assert inside.get("/tasks").status_code == 200
    sso.start()
    assert go(browser, Traveller()).location == "/" and person_of(browser) == cast.anna.name


@ANY
def test_a_thread_stays_for_everybody_else(app, cast, sso, visit):
    provider = app.extensions["sign-on"]
    taken = [provider.turns.acquire(blocking=False) for _n in range(app.config["THREADS"])]
    assert taken == [True] * (app.config["THREADS"] - 1) + [False]
    assert visit(None).get("/sign-on").status_code == 503
    provider.turns.release()
    assert visit(None).get("/sign-on").status_code == visit(None).get("/sign-on").status_code == 302


def test_without_a_provider_there_is_none_of_it(cast, visit):
    for person in (None, cast.anna):
        for path in ("/sign-on", "/sign-on/back", "/sign-on/out"):
            assert visit(person).get(path).status_code in ((404, 302) if person else (404,))
    assert visit(cast.anna).get("/sign-on/again").status_code == 404
    assert "/sign-on" not in visit(None).get("/sign-in").text


def test_settings_that_cannot_work_are_refused(monkeypatch):
    monkeypatch.setenv("HKPLEIN_SECRET_KEY", "k" * 40)
    for url in ("http://login.example", "login.example", "ftp://login.example"):
        monkeypatch.setenv("HKPLEIN_SSO_URL", url)
        with pytest.raises(Misconfigured, match="HKPLEIN_SSO_URL"):
            from_environment()
    monkeypatch.setenv("HKPLEIN_SSO_URL", "https://login.example/realm")
    with pytest.raises(Misconfigured, match="HKPLEIN_SSO_CLIENT and HKPLEIN_SSO_SECRET"):
        from_environment()
    monkeypatch.setenv("HKPLEIN_SSO_CLIENT", "hkplein")
    monkeypatch.setenv("HKPLEIN_SSO_SECRET", "s")
    assert from_environment()["SSO_URL"] == "https://login.example/realm"
