"""A canary in a confidential pitstop: looked for in every answer of every page, as everybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hkplein import delivery, logs
from hkplein.clock import now
from hkplein.db import Base, db, rule
from hkplein.models import NOUNS, HelpLineHelper, Notification, Pitstop, SecurityEvent, Submission
from hkplein.passwords import hashed
from tests.cast import keep, make_issue, make_pitstop, make_seat

# What is looked for; and the word beside it, that is searched for, so that no search field shows the first again.
TEXT, BESIDE_TEXT = "kanariepiet", "geelveer"
TOPIC, BESIDE_TOPIC = "zeldzaamvogeltje", "roodborst"
SECRET, FEW_WORDS = f"{TEXT} {BESIDE_TEXT}", f"{TOPIC} {BESIDE_TOPIC}"
NAMES = {model.PLACE: noun for noun, model in NOUNS.items()}
SEARCHES = ("/tasks?q={}", "/lessons?q={}", "/people?q={}", "/issues?q={}", "/pits?q={}")


@pytest.fixture
def secret(cast: Any) -> Pitstop:
    """A confidential pitstop of Anna's that Femke picked up; there are words in every field. Hugo helps there too."""
    pitstop = Pitstop.ask(
        cast.anna, cast.lean, question=f"Vraag {SECRET}", tried=f"Al {SECRET}", topic=FEW_WORDS, readers="line"
    )
    pitstop.pick_up(cast.femke)
    pitstop.answer(cast.femke, f"Antwoord {SECRET}")
    pitstop.reply(cast.anna, f"Dank {SECRET}")
    pitstop.plan(cast.femke, now() + timedelta(days=2), f"Bij de {SECRET}")
    db.session.commit()
    return pitstop


def pages(app: Any, cast: Any) -> Iterator[str]:
    """Every page that can be asked for; where an id stands, some that exist."""
    known = {
        "pitstops": db.session.scalars(select(Pitstop.id)).all(),
        "help-lines": [cast.lean.id, cast.recht.id],
        "people": [cast.anna.id, cast.femke.id, cast.wim.id],
        "pits": [cast.balie.id, cast.mens.id],
    }
    for found in sorted(app.url_map.iter_rules(), key=str):
        if "GET" not in found.methods or found.endpoint == "assets.dist":
            continue
        place = found.rule.split("/")[1]
        ids = (
            known.get(place) or db.session.scalars(select(NOUNS[NAMES.get(place, "person")].id).limit(3)).all()
            if found.arguments
            else [0]
        )
        yield from (found.rule.replace("<id:id>", str(id_)) for id_ in ids)
    yield from (url.format(word) for url in SEARCHES for word in (BESIDE_TEXT, BESIDE_TOPIC))


def walk(app: Any, cast: Any, visit: Any, *people: Any) -> tuple[set[str], set[str]]:
    """Open every page as `people` (or everybody): who read the text, and who read the topic."""
    text: set[str] = set()
    topic: set[str] = set()
    walked = list(pages(app, cast))
    assert len(walked) > 50 and any(url.endswith("/moment.ics") for url in walked)
    for person in people or cast.people:
        browser = visit(person)
        for url in walked:
            answer = browser.get(url)
            assert answer.status_code < 500 or url == "/readyz", url  # no clock was here yet
            if TEXT in answer.text:
                text.add(person.name.lower())
            if TOPIC in answer.text:
                topic.add(person.name.lower())
    return text, topic


def test_only_the_asker_and_the_one_helper_ever_read_it(app, cast, visit, secret, caplog):
    """The line's other helper sees the topic; nobody else knows that it exists. It stands in no log either."""
    near = (cast.anna, cast.bram, cast.femke, cast.hugo, cast.gijs, cast.wim)
    text, topic = walk(app, cast, visit, *(near if db.engine.name == "sqlite" else cast.people))
    assert text == {"anna", "femke"}
    assert topic == {"anna", "femke", "hugo"}
    assert TEXT not in caplog.text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_walk_catches_a_rule_that_lets_everybody_read(app, cast, visit, secret, monkeypatch):
    """Planted."""

    def anybody(self, person):
        yield person.id == person.id, ""

    monkeypatch.setattr(Pitstop, "readable_by", readable := rule()(anybody))
    readable.__set_name__(Pitstop, "readable_by")
    text, _topic = walk(app, cast, visit, cast.chris)
    assert text == {"chris"}


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_before_it_is_picked_up_only_the_asker_reads_it(app, cast, visit):
    Pitstop.ask(cast.anna, cast.lean, question=SECRET, topic=FEW_WORDS, readers="line")
    assert walk(app, cast, visit, cast.anna, cast.femke, cast.bram) == ({"anna"}, {"anna", "femke"})


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_who_put_it_back_or_left_the_line_can_no_longer_read_it(app, cast, visit, secret):
    secret.put_back(cast.femke)
    assert walk(app, cast, visit, cast.femke) == (set(), {"femke"})
    secret.pick_up(cast.femke)
    cast.lean.remove_helper(cast.gijs, cast.femke.id)
    db.session.commit()
    assert walk(app, cast, visit, cast.femke) == (set(), set())


def test_a_helper_close_to_the_asker_does_not_see_that_somebody_asks(cast, visit):
    """Of the asking pit, or of the asking team: not on the queue, not in the count, not by its number."""
    issue = make_issue(cast)
    for person in (cast.bram, cast.chris):
        keep(HelpLineHelper(line_id=cast.lean.id, person_id=person.id))
    make_seat(cast, issue, "filled", holder_id=cast.chris.id)
    alone = make_pitstop(cast, readers="line", topic=FEW_WORDS)
    team = make_pitstop(cast, readers="line", topic=FEW_WORDS, asker_id=cast.dina.id, pit_id=None, issue_id=issue.id)
    browser = visit(cast.bram)
    assert browser.get(alone.url).status_code == browser.post(f"{alone.url}/pick-up").status_code == 404
    for person, ids in ((cast.bram, {team.id}), (cast.chris, {alone.id, team.id}), (cast.hugo, {alone.id, team.id})):
        text = visit(person).get(cast.lean.url).text
        assert {p.id for p in (alone, team) if f'id="pitstop-{p.id}"' in text} == ids
    assert "one pitstop waits" in browser.get("/pitstops").text


def test_no_word_of_it_leaves_in_a_file_a_mail_a_figure_or_a_line_of_the_log(app, cast, visit, secret, caplog):
    """What somebody takes along holds their own words only; mail, figures and logs none at all."""
    from hkplein.metrics import figures

    taken = set()
    with caplog.at_level("DEBUG"):
        for person in cast.people:
            person.password_hash = hashed("een lange zin")
            db.session.commit()
            browser = visit(person)
            for form in ("json", "html"):
                file = browser.post("/account/export", data={"current": "een lange zin", "form": form})
                assert file.status_code == 200
                taken |= {person.name.lower()} if TEXT in file.text else set()
                file.close()
            browser.post(f"{secret.url}/answer", data={"text": SECRET})
            told = db.session.scalars(select(Notification.id).where(Notification.person_id == person.id)).all()
            if told:
                mail = delivery._message(person, told)
                text = "".join(part.get_content() for part in mail.walk() if part.get_content_maintype() == "text")
                invited = person in (cast.anna, cast.femke)  # to the moment, of which they know the place
                assert TEXT not in text.partition("BEGIN:VCALENDAR")[0] + str(mail.items()), person.name
                assert invited or TEXT not in text
        assert TEXT not in figures().decode()
    assert taken == {"anna", "femke"}
    lines = logs.Lines(quoting=False)
    assert caplog.records and not [line for line in map(lines.format, caplog.records) if TEXT in line]
    assert TEXT not in "".join(line.sentence() for line in db.session.scalars(select(SecurityEvent)))


def test_no_refusal_says_a_word_of_it(cast, visit, secret):
    """Every verb by everybody who may not: absent, or refused in words that tell nothing."""
    for name in ("bram", "chris", "hugo", "gijs", "noor", "wim", "petra"):
        browser = visit(getattr(cast, name))
        for verb in secret.VERBS:
            for answer in (browser.post(f"{secret.url}/{verb}"), browser.htmx(f"{secret.url}/{verb}")):
                assert answer.status_code in (404, 409), (name, verb)
                assert TEXT not in answer.text


def test_it_stands_in_no_other_table(cast, secret):
    """Not in the index, the events, the messages to people, or what was submitted."""
    secret.refer(cast.femke, cast.recht.id)
    secret.agree(cast.anna)
    secret.close(cast.anna, "yes", "Een les", "Die iets anders zegt.")
    db.session.commit()
    for table in Base.metadata.sorted_tables:
        rows = str(db.session.execute(table.select()).all())
        found = TEXT in rows or TOPIC in rows
        assert found == (table.name in ("pitstop", "message")), table.name


def test_a_mistake_of_ours_logs_no_word_of_it(cast, visit, monkeypatch, caplog):
    """Neither what was to be written, nor the row that PostgreSQL quotes."""
    monkeypatch.setattr("hkplein.models.pitstop.working_days_after", lambda *_days: None)
    monkeypatch.setattr("tests.pages.inspect", lambda _response: None)  # which wants no 500
    data = {"question": SECRET, "tried": SECRET, "line_id": cast.lean.id, "readers": "line"}
    assert visit(cast.anna).post("/pitstops/new", data=data).status_code == 500
    assert "IntegrityError" in caplog.text and "due" in caplog.text
    assert TEXT not in caplog.text


@pytest.mark.parametrize("look", ["/pitstops/like", "/lessons/like", "/pitstops/new"])
def test_a_question_that_is_being_typed_is_sent_where_nothing_keeps_it(look, cast, visit, statements, caplog):
    """As a POST: no log sees it, nothing of it is written, and it is no address."""
    page = visit(cast.anna).get("/pitstops/new").text
    assert 'data-hx-post="/pitstops/like"' in page and "data-hx-get" not in page
    typed = {"question": SECRET, "text": SECRET, "nonce": "een", "look": "1"}
    browser = visit(cast.anna)
    with statements() as said, caplog.at_level("DEBUG"):
        answer = browser.post(look, data=typed)
    assert answer.status_code == 200 and "location" not in answer.headers
    assert TEXT not in caplog.text
    written = {one.split()[0] for one in said} & {"INSERT", "UPDATE", "DELETE"}
    assert written <= {"INSERT"} and db.session.query(Submission).count() == 0, "even that it was sent is undone"
    assert not [table.name for table in Base.metadata.sorted_tables for row in rows(table) if TEXT in str(row)]
    assert visit(cast.anna).get(f"{look}?q=x").status_code == (200 if look.endswith("new") else 405)


def rows(table: Any) -> list[Any]:
    """Everything in a table."""
    return list(db.session.execute(table.select()))
