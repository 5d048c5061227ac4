"""Help lines: who helps with what, the queue of the helpers, and what a steward manages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from hkplein.clock import today
from hkplein.db import db
from hkplein.models import Event, HelpLine, HelpLineHelper, Notification, Person
from tests.cast import keep, make_pitstop
from tests.table import hold

# Femke and Hugo help on a line of two; Gijs is steward.
TABLE = {
    "away": {"active": {"femke", "hugo"}},
    "edit": {"active": {"gijs"}},
    "add-helper": {"active": {"gijs"}},
    "remove-helper": {"active": {"gijs"}},
    "close": {"active": {"gijs"}},
    "reopen": {"closed": {"gijs"}},
}
EDITED = {"name": "Lean", "purpose": "Werk loopt vast", "promised_days": 3, "readers": "everyone", "staffed_by": ""}


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("state", ["active", "closed"])
def test_helpers_say_when_they_help_and_a_steward_manages_the_rest(cast, visit, state):
    def make(state: str) -> HelpLine:
        line: HelpLine = keep(HelpLine(key=f"lijn-{len(keys)}", name="Lijn", state=state))
        keys.append(line)
        for person in (cast.femke, cast.hugo):
            keep(HelpLineHelper(line_id=line.id, person_id=person.id))
        return line

    keys: list[HelpLine] = []
    data = {
        "edit": EDITED,
        "add-helper": {"person_id": cast.bram.id},
        "remove-helper": {"person_id": cast.hugo.id},
        "away": {"at_most": "2"},
    }
    hold(make, state, TABLE, cast, visit, hidden={"petra"}, data=data)


def test_the_list_names_purpose_promise_and_the_helpers_who_are_there(cast, visit):
    row = db.session.scalars(select(HelpLineHelper).filter_by(person_id=cast.hugo.id)).one()
    row.away_from, row.away_until = today(), today() + timedelta(days=3)
    text = visit(cast.anna).get("/help-lines").text
    assert "Lean-monteur" in text and "Werk loopt vast" in text and "within 2 working days" in text
    assert "Femke" in text and "Hugo" not in text
    assert f"/pitstops/new?line={cast.lean.id}" in text
    assert "(away)" in visit(cast.anna).get(cast.lean.url).text


def test_every_line_page_names_the_confidant(cast, visit):
    assert "Vera Vertrouw" in visit(cast.anna).get(cast.lean.url).text


def test_the_queue_is_for_helpers_sorted_by_front_and_promise_without_names(cast, visit):
    later = make_pitstop(cast, topic="later", readers="line", due=today() + timedelta(days=9))
    sooner = make_pitstop(cast, topic="eerder", readers="line", due=today())
    front = make_pitstop(cast, topic="teruggelegd", readers="line", front=True, due=today() + timedelta(days=20))
    taken = make_pitstop(cast, "picked-up", topic="bezig", readers="line")
    text = visit(cast.femke).get(cast.lean.url).text
    places = [text.index(f'id="pitstop-{pitstop.id}"') for pitstop in (front, sooner, later)]
    assert places == sorted(places) and f'id="pitstop-{taken.id}"' not in text
    assert "Het loopt vast" not in text and "Anna" not in text
    assert f"{sooner.url}/pick-up" in text
    for person in (cast.anna, cast.gijs, cast.wim):
        assert f'id="pitstop-{sooner.id}"' not in visit(person).get(cast.lean.url).text


def test_a_helper_says_when_to_be_left_alone(cast, visit):
    day = today() + timedelta(days=3)
    data = {"away_from": f"{day}", "away_until": f"{day + timedelta(days=4)}", "at_most": "2"}
    assert visit(cast.femke).post(f"{cast.lean.url}/away", data=data).status_code == 303
    row = db.session.scalars(select(HelpLineHelper).filter_by(person_id=cast.femke.id)).one()
    assert (row.away_from, row.away_until, row.at_most, row.is_away) == (day, day + timedelta(days=4), 2, False)
    wrong = {"away_from": f"{day}", "away_until": f"{today()}", "at_most": "-1"}
    answer = visit(cast.femke).post(f"{cast.lean.url}/away", data=wrong)
    assert answer.status_code == 422 and "from 1 to 50" in answer.text
    answer = visit(cast.femke).post(f"{cast.lean.url}/away", data={**wrong, "at_most": ""})
    assert answer.status_code == 422 and "before the first day" in answer.text
    assert db.session.scalars(select(Event)).all() == [], "when somebody is away is nobody's news"


def test_a_new_helper_is_told_and_the_same_one_twice_is_not_possible(cast, visit):
    url = f"{cast.recht.url}/add-helper"
    assert visit(cast.gijs).post(url, data={"person_id": cast.bram.id}).status_code == 303
    assert db.session.scalars(select(Notification.person_id)).all() == [cast.bram.id]
    assert cast.bram.line_ids == {cast.recht.id}
    answer = visit(cast.gijs).post(url, data={"person_id": cast.bram.id})
    assert answer.status_code == 422 and "helps on this line already" in answer.text
    for person in (cast.wim, cast.petra):
        assert visit(cast.gijs).post(url, data={"person_id": person.id}).status_code == 422


def test_what_a_helper_who_leaves_was_helping_with_goes_back_to_the_front(cast, visit):
    pitstop = make_pitstop(cast, "answered", readers="line")
    other = make_pitstop(cast, "answered", helper_id=cast.hugo.id, hand_to_id=cast.femke.id)
    answer = visit(cast.gijs).post(f"{cast.lean.url}/remove-helper", data={"person_id": cast.femke.id})
    assert answer.status_code == 303
    assert (pitstop.state, pitstop.helper_id, pitstop.front) == ("asked", None, True)
    assert cast.femke.line_ids == frozenset() and other.hand_to_id is None
    assert visit(cast.femke).get(pitstop.url).status_code == 404
    answer = visit(cast.gijs).post(f"{cast.lean.url}/remove-helper", data={"person_id": cast.anna.id})
    assert answer.status_code == 422


def test_a_line_where_somebody_waits_does_not_close(cast, visit):
    pitstop = make_pitstop(cast)
    answer = visit(cast.gijs).post(f"{cast.lean.url}/close")
    assert answer.status_code == 409 and "still pitstops on this line" in answer.text
    pitstop.withdraw(cast.anna)
    assert visit(cast.gijs).post(f"{cast.lean.url}/close").status_code == 303
    assert cast.lean.state == "closed"
    assert f'value="{cast.lean.id}"' not in visit(cast.anna).get("/pitstops/new").text


def test_a_steward_starts_a_line_and_nobody_else(cast, visit):
    data = {
        "name": "Taal & tekst",
        "purpose": "Een brief die iedereen snapt",
        "promised_days": "2",
        "readers": "everyone",
    }
    for _twice in range(2):
        assert visit(cast.gijs).post("/help-lines/new", data=data).status_code == 303
    lines = db.session.scalars(select(HelpLine).where(HelpLine.name == "Taal & tekst").order_by(HelpLine.id)).all()
    assert [line.key for line in lines] == ["taal-tekst", "taal-tekst-2"]
    for person in (cast.anna, cast.wim):
        assert visit(person).post("/help-lines/new", data=data).status_code == 409
    answer = visit(cast.gijs).post("/help-lines/new", data={**data, "promised_days": "0", "name": ""})
    assert answer.status_code == 422 and "from 1 to 20" in answer.text and "Een brief die iedereen snapt" in answer.text


def test_a_changed_promise_is_for_what_is_asked_from_now_on(cast, visit):
    pitstop = make_pitstop(cast)
    due = pitstop.due
    assert visit(cast.gijs).post(f"{cast.lean.url}/edit", data=EDITED).status_code == 303
    assert (cast.lean.name, cast.lean.promised_days, pitstop.due) == ("Lean", 3, due)


def test_a_full_helper_is_told_so_once_above_the_queue(cast, visit):
    for topic in ("een", "twee"):
        make_pitstop(cast, topic=topic)
    make_pitstop(cast, "answered")
    sentence = "You help with as many at a time as you wanted."
    assert sentence not in visit(cast.femke).get(cast.lean.url).text
    db.session.scalars(select(HelpLineHelper).filter_by(person_id=cast.femke.id)).one().at_most = 1
    text = visit(cast.femke).get(cast.lean.url).text
    assert text.count(sentence) == 1 and "/pick-up" not in text
    assert sentence not in visit(cast.hugo).get(cast.lean.url).text


def test_a_partner_sees_no_help_lines(cast, visit):
    browser = visit(cast.petra)
    assert browser.get("/help-lines").status_code == 404
    assert browser.get(cast.lean.url).status_code == 404


def test_the_number_of_queries_does_not_grow_with_helpers_and_queue(cast, visit, statements):
    def asked(url: str) -> int:
        with statements() as said:
            browser.get(url)
        return len(said)

    def add(count: int) -> None:
        for n in range(count):
            people.append(n)
            person = keep(
                Person(name=f"Helper {len(people)}", email=f"h{len(people)}@voorbeeld.nl", pit_id=cast.mens.id)
            )
            keep(HelpLineHelper(line_id=cast.lean.id, person_id=person.id))
            make_pitstop(cast, readers="line", topic=str(n))

    people: list[int] = []
    browser = visit(cast.femke)
    add(3)
    few = [asked(url) for url in ("/help-lines", cast.lean.url)]
    add(30)
    assert [asked(url) for url in ("/help-lines", cast.lean.url)] == few
    assert max(few) <= 9
