"""Full-text search: stemmed Dutch, the same on both databases, the newest first."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from hkplein.db import db
from hkplein.models import SearchEntry, Task
from hkplein.search import LONGEST, alternatives, tokens, words
from tests.cast import make_task

DOCS = {
    1: ("Fietsen repareren", "In het fietsenhok van de gemeente"),
    2: ("Hulp bij het tuinieren", "De tuin van het buurthuis; ook één fiets staat er"),
    3: ("Notulist gezocht", "Voor vergaderingen van de wijkraad, coördinatie en beleid inbegrepen"),
    4: ("Website vertalen", 'Engels en Frans. 100% op afstand, met "aanhalingen" & haken ()'),
    5: ("Brieven herschrijven", "Wie een brief kreeg over een huis, belt ons; gebeld wordt er nooit"),
    6: ("Bellen over huizen", "Twee avonden"),
}
ASKED = [
    ("fiets", [1, 2]),
    ("fietsen", [1, 2]),
    ("vergadering", [3]),
    ("coordinatie", [3]),
    ("EEN fiets", [2]),
    ("tui", [2]),
    ("vertaling", [4]),
    ("gemeente fiets", [1]),
    ("", []),
    ('" OR 1=1 --', []),
    ("aanhalingen haken", [4]),
    ("NOT fiets:*", []),
    ("fiets' | 'x", []),
    ("fiets & !tuin", [2]),
    ("\\", []),
    ("%", []),
    ("_", []),
    ("fiets\0", [1, 2]),
    ("🚲", []),
    ("a" * 5000, []),
    ("100", [4]),
    ("brief", [5]),
    ("brieven", [5]),
    ("huis", [5, 6]),
    ("huizen", [5, 6]),
    ("gebeld", [5, 6]),
    ("bellen", [5, 6]),
    ("beleid", [3]),
]


@pytest.fixture
def docs(cast):
    """Four tasks that can be found, by number."""
    made = {}
    for number, (title, body) in DOCS.items():
        task = make_task(cast, title=title)
        SearchEntry.put(task, title, body)
        made[number] = task
    db.session.commit()
    return made


def found(docs, query, **how):
    numbers = {task.id: number for number, task in docs.items()}
    rows = select(Task.id).where(SearchEntry.matches(Task, query, **how)).order_by(Task.id)
    return [numbers[id_] for id_ in db.session.scalars(rows)]


def test_what_is_found(docs):
    for query, wanted in ASKED:
        assert found(docs, query) == wanted, query


def test_any_of_the_words_when_that_is_asked(docs):
    assert found(docs, "fietsen vergadering", every=False) == [1, 2, 3]
    assert found(docs, "niets nergens", every=False) == []


def test_changes_are_followed(docs):
    SearchEntry.put(docs[1], "Auto wassen")
    db.session.commit()
    assert found(docs, "fiets") == [2] and found(docs, "auto") == [1]
    SearchEntry.drop(docs[2])
    assert found(docs, "fiets") == []
    db.session.execute(delete(SearchEntry))
    db.session.commit()
    assert found(docs, "auto") == []


def test_another_noun_with_the_same_id_is_another_thing(docs):
    db.session.add(SearchEntry(noun="lesson", ref=docs[3].id, title="fiets", body=""))
    db.session.flush()
    assert found(docs, "fiets") == [1, 2]


def test_only_the_newest_hits_are_looked_at_and_the_title_weighs_more(docs, monkeypatch):
    monkeypatch.setattr("hkplein.models.search_entry.NEWEST", 1)
    assert found(docs, "fiets") == [2]
    monkeypatch.undo()
    hits = db.session.execute(SearchEntry.newest(Task, "fiets tuin", every=False)).all()
    assert [tuple(hit) for hit in hits] == [(docs[2].id, 1), (docs[1].id, 1)]
    hits = db.session.execute(SearchEntry.newest(Task, "fietsen repareren")).all()
    assert [tuple(hit) for hit in hits] == [(docs[1].id, 2)]


def test_words_are_folded_stemmed_and_not_endless():
    assert words("Eén CAFÉ, één_straat!") == ["een", "cafe", "een", "straat"]
    assert tokens("fietsen fietsen") == "fietsen fiets"
    assert tokens("huizen") == "huizen huiz huis"
    assert alternatives("fietsen " * 20) == [(["fietsen", "fiets"], "fiets")] * 8
    assert words("x" * 100) == ["x" * LONGEST]
