"""Loading a municipality: all of it, or nothing and everything that is wrong with it."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import ANY

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from hkplein import demo, ticker
from hkplein.checks.findings import findings
from hkplein.clock import ZONE, is_working_day, local, moved_to, now, today, working_days_between
from hkplein.db import db
from hkplein.i18n import speaking
from hkplein.loading import Faulty, Loaded, load, read
from hkplein.loading import format as dutch_form
from hkplein.loading import words as dutch
from hkplein.loading.people import names
from hkplein.models import (
    NOUNS,
    Bid,
    Event,
    HelpLine,
    HelpLineHelper,
    Issue,
    Lesson,
    LessonHelped,
    Message,
    Municipality,
    Notification,
    Person,
    Pit,
    Pitstop,
    Question,
    RefusedLeg,
    Ring,
    RingLink,
    SearchEntry,
    Seat,
    Swap,
    Task,
    Update,
    Wish,
    desk,
)
from hkplein.passwords import check
from tests.conftest import built
from tests.small_town import SMALL_TOWN, WHOLE_TOWN

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # a file is read without a database


@pytest.fixture
def in_demo(context: Flask) -> Any:
    context.config["DEMO"] = True
    yield context
    context.config["DEMO"] = False


@pytest.fixture(scope="module")
def loaded_app(tmp_path_factory) -> Any:
    """A house with the demo in it, for tests that look and change nothing: to load it takes two seconds."""
    with built(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'plein.sqlite3'}", DEMO=True) as app:
        with app.app_context():
            load(demo.TOWN)
        yield app


@pytest.fixture
def loaded(loaded_app) -> Any:
    """The demo, loaded."""
    with loaded_app.app_context(), speaking("en"):
        yield loaded_app


def file(folder: Path, *changes: tuple[str, str], text: str = SMALL_TOWN) -> Path:
    """The small town in a file, with changes."""
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = folder / "town.yaml"
    path.write_text(text)
    return path


def problems(path: Path) -> list[str]:
    """What is wrong with the file, without its name."""
    with pytest.raises(Faulty) as caught:
        load(path)
    db.session.rollback()
    assert db.session.scalar(select(func.count(Person.id))) == 0
    assert db.session.scalar(select(func.count(Municipality.id))) == 0
    return [problem.removeprefix(f"{path}:") for problem in caught.value.problems]


def what_is_wrong(path: Path) -> list[str]:
    """The problems of a file, if any; it is loaded, and taken back."""
    try:
        load(path)
    except Faulty as faulty:
        return faulty.problems
    finally:
        db.session.rollback()
    return []


@pytest.fixture
def taken_back(context, monkeypatch):
    """Whatever is loaded can be taken back: it is part of a transaction that goes on."""
    monkeypatch.setattr(db.session, "begin", db.session.begin_nested)


def count(model: Any, *where: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


# The demo.


def test_every_state_of_every_noun_occurs_in_the_demo(in_demo):
    load(demo.TOWN)
    with_states = {noun: model for noun, model in NOUNS.items() if model.STATES}
    nouns = {"task", "issue", "seat", "bid", "swap", "wish", "ring", "pitstop", "lesson", "pit", "skill", "help_line"}
    assert nouns <= set(with_states)
    for noun, model in with_states.items():
        states: Any = model
        assert set(db.session.scalars(select(states.state).distinct())) == set(model.STATES), noun


def test_the_demo_has_350_colleagues_in_pits_that_are_staffed_and_lines_that_are_helped(loaded):
    assert count(Person, Person.role == "colleague") == 350
    assert count(Person, Person.role == "board") >= 1 and count(Person, Person.role == "partner") >= 1
    assert count(Person, Person.steward) >= 1
    sizes = dict(db.session.execute(select(Pit.key, func.count(Person.id)).join(Person).group_by(Pit.key)).all())
    leden = {pit["id"]: pit["leden"] for pit in read(demo.TOWN)["pits"] if pit["status"] == "actief"}
    assert sizes == leden
    helped = (
        select(HelpLine.key, func.count()).join(HelpLineHelper).where(HelpLine.state == "active").group_by(HelpLine.key)
    )
    assert len(db.session.execute(helped).all()) == count(HelpLine, HelpLine.state == "active")
    assert min(number for _, number in db.session.execute(helped)) >= 2


@on_sqlite
def test_the_demo_is_the_same_every_time(loaded_app, in_demo):
    def all_of_it() -> list[Any]:
        people = select(Person.name, Person.email, Person.room, Person.wants).order_by(Person.id)
        work = select(Task.title, Task.state).order_by(Task.id)
        return [tuple(row) for rows in (people, work) for row in db.session.execute(rows)]

    load(demo.TOWN)
    again = all_of_it()
    with loaded_app.app_context():
        assert again == all_of_it()


def test_everybody_in_the_demo_signs_in_with_the_same_password(loaded):
    hashes = set(db.session.scalars(select(Person.password_hash)))
    assert len(hashes) == 1 and check(hashes.pop(), demo.PASSWORD)
    assert all(email.endswith("@kolkwaarden.example") for email in db.session.scalars(select(Person.email)))


@on_sqlite
def test_outside_a_demo_nobody_has_the_password_that_everybody_knows(context):
    load(demo.TOWN)
    assert set(db.session.scalars(select(Person.password_hash))) == {None}


def test_who_may_be_looked_around_as_has_something_to_see(loaded):
    guides = db.session.scalars(select(Municipality)).one().guides
    people = {guide["email"].split(".")[0]: guide["email"] for guide in guides}
    assert set(people) == {"noor", "bas", "femke", "marek", "lotte", "ineke", "karin", "petra"}
    who = {name: db.session.scalars(select(Person).filter_by(email=email)).one() for name, email in people.items()}
    promised = Counter(db.session.scalars(select(Task.holder_id).where(Task.state == "taken")))
    assert min(promised[who[name].id] for name in ("noor", "bas", "marek", "lotte", "petra")) >= 1
    assert who["bas"].outdoors and not who["lotte"].welcomed and who["ineke"].steward and who["karin"].role == "board"
    assert count(Issue, Issue.trekker_id == who["femke"].id, Issue.state == "running") == 1
    hands = select(Bid).join(Seat).join(Issue).where(Bid.state == "raised", Issue.trekker_id == who["femke"].id)
    assert len(db.session.scalars(hands).all()) >= 2
    assert count(Swap, Swap.state == "proposed", Swap.turn_id == who["noor"].id) >= 1
    assert count(Task, Task.author_id == who["noor"].id, Task.hands >= 2) == 1
    assert (
        count(Pitstop, Pitstop.helper_id == who["marek"].id, Pitstop.state.in_(("picked-up", "planned", "answered")))
        >= 2
    )
    for name in ("noor", "bas", "femke", "marek", "lotte"):
        assert count(Notification, Notification.person_id == who[name].id, Notification.seen_at.is_(None)) >= 1, name


def test_history_in_the_demo_is_in_order_and_of_verbs_that_have_a_sentence(loaded):
    events = db.session.scalars(select(Event).order_by(Event.id)).all()
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert len(events) > 300
    for event in events:
        assert NOUNS[event.noun].VERBS[event.verb].told, f"{event.noun}.{event.verb}"
    assert {"post", "claim", "report", "confirm", "lead", "update", "ask", "pick-up"} <= {
        event.verb for event in events
    }


def test_words_of_the_file_stand_where_people_read_them(loaded):
    for column in (Question.text, Question.reply, Update.text, Message.text, Bid.words, Bid.reply, Task.handover_left):
        assert db.session.scalars(select(column).where(column != "")).first(), column
    task = db.session.scalars(select(Task).where(Task.title == "Meeschrijven aan de gunningscriteria")).one()
    assert task.handover_done == "Vraag 3 staat, vraag 4 is half." and task.handover_left.startswith("Wat helpt:")
    karin = select(Person.id).where(Person.email.startswith("karin.oosterbaan@"))
    heard = select(Event.verb).join(Notification).where(Notification.person_id == karin.scalar_subquery())
    assert set(db.session.scalars(heard)) == {"answer"}


def test_the_counters_of_hands_agree_with_the_hands_that_are_up(loaded):
    up = select(Bid.task_id, func.count()).where(Bid.state == "raised", Bid.task_id.is_not(None)).group_by(Bid.task_id)
    assert dict(db.session.execute(up).all()) == dict(
        db.session.execute(select(Task.id, Task.hands).where(Task.hands > 0)).all()
    )


@pytest.mark.parametrize(
    "day", ["2026-11-24T14:00", "2026-11-26T00:10", "2026-11-27T23:50", "2027-01-02T00:30", "2028-02-29T06:00"]
)
@on_sqlite
def test_the_clock_finds_a_ring_and_nothing_else_to_do_in_a_demo_that_was_just_loaded(in_demo, day):
    moment = datetime.fromisoformat(day).replace(tzinfo=ZONE)
    with moved_to(moment):
        load(demo.TOWN)
    assert count(Event, Event.at > moment) == 0
    before = rings()
    assert {name: done for name, done in ticker.tick(moment).items() if done} == {"hkplein.rounds.swap_rings": 1}
    found = rings()[len(before) :]
    assert rings()[: len(before)] == before, "those that were there go on as they were"
    assert [(state, links[0][0]) for state, links in found] == [("proposed", "Lotte van Duin")]
    assert {name: done for name, done in ticker.tick(moment).items() if done} == {}


def rings() -> list[Any]:
    """Every ring: how it stands, who is in it, and whether they said yes."""
    db.session.expire_all()
    found = db.session.scalars(select(Ring).options(*Ring.whole()).order_by(Ring.id))
    return [(r.state, [(link.person.name, link.agreed_at is not None) for link in r.links]) for r in found]


def test_the_demo_has_a_ring_of_every_kind_for_somebody_as_whom_one_looks_around(loaded):
    assert rings() == [
        ("proposed", [("Noor de Graaf", False), (ANY, False), (ANY, False)]),
        ("proposed", [("Bas Kuiper", True), ("Marek Nowicki", False), ("Jelle Postma", True)]),
        ("dissolved", [("Lotte van Duin", True), (ANY, False), (ANY, True)]),
        ("done", [("Wim Aalders", True), ("Femke Terpstra", True), (ANY, True)]),
    ]
    for name, asked, promised in (("noor", 1, 0), ("bas", 0, 1), ("marek", 1, 0), ("lotte", 0, 0), ("femke", 0, 0)):
        person = db.session.scalars(select(Person).where(Person.email.startswith(f"{name}."))).one()
        assert (len(person.asked_ring_ids), len(person.promised_ids)) == (asked, promised), name
        assert [one.kind for one in desk.waiting(person)].count("ring") == asked, name
    noor = db.session.scalars(select(RingLink).join(Person).where(Person.email.startswith("noor."))).one()
    assert (noor.others, noor.more) == (1, 1)
    days = [
        working_days_between(today(), local(end).date())
        for end in db.session.scalars(select(Ring.deadline).where(Ring.state == "proposed"))
    ]
    assert set(days) <= {1, 2}
    assert count(RefusedLeg) == 0, "who said no is nowhere"


def test_what_a_ring_carried_out_is_with_who_took_it_and_everybody_heard(loaded):
    links = db.session.scalars(select(Ring).where(Ring.state == "done").options(*Ring.whole())).one().links
    for taker, giver in pairwise(links):
        task = giver.gives
        assert (task.holder_id, task.offered, task.state) == (taker.person_id, None, "taken")
        verbs = select(Event.verb, Event.by_id).where(Event.task_id == task.id).order_by(Event.id)
        assert [tuple(row) for row in db.session.execute(verbs)][1:] == [
            (verb, giver.person_id) for verb in ("claim", "offer", "ring")
        ]
    assert all(is_working_day(local(link.agreed_at).date()) for link in links)
    told = select(Notification.person_id).join(Event).where(Event.verb == "carry-out", Event.noun == "ring")
    assert set(db.session.scalars(told)) == {link.person_id for link in links}


def test_every_wish_was_made_before_its_ring_was_proposed_and_its_task_offered_before_that(loaded):
    for link in db.session.scalars(select(RingLink).options(joinedload(RingLink.wish))):
        assert link.wish.at < db.session.get_one(Ring, link.ring_id).at
    offers = dict(
        db.session.execute(
            select(Event.task_id, func.max(Event.at)).where(Event.verb == "offer").group_by("task_id")
        ).all()
    )
    given = db.session.scalars(select(Wish).where(Wish.task_id.is_not(None), Wish.state != "over")).all()
    assert len(given) > 10 and all(offers[wish.task_id] < wish.at for wish in given)
    old = Wish.state == "standing", Wish.at < now() - timedelta(days=8)
    kept = db.session.scalars(select(Wish.kept_at).where(*old)).all()
    assert kept and min(kept) > now() - timedelta(days=2), "whoever was asked has said that it stands"


def test_what_everyone_may_read_can_be_found_and_nothing_else(in_demo):
    load(demo.TOWN)
    found = {tuple(row) for row in db.session.execute(select(SearchEntry.noun, SearchEntry.ref))}
    assert found >= {("task", id_) for id_ in db.session.scalars(select(Task.id))}, "a draft too, once it is posted"
    assert found >= {("issue", id_) for id_ in db.session.scalars(select(Issue.id))}
    assert found >= {("lesson", id_) for id_ in db.session.scalars(select(Lesson.id).where(Lesson.state == "shared"))}
    assert not [1 for noun, _ in found if noun == "pitstop"], "nobody looks for those in words"


def test_the_demo_breaks_nothing_that_is_always_true(loaded):
    assert list(findings()) == []


def test_nothing_of_what_is_asked_in_confidence_stands_in_the_history(loaded):
    secret = db.session.scalars(select(Pitstop).where(Pitstop.readers == "line")).all()
    assert len(secret) >= 2
    notes = " ".join(db.session.scalars(select(Event.note)))
    assert not [pitstop for pitstop in secret if pitstop.question in notes]


def test_there_are_names_enough():
    made = names(Random("x"))
    first = [next(made) for _ in range(5000)]
    assert len(set(first)) > 4900
    assert len([next(made) for _ in range(5000)]) == 5000


# Another municipality.


def test_another_municipality_loads_as_well(context, tmp_path):
    counts = load(file(tmp_path))
    assert counts == {"people": 3, "pits": 2, "issues": 1, "tasks": 1, "pitstops": 1}
    cor = db.session.scalars(select(Person).filter_by(email="cor@duinmeer.example")).one()
    task = db.session.scalars(select(Task)).one()
    assert (task.state, task.holder_id, cor.steward) == ("taken", cor.id, True)
    issue = db.session.scalars(select(Issue)).one()
    assert (issue.state, issue.trekker_id, issue.deputy_id) == ("running", task.author_id, issue.deputy_id)
    town = db.session.scalars(select(Municipality)).one()
    assert (town.name, town.invented, town.confidants[0]["name"]) == ("Duinmeer", False, "Lia Luister")


def test_a_ring_that_is_loaded_waits_for_its_last_answer_as_any_other(context, tmp_path):
    load(file(tmp_path, text=WHOLE_TOWN))
    ring = db.session.scalars(select(Ring).options(*Ring.whole())).one()
    cor, bep = (link.person for link in ring.links)
    assert (ring.state, ring.size, ring.agreed, cor.name) == ("proposed", 2, 1, "Cor Cats")
    assert ticker.tick()["hkplein.rounds.swap_rings"] == 0
    wish = db.session.scalars(select(Wish).where(Wish.person_id == cor.id)).one()
    assert wish.kind == "filter" and [task.title for task in db.session.scalars(wish.candidates())] == ["Verslag typen"]
    ring.agree(cor)
    db.session.commit()
    held = dict(
        db.session.execute(
            select(Task.title, Task.holder_id).where(Task.title.in_(("Hek schilderen", "Verslag typen")))
        ).all()
    )
    assert held == {"Hek schilderen": bep.id, "Verslag typen": cor.id}


def test_nothing_is_made_up_about_people_who_exist(context, tmp_path):
    load(file(tmp_path, text=WHOLE_TOWN))
    assert count(Person) == 6
    sam, dirk = (db.session.scalars(select(Person).filter_by(name=name)).one() for name in ("Sam Smit", "Dirk Dijk"))
    counting = select(Task.holder_id).where(Task.title == "Fietsen tellen")
    assert set(db.session.scalars(counting)) == {sam.id, dirk.id}
    assert count(Bid, Bid.task_id.is_not(None)) == 1 and count(LessonHelped) == 1


def test_a_second_load_is_refused_in_words_and_changes_nothing(context, tmp_path):
    load(file(tmp_path))
    with pytest.raises(Loaded, match="already holds Duinmeer"):
        load(file(tmp_path))
    db.session.rollback()
    assert count(Person) == 3


def test_an_address_that_has_an_account_here_is_a_problem_of_the_file(context, tmp_path):
    db.session.add(Person(name="Ans", email="ans@duinmeer.example"))
    db.session.commit()
    path = file(tmp_path)
    with pytest.raises(Faulty, match="has an account here already"):
        load(path)
    assert count(Person) == 1 and count(Pit) == 0


def test_every_key_and_every_word_of_the_format_is_described():
    described = set(re.findall(r"[`*]+([a-z_]+)[`*]+", (demo.HERE / "README.md").read_text()))
    keys = set(re.findall(r"(\w+)=(?:need|may|section)\(", inspect.getsource(dutch_form)))
    words = {word for name, table in vars(dutch).items() if name.isupper() for word in table}
    assert len(keys) > 80 and len(words) > 60
    assert keys | words <= described


# What may be wrong with a file. One change each, and what is said of it.

BROKEN = {
    "an unknown key": ("  naam: Pit Loket", "  nam: Pit Loket", "unknown key `nam`; did you mean “naam”?"),
    "a key that is missing": ("  naam: Pit Loket\n", "", "`naam` is missing"),
    "a word where a number belongs": ("  uren: 3", "  uren: drie", "expected a whole number, found text"),
    "a number where text belongs": ("Fietsen tellen", "2026", "expected text, found a whole number"),
    "a number out of bounds": ("  uren: 3", "  uren: 0", "expected a number from 1 to 16, found 0"),
    "a task of more than two days": ("  uren: 3", "  uren: 24", "expected a number from 1 to 16, found 24"),
    "a status that does not exist": ("status: bezig", "status: bezg", "“bezg” is none of: concept, open"),
    "a reference to nothing": ("  vraagstuk: v1", "  vraagstuk: v9", "“v9” is not defined in `vraagstukken`"),
    "a person who is not there": ("houder: cor", "houder: kor", "not defined in `profielen`; did you mean “cor”?"),
    "an id that is used twice": ("- id: strand", "- id: loket", "“loket” was already defined in `pits`, on line"),
    "a key that stands there twice": ("  uren: 3", "  uren: 3\n  uren: 4", "`uren` stands here twice, first on line"),
    "a list where a block belongs": ("- id: hulp\n", "- [x]\n- id: hulp\n", "expected a block with keys, found a list"),
    "text where a list belongs": ("helpers: [cor]", "helpers: cor", "expected a list, found text"),
    "an address that is none": ("ans@duinmeer.example", "ans", "“ans” is not an e-mail address"),
    "an address that is used twice": ("bep@duinmeer", "ans@duinmeer", "“ans@duinmeer.example” was already defined"),
    "text that is too long": ("Fietsen tellen", "x" * 201, "at most 200 characters, found 201"),
    "a trekker who is the deputy too": ("vervanger: bep", "vervanger: ans", "are the same person"),
    "a holder who is the author too": ("houder: cor", "houder: ans", "`indiener` and `houder` are the same person"),
    "a task that is held by nobody": ("  houder: cor\n", "", "`houder` is missing: in a municipality that exists"),
    "an issue that runs without a deputy": ("  vervanger: bep\n", "", "`vervanger` is missing"),
    "a colleague without an address": (", email: bep@duinmeer.example", "", "`email` is missing"),
    "a steward of the board": ("pit: strand, beheerder", "rol: bestuur, beheerder", "is for colleagues only"),
    "somebody of no partner": ("pit: strand, beheerder: true", "rol: partner", "`partner` is missing"),
    "a word that is no number": ("  uren: 3", "  uren: !!int drie", "expected a whole number, found “drie”"),
    "nothing that is no number": ("  uren: 3", '  uren: !!int ""', "expected a whole number, found “”"),
    "more digits than anybody reads": ("  uren: 3", f"  uren: {'9' * 5000}", "expected a whole number, found “9999"),
    "a word that is no yes or no": ("beheerder: true", "beheerder: !!bool x", "expected yes or no, found “x”"),
    "text that no screen shows": ("Fietsen tellen", '"Fiets\\0en"', "a character that is no text: '\\x00'"),
    "more people than fit": ("  kern:", "  leden: 300000000\n  kern:", "expected a number from 0 to 500"),
    "a key that is a list": ("  uren: 3", "  ? [uren]\n  : 3", "expected a key, found a list"),
}
# Another of these, in the town that has everything.
CONTRADICTIONS = {
    "an issue of no pit": ("pits: [strand, loket]", "pits: []", "expected a list of at least 1, found 0"),
    "a name that stands there twice": ("[ans, cor, dirk]", "[ans, ans]", "“ans” stands here 2 times"),
    "a skill that somebody has twice": (
        "    niveau: leer_ik_anderen\n",
        "    niveau: leer_ik_anderen\n  - {vaardigheid: tellen, niveau: kan_ik}\n",
        "“tellen” stands in `wat_kan_ik` twice",
    ),
    "merged with nothing": ("  samengevoegd_met: schrijven\n", "", "`samengevoegd_met` is missing"),
    "merged with itself": ("samengevoegd_met: schrijven", "samengevoegd_met: pennen", "it is for skills in use only"),
    "merged, and in use": ("  status: samengevoegd\n", "", "`samengevoegd_met` goes with: samengevoegd"),
    "a swap with oneself": ("wie: bep, indiener: ans", "wie: cor, indiener: ans", "“cor” cannot swap alone"),
    "a swap of what one posted": ("wie: bep, indiener: ans", "wie: bep, indiener: bep", "are the same person"),
    "the board does a task": ("houder: sam", "houder: els", "“els” cannot be this: it is for colleagues and partners"),
    "the board sits in a team": (
        "bezet\n    wie: cor",
        "bezet\n    wie: els",
        "it is for colleagues and partners only",
    ),
    "the board raises a hand": ("    - wie: sam", "    - wie: els", "it is for colleagues and partners only"),
    "the board posts a task": ("indiener: dirk\n  houder: cor", "indiener: els\n  houder: cor", "for colleagues only"),
    "a partner helps": ("helpers: [cor, dirk]", "helpers: [cor, dirk, sam]", "it is for colleagues only"),
    "a partner in another's issue": ("  partners: [school]\n", "", "“sam” is of a partner, and takes part in its own"),
    "a helper of the pit that asks": ("helper: dirk", "helper: bep", "“bep” is of the pit that asks"),
    "a helper of another line": (
        "helpers: [cor, dirk]",
        "helpers: [cor]",
        "“dirk” is not one of the `helpers` of “hulp”",
    ),
    "a lead that is asked of the trekker": ("als_trekker: dirk", "als_trekker: ans", "are the same person"),
    "a hand for one's own task": ("  - wie: cor\n", "  - wie: bep\n", "“bep” has a hand up for what is theirs"),
    "a trekker's hand for a seat": ("    - wie: sam", "    - wie: ans", "“ans” has a hand up for what is theirs"),
    "a trekker in a seat": ("bezet\n    wie: cor", "bezet\n    wie: ans", "“ans” moves this issue"),
    "one who sits there and asks for it": (
        "bezet\n    wie: cor\n",
        "bezet\n    wie: cor\n    handen: [{wie: cor}]\n",
        "“cor” has two hands up for the same thing",
    ),
    "hands of which none is up": (
        "  - wie: cor\n",
        "  - wie: cor\n    status: ingetrokken\n",
        "none of these hands is",
    ),
    "hands where the first has it": ("keuze: handen", "keuze: eerste", "of which the `keuze` is `handen`"),
    "a mandate that is swapped": (
        "status: te_ruil\n  ruilwens",
        "bevoegdheid: true\n  status: te_ruil\n  ruilwens",
        "cannot be swapped",
    ),
    "somebody who does a task that is open": (
        "status: te_ruil\n  ruilwens",
        "status: open\n  ruilwens",
        "`houder` goes with: afgerond",
    ),
    "more people than places": ("medehouders: [dirk]", "medehouders: [dirk, cor]", "3 people on 2 `plekken`"),
    "a word of tomorrow": ("  - dagen: -7", "  - dagen: 1", "expected a number from -3650 to 0, found 1"),
    "a lesson that nobody reads": ("Bellen werkt", "nu " * 120 + "Bellen werkt", "at most 120 words, and this has 125"),
    "one who helps themselves": ("bevestigd_door: [cor]", "bevestigd_door: [ans]", "are the same person"),
    "a name of which no id is made": (
        "voornaam: Ans,",
        "voornaam: Жанна,",
        "`id` is missing: none can be made of “Жанна”",
    ),
    "a colleague of a pit that is no more": (
        "- id: strand\n",
        "- id: strand\n  status: gesloten\n",
        "“strand” cannot be this: it is for active pits only",
    ),
    "a name on one line, twice": (
        "- id: school\n  naam: De school\n  soort: onderwijs",
        "- {id: school, naam: A}\n- {id: x, naam: X}\n- {id: school, naam: B}",
        "“school” was already defined in `partners`",
    ),
    "a domain that is none": ("maildomein: duinmeer.example", "maildomein: '@'", "“@” is not a domain"),
    "a finished issue that nobody moved": (
        "  trekker: cor\n",
        "",
        "`trekker` is missing: in a municipality that exists",
    ),
    "a round of which the end is unknown": ("  ronde_tot_dagen: 60\n", "", "`ronde_tot_dagen` is missing"),
    "places that nobody has": ("  medehouders: [dirk]\n", "", "the other `plekken` is named in `medehouders`"),
    "hands of nobody": (
        "  handen:\n  - wie: cor\n    woorden: Ik wil leren schrijven.\n",
        "",
        "`handen` is missing",
    ),
    "a lesson that helped nobody known": (
        "  bevestigd_door: [cor]\n",
        "",
        "whom it helped is named in `bevestigd_door`",
    ),
    "a wish of the board": ("wie: bep\n  klus", "wie: els\n  klus", "it is for colleagues only"),
    "a wish for what is not there": ("wil: [k4]\n  dagen", "wil: [k0]\n  dagen", "“k0” is not defined in `klussen`"),
    "a wish for tasks, and for something else": (
        "  dagen: -12\n",
        "  uren: 5\n",
        "`uren` is for a wish that names no tasks in `wil`",
    ),
    "a wish for more than one can read": (
        "wil: [k4]\n  dagen",
        f"wil: [{', '.join(f'k{n}' for n in range(21))}]\n  dagen",
        "a wish names at most 20 tasks, and this 21",
    ),
    "a star for what is not wished": ("  dagen: -12\n", "  ster: k5\n", "“k5” does not stand in `wil`"),
    "a wish that ends before it begins": ("tot_dagen: 30", "tot_dagen: 0", "`tot_dagen` lies before `van_dagen`"),
    "a wish with another's task": ("klus: k7", "klus: k1", "“k1” is not a task that is `te_ruil` with “bep”"),
    "two wishes for one task": (
        "wie: dirk\n  wil: [k4]\n  status: ingetrokken",
        "wie: cor\n  klus: k4",
        "“k4” has a wish that stands already",
    ),
    "a wish that came true by itself": (
        "wil: [k4]\n  status: ingetrokken",
        "wil: [k4]\n  status: uitgekomen",
        "is in a ring that is `uitgevoerd`",
    ),
    "a ring of one": ("[w1, w2]", "[w1]", "expected a list of at least 2, found 1"),
    "a ring with somebody in it twice": (
        "wie: dirk\n  wil: [k4]\n  status: ingetrokken\nkringen:\n- id: kring1\n  schakels: [w1, w2]",
        "wie: bep\n  wil: [k4]\nkringen:\n- id: kring1\n  schakels: [w3, w1, w2]",
        "“bep” is in this ring twice",
    ),
    "a ring that somebody left": ("[w1, w2]", "[w1, w2, w3]", "“w3” is `ingetrokken`, and this ring is `loopt`"),
    "a chain that begins in the middle": ("[w1, w2]", "[w1, w3, w2]", "“w3” gives no task: only the first of a chain"),
    "a wish in two rings": (
        "  akkoord: [w2]\n",
        "  akkoord: [w2]\n- {id: kring2, schakels: [w2, w1], status: voorgesteld}\n",
        "“w1” is in another ring already",
    ),
    "a wish of today in a ring of yesterday": ("dagen: -12", "dagen: 0", "“w2” is younger than this ring"),
    "a yes of who was not asked": ("akkoord: [w2]", "akkoord: [w3]", "“w3” does not stand in `schakels`"),
    "a ring in which all said yes, and that waits": ("akkoord: [w2]", "akkoord: [w2, w1]", "somebody has to answer"),
    "a ring that is new, and answered": ("status: loopt", "status: voorgesteld", "`akkoord` goes with: loopt"),
    "a ring that nobody wants": (
        "  plaats: Gat\n",
        "  plaats: Zee\n",
        "“w1” would not take the task that the next one",
    ),
    "a ring that would be found again": ("status: loopt", "status: ontbonden", "this ring would be found again"),
    "a swap on a day that nobody knows": (", over_dagen: 9}", "}", "`over_dagen` is missing"),
}


@on_sqlite
@pytest.mark.parametrize("what", [*BROKEN, *CONTRADICTIONS])
def test_a_broken_file_is_named_with_line_and_reason_and_nothing_is_written(context, tmp_path, what):
    old, new, reason = (BROKEN | CONTRADICTIONS)[what]
    found = problems(file(tmp_path, (old, new), text=SMALL_TOWN if what in BROKEN else WHOLE_TOWN))
    assert [problem for problem in found if reason in problem], found
    assert all(problem.split(":")[0].isdigit() for problem in found)


@on_sqlite
def test_the_line_is_the_one_on_which_it_stands(context, tmp_path):
    found = problems(file(tmp_path, ("  uren: 3", "  uren: drie")))
    line = SMALL_TOWN.splitlines().index("  uren: 3") + 1
    assert found == [f"{line}: expected a whole number, found text"]


@on_sqlite
def test_everything_wrong_is_named_in_one_go(context, tmp_path):
    path = file(
        tmp_path,
        ("  uren: 3", "  uren: drie"),
        ("  vraagstuk: v1", "  vraagstuk: v9"),
        ("soort: procesvaardigheid", "soort: talent"),
        ("vervanger: bep", "vervanger: ans"),
        ("  kernen: [Duinmeer]", "  kernen: Duinmeer"),
        (", email: bep@duinmeer.example", ""),
    )
    assert len(problems(path)) == 6


@on_sqlite
def test_everybody_who_is_missing_in_an_invented_town_is_named_in_one_go(context, tmp_path):
    """One colleague cannot do all of it; each thing that nobody can do is named."""
    town = (
        "meta: {gemeente: X, verzonnen: true}\npits: [{id: a, naam: A, bedoeling: Dat.}]\n"
        "profielen: [{voornaam: An, pit: a}]\n"
        "hulplijnen: [{id: h, naam: H, thuis_pit: a}]\n"
        "klussen:\n"
        "- {id: k1, titel: T, pit: a, uren: 2, deadline_dagen: 3, status: bezig}\n"
        "- {id: k2, titel: T, pit: a, uren: 2, deadline_dagen: 3, status: hand_opgestoken}\n"
        "pitstops:\n"
        "- {id: p1, pit: a, hulplijn: h, vraag: Hoe?, status: opgepakt}\n"
        "lessen:\n"
        "- {id: l1, titel: T, tekst: U, pit: a, status: gedeeld, bevestigingen: 4}\n"
    )
    assert problems(file(tmp_path, text=town)) == [
        "6: nobody can be `houder` here: name somebody",
        "7: nobody can raise a hand here: name `handen`",
        "9: hulplijn “h” has no helper from another pit: name a `helper`",
        "11: too few colleagues for so many `bevestigingen`",
    ]


def test_in_an_invented_town_chance_gives_nobody_a_second_place(context, tmp_path):
    """Two colleagues have names and every other place in it; whoever is made up has the rest."""
    text = WHOLE_TOWN.replace("verzonnen: false", "verzonnen: true")
    for key in ("trekker: ans", "houder: sam", "wie: bep, indiener: ans, ", "indiener: bep", "schrijver: ans"):
        text = text.replace(key, "")
    load(file(tmp_path, text=text))
    issue = db.session.scalars(select(Issue).where(Issue.state == "running")).one()
    assert issue.trekker_id not in (issue.deputy_id, issue.offered_lead_id)
    assert count(Bid, Bid.person_id == issue.trekker_id) == 0


@on_sqlite
def test_names_without_end_and_addresses_that_nobody_else_has(in_demo, tmp_path):
    """Two of one name, names that no address can spell, and an account that was there already."""
    text = (
        "meta: {gemeente: Жа, verzonnen: true}\npits: [{id: a, naam: A, bedoeling: Dat.}]\nprofielen:\n"
        "- {id: jan, voornaam: Jan, achternaam: Bos}\n- {id: jan2, voornaam: Jan, achternaam: Bos}\n"
        "- {id: olga, voornaam: Ольга, achternaam: Ж}\n"
        f"- {{id: lang, voornaam: {'ﬃ' * 100}, achternaam: {'x' * 99}}}\n"
    )
    db.session.add(Person(name="Jan", email="jan.bos@gemeente.example"))
    db.session.commit()
    load(file(tmp_path, text=text))
    emails = db.session.scalars(select(Person.email).order_by(Person.id)).all()
    assert emails[:4] == [f"{one}@gemeente.example" for one in ("jan.bos", "jan.bos2", "jan.bos3", "collega")]
    assert len(emails[4]) < 320


@on_sqlite
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "1: this file is empty"),
        ("pits: [", "1: this is not YAML"),
        ("a: b\n  c: d\n", "2: this is not YAML"),
        ("- een\n- twee\n", "1: expected a block with keys, found a list"),
        ("meta: {gemeente: X}\nmeta: {gemeente: Y}\n", "2: `meta` stands here twice, first on line 1"),
    ],
)
def test_what_is_no_municipality_at_all_is_said_plainly(context, tmp_path, text, reason):
    assert [problem for problem in problems(file(tmp_path, text=text)) if problem.startswith(reason)]


SHARES = 32  # of which four are tried each time: all of them take minutes
MANGLED = (
    "",
    "{line}x",
    "{value}",
    *(f"{{key}}: {it}" for it in ("[1]", "-1", "x", "!!int x", '"\\0"', "[]", "ans", "cor")),
)


@pytest.mark.parametrize("verzonnen", ["false", "true"])
def test_a_file_with_any_line_missing_or_mangled_loads_or_says_why(taken_back, tmp_path, verzonnen):
    """Each of the four, two towns on two databases, has a share of what may be wrong."""
    text = WHOLE_TOWN.replace("verzonnen: false", f"verzonnen: {verzonnen}")
    assert what_is_wrong(file(tmp_path, text=text)) == []
    lines = text.splitlines()
    share = 2 * (verzonnen == "true") + (db.engine.name == "sqlite")
    for number, line in enumerate(lines):
        key, _, value = line.partition(": ")
        for nth, mangled in enumerate(MANGLED):
            if (number + nth) % SHARES != share:
                continue
            other = mangled.format(line=line, key=key, value=value)
            path = file(tmp_path, text="\n".join([*lines[:number], other, *lines[number + 1 :]]) + "\n")
            assert all(re.match(rf"{path}:[1-9]\d*: .", problem) for problem in what_is_wrong(path)), other


@on_sqlite
def test_a_file_that_contains_itself_is_said_plainly(context, tmp_path):
    assert problems(file(tmp_path, text="meta: &a {gemeente: *a}\n")) == ["1: expected text, found a block with keys"]
    assert problems(file(tmp_path, text="rondkijken: &a [*a]\n"))


@on_sqlite
def test_a_file_that_is_not_there_is_said_plainly(context, tmp_path):
    assert problems(tmp_path / "nowhere.yaml") == ["1: this file cannot be read: No such file or directory"]


@on_sqlite
def test_a_pit_without_people_can_do_nothing_in_an_invented_municipality(context, tmp_path):
    town = "meta: {gemeente: X, verzonnen: true}\npits:\n- {id: a, naam: A, bedoeling: Dat.}\nlessen:\n"
    lesson = "- {id: l, titel: T, tekst: U, pit: a, status: gedeeld}\n"
    assert problems(file(tmp_path, text=town + lesson)) == [
        "5: pit “a” has too few people for this: give it at least 3 `leden`"
    ]
