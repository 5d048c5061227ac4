"""People: three parts of a profile that each is shown to whom its owner chose, and never a ranking."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from hkplein.clock import today
from hkplein.db import db
from hkplein.models import Event, Person, PersonSkill
from hkplein.passwords import hashed
from tests.cast import PEOPLE, keep, make_issue, make_seat, make_task
from tests.table import everybody, hold

PASSWORD = "een zin die niemand raadt"
OWN = ("edit", "away", "suggest")
PARTS = {"about": "CANARY-about", "wants": "CANARY-wants", "skills": "CANARY-skill"}


def profile(cast, **values):
    """Anna's profile with something to be found in each part."""
    cast.schrijven.name_en = cast.schrijven.name_nl = PARTS["skills"]
    anna = cast.anna
    anna.about, anna.wants, anna.room = PARTS["about"], PARTS["wants"], 4
    for name, value in values.items():
        setattr(anna, name, value)
    keep(PersonSkill(person_id=anna.id, skill_id=cast.schrijven.id, level="teaches"))
    return anna


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("owner", ["anna", "noor", "wim", "gijs"])
def test_only_somebody_themself_changes_a_profile_and_only_the_steward_an_account(owner, cast, visit):
    """The table: the board changes not even its own profile; a steward closes no own account."""

    def make(state):
        person = getattr(cast, owner)
        db.session.refresh(person)
        person.active, person.password_until, person.away_from = True, None, today()
        db.session.commit()
        return person

    own = {owner} - {"wim"}
    steward = {"gijs"} - {owner}
    allowed = {
        **{verb: {"": own} for verb in (*OWN, "back")},
        "account": {"": {"gijs"}},
        "deactivate": {"": steward},
    }
    role = "steward" if owner == "gijs" else getattr(cast, owner).role
    account = {"name": owner, "email": f"{owner}@voorbeeld.nl", "role": role, "pit_id": "0", "partner_id": "0"}
    account["current"] = PASSWORD
    cast.gijs.password_hash = hashed(PASSWORD)
    edit = {f"{part}_shown_to": "everyone" for part in PARTS}
    data = {"edit": edit, "away": {"away_from": today().isoformat()}, "account": account}
    hidden = {"wim", "petra"} - {owner}
    hold(make, "", allowed, cast, visit, hidden=hidden, data=data, but={"welcome", "reset-password", "erase", "keep"})


def test_the_board_and_partners_see_no_colleagues(cast, visit):
    for name in ("wim", "petra"):
        browser = visit(getattr(cast, name))
        assert browser.get("/people").status_code == 404
        assert browser.get(cast.anna.url).status_code == 404
        assert browser.get(getattr(cast, name).url).status_code == 200


def test_names_are_links_only_for_those_who_may_read_profiles(cast, visit):
    task = make_task(cast, "taken")
    link = f'href="{cast.anna.url}"'
    assert link in visit(cast.bram).get(task.url).text
    page = visit(cast.wim).get(task.url).text
    assert cast.anna.name in page and link not in page and "/people" not in page.replace(cast.wim.url, "")


@pytest.mark.parametrize(
    ("shown_to", "readers"),
    [
        ("everyone", everybody("wim", "petra")),
        ("pit", {"anna", "bram", "sara"}),
        ("me", {"anna"}),
    ],
)
@pytest.mark.parametrize("part", sorted(PARTS))
def test_each_part_is_read_by_whom_it_is_shown_to_and_nobody_else(part, shown_to, readers, cast, visit):
    """A canary, looked for in every page that could show it, as everybody."""
    anna = profile(cast, **{f"{part}_shown_to": shown_to})
    for name in PEOPLE:
        person, browser = getattr(cast, name), visit(getattr(cast, name))
        page = browser.get(anna.url).text
        assert (PARTS[part] in page) == (name in readers), f"{name} reads {part} shown to {shown_to}"
        assert anna.shows(part, person) == (name in readers)
        if part == "skills":
            listed = browser.get(f"/people?skill={cast.schrijven.id}").text
            assert (anna.url + '"' in listed.split("<main")[1]) == (name in readers)


def test_the_question_who_is_shown_what_is_the_same_in_sql(cast):
    for part in PARTS:
        for index, person in enumerate(cast.people):
            setattr(person, f"{part}_shown_to", ("everyone", "pit", "me")[index % 3])
    cast.bram.active = False
    db.session.commit()
    for part in PARTS:
        for person in cast.people:
            in_sql = set(db.session.scalars(select(Person.id).where(Person.shows(part, person))))
            assert in_sql == {other.id for other in cast.people if other.shows(part, person)}


def test_two_people_between_pits_are_not_of_one_pit(cast, visit):
    cast.noor.about, cast.noor.about_shown_to = PARTS["about"], "pit"
    cast.hugo.pit_id = None
    assert PARTS["about"] not in visit(cast.hugo).get(cast.noor.url).text


def test_room_belongs_to_what_somebody_wants(cast, visit):
    anna = profile(cast, wants_shown_to="me")
    assert "4 hours a week" in visit(anna).get(anna.url).text
    assert "4 hours a week" not in visit(cast.chris).get(anna.url).text


def test_what_was_promised_is_for_nobody_else(cast, visit):
    task = make_task(cast, "taken", title="CANARY-task")
    make_seat(cast, make_issue(cast), "filled", title="CANARY-seat", holder_id=cast.chris.id)
    own = visit(cast.chris).get(cast.chris.url).text
    assert "CANARY-task" in own and "CANARY-seat" in own and task.url in own
    other = visit(cast.anna).get(cast.chris.url).text
    assert "CANARY" not in other


def test_the_two_kinds_of_skills_and_the_three_levels_stand_apart(cast, visit):
    db.session.add_all(
        [
            PersonSkill(person_id=cast.anna.id, skill_id=cast.schrijven.id, level="learns"),
            PersonSkill(person_id=cast.anna.id, skill_id=cast.tellen.id, level="teaches"),
        ]
    )
    page = visit(cast.bram).get(cast.anna.url).text
    order = ["Professional knowledge", "I teach others", "Counting", "Process skills", "I want to learn", "Writing"]
    places = [page.index(words) for words in order]
    assert places == sorted(places)


def test_colleagues_stand_by_name_and_nothing_else(cast, visit):
    keep(PersonSkill(person_id=cast.sara.id, skill_id=cast.schrijven.id, level="teaches"))
    keep(PersonSkill(person_id=cast.bram.id, skill_id=cast.schrijven.id, level="learns"))
    browser = visit(cast.anna)
    names = [n for n in PEOPLE if n not in ("wim", "petra")]
    page = browser.get("/people").text
    places = [page.index(f">{name.title()}</a>") for name in sorted(names)]
    assert places == sorted(places) and "Wim" not in page
    assert "noor@voorbeeld.nl" not in page
    found = browser.get(f"/people?skill={cast.schrijven.id}").text
    assert found.index(">Bram</a>") < found.index(">Sara</a>") and ">Chris</a>" not in found
    found = browser.get(f"/people?skill={cast.schrijven.id}&level=learns").text
    assert ">Bram</a>" in found and ">Sara</a>" not in found


def test_searching_by_name_and_pit(cast, visit):
    browser = visit(cast.anna)
    found = browser.get("/people?q=ra").text
    assert ">Bram</a>" in found and ">Sara</a>" in found and ">Chris</a>" not in found
    found = browser.get(f"/people?pit={cast.groen.id}").text
    assert ">Chris</a>" in found and ">Bram</a>" not in found
    assert "Nobody found" in browser.get("/people?q=%25").text
    keep(Person(name="Ayşe Aydın-van Duin", email="ayse@voorbeeld.nl"))
    for query in ("AYSE", "ayşe", "aydin", "duin ays"):
        assert ">Ayşe Aydın-van Duin</a>" in browser.get("/people", query_string={"q": query}).text, query
    for broken in ("pit=x", "skill=99999999999999999999", "level=best", "after=x", "q=%00", "after=99999999999"):
        assert browser.get(f"/people?{broken}").status_code == 200


def test_the_list_goes_on_by_key_and_misses_nobody(cast, visit):
    db.session.add_all(Person(name="Zoë", email=f"z{n}@voorbeeld.nl") for n in range(50))
    db.session.commit()
    browser, url, seen = visit(cast.anna), "/people", []
    while url:
        page = browser.get(url).text
        seen += [part.split('"')[0] for part in page.split('<li class="card" id="person-')[1:]]
        url = page.split('rel="next" href="')[1].split('"')[0] if 'rel="next"' in page else None
    assert len(seen) == len(set(seen)) == 60


def test_a_page_asks_as_many_questions_for_many_people(cast, visit, statements):
    browser, counts = visit(cast.anna), []
    for round_ in range(2):
        with statements() as said:
            browser.get("/people")
        counts.append(len(said))
        db.session.add_all(Person(name=f"M{n}", email=f"m{round_}-{n}@voorbeeld.nl") for n in range(200))
        db.session.commit()
    assert counts[0] == counts[1] <= 5


def test_somebody_edits_the_own_profile(cast, visit):
    browser = visit(cast.anna)
    data = {
        "about": "Ik fiets.",
        "about_shown_to": "pit",
        "wants": "Minder vergaderen.",
        "near": "Haven, thuis",
        "wants_shown_to": "me",
        "room": "4",
        "skills": ["", f"{cast.schrijven.id}:teaches", f"{cast.tellen.id}:learns"],
        "skills_shown_to": "everyone",
        "outdoors": "y",
    }
    answer = browser.post(f"{cast.anna.url}/edit", data=data)
    assert (answer.status_code, answer.location) == (303, cast.anna.url)
    anna = db.session.get(Person, cast.anna.id)
    assert (anna.about, anna.about_shown_to, anna.room, anna.near) == ("Ik fiets.", "pit", 4, "Haven, thuis")
    levels = {row.skill_id: row.level for row in anna.skills}
    assert levels == {cast.schrijven.id: "teaches", cast.tellen.id: "learns"}
    form = browser.get(f"{anna.url}/edit").text
    assert f'value="{cast.tellen.id}:learns" selected' in form
    browser.post(f"{anna.url}/edit", data={**data, "skills": [f"{cast.tellen.id}:can"]})
    assert db.session.execute(select(PersonSkill.skill_id, PersonSkill.level)).all() == [(cast.tellen.id, "can")]
    assert db.session.scalars(select(Event)).all() == [], "what somebody does with the own profile is nobody's news"


@pytest.mark.parametrize(
    "wrong",
    [{"room": "veel"}, {"room": "50"}, {"about_shown_to": "boss"}, {"skills": ["1:best"]}, {"skills": ["99999:can"]}],
)
def test_a_profile_that_cannot_be_is_shown_again_as_it_was_typed(wrong, cast, visit):
    shown = {f"{part}_shown_to": "everyone" for part in PARTS}
    answer = visit(cast.anna).post(f"{cast.anna.url}/edit", data={**shown, "about": "Bewaar mij.", **wrong})
    assert answer.status_code == 422 and "Bewaar mij." in answer.text
    assert db.session.get(Person, cast.anna.id).about == ""


def test_nobody_opens_the_form_of_somebody_else(cast, visit):
    assert visit(cast.bram).get(f"{cast.anna.url}/edit").status_code == 404


def test_away_and_back(cast, visit):
    browser, until = visit(cast.anna), today() + timedelta(days=7)
    data = {"away_from": today().isoformat(), "away_until": until.isoformat()}
    assert browser.post(f"{cast.anna.url}/away", data=data).status_code == 303
    anna = db.session.get(Person, cast.anna.id)
    assert anna.is_away and anna.away_until == until
    assert 'data-state="away"' in visit(cast.chris).get(anna.url).text
    assert "away until" in visit(cast.chris).get("/people").text
    bad = browser.post(f"{anna.url}/away", data={**data, "away_until": (today() - timedelta(days=1)).isoformat()})
    assert bad.status_code == 422 and "This is before the first day." in bad.text
    assert browser.post(f"{anna.url}/back").status_code == 303
    assert not db.session.get(Person, anna.id).is_away
    assert browser.post(f"{anna.url}/back").status_code == 409


def test_how_it_works_is_put_away_once(cast, visit):
    browser = visit(cast.anna)
    assert browser.post(f"{cast.anna.url}/welcome").location == "/"
    assert db.session.get(Person, cast.anna.id).welcomed
    assert browser.post(f"{cast.anna.url}/welcome").status_code == 409
    assert visit(cast.bram).post(f"{cast.anna.url}/welcome").status_code == 409


def test_suggestions_can_be_switched_off_and_on(cast, visit):
    browser = visit(cast.anna)
    browser.post(f"{cast.anna.url}/suggest", data={})
    assert not db.session.get(Person, cast.anna.id).suggestions
    browser.post(f"{cast.anna.url}/suggest", data={"on": "y"})
    assert db.session.get(Person, cast.anna.id).suggestions


def test_a_closed_account_shows_a_name_and_nothing_more(cast, visit):
    anna = profile(cast, active=False)
    page = visit(cast.bram).get(anna.url).text
    assert "does not work here any more" in page and "CANARY" not in page
    assert anna.url + '"' not in visit(cast.bram).get("/people").text
