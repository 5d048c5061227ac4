"""Skills: two kinds apart, proposed by anybody, accepted, renamed and merged by the steward."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from hkplein.db import Base, db
from hkplein.models import Event, Notification, PersonSkill, PitSkill, SeatSkill, Skill, Task, TaskSkill
from tests.cast import keep, make_issue, make_seat, make_task
from tests.table import hold

STEWARD = {"gijs"}
TABLE = {
    "accept": {"proposed": STEWARD},
    "rename": {"proposed": STEWARD, "active": STEWARD},
    "merge": {"proposed": STEWARD, "active": STEWARD},
}


def make_skill(cast, state="proposed", **values):
    values = {"key": f"k{db.session.query(Skill).count()}", "name_nl": "Luisteren", "name_en": "Listening", **values}
    if state == "merged":
        values.setdefault("merged_into_id", cast.schrijven.id)
    return keep(Skill(kind="process", state=state, proposed_by_id=cast.anna.id, **values))


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("state", ["proposed", "active", "merged"])
def test_the_table(state, cast, visit):
    data = {"rename": {"name_nl": "Horen"}, "merge": {"into_id": cast.schrijven.id}}
    hold(lambda s: make_skill(cast, s), state, TABLE, cast, visit, hidden={"petra"}, data=data)


def test_the_two_kinds_stand_apart(cast, visit):
    page = visit(cast.anna).get("/skills").text
    assert page.index("Professional knowledge") < page.index("Counting") < page.index("Process skills")
    assert page.index("Process skills") < page.index("Writing")
    assert visit(cast.petra).get("/skills").status_code == 404


def test_somebody_proposes_a_skill_and_may_use_it_at_once(cast, visit):
    data = {"name_nl": "Vertellen", "name_en": "", "kind": "process", "description": "Kan iets vertellen."}
    answer = visit(cast.anna).post("/skills/new", data=data)
    skill = db.session.scalars(select(Skill).filter_by(name_nl="Vertellen")).one()
    assert (answer.status_code, answer.location) == (303, skill.url)
    assert (skill.state, skill.proposed_by_id, skill.name) == ("proposed", cast.anna.id, "Vertellen")
    told = db.session.scalars(select(Notification)).one()
    assert (told.person_id, told.why) == (cast.gijs.id, "steward")
    page = visit(cast.gijs).get("/notifications").text
    assert "Anna proposes the skill “Vertellen”." in page
    assert visit(cast.gijs).post(f"{told.url}/open").location == skill.url
    assert "one is proposed" in visit(cast.gijs).get("/steward").text
    assert "Vertellen" in visit(cast.bram).get(f"{cast.bram.url}/edit").text


def test_a_skill_that_is_there_already_is_not_proposed_again(cast, visit):
    data = {"name_nl": " writing ", "kind": "process"}
    answer = visit(cast.anna).post("/skills/new", data=data)
    assert answer.status_code == 422 and "on the list already" in answer.text and "writing" in answer.text
    empty = visit(cast.anna).post("/skills/new", data={})
    assert empty.status_code == 422 and "Choose one of the two kinds." in empty.text


def test_the_board_proposes_nothing(cast, visit):
    assert visit(cast.wim).post("/skills/new", data={"name_nl": "X", "kind": "process"}).status_code == 409
    assert visit(cast.wim).get("/skills/new").status_code == 409
    assert visit(cast.petra).post("/skills/new", data={"name_nl": "X", "kind": "process"}).status_code == 404
    assert db.session.query(Skill).count() == 2


def test_accepting_tells_who_proposed_it(cast, visit):
    skill = make_skill(cast)
    assert visit(cast.gijs).post(f"{skill.url}/accept").status_code == 303
    assert db.session.get(Skill, skill.id).state == "active"
    told = db.session.scalars(select(Notification)).all()
    assert [(n.person_id, n.why) for n in told] == [(cast.anna.id, "proposer")]
    page = visit(cast.anna).get("/notifications").text
    assert "Gijs accepted the skill “Listening” that you proposed." in page and "because you proposed this" in page


def test_merging_names_both_skills_to_who_proposed_it(cast, visit):
    skill = make_skill(cast)
    visit(cast.gijs).post(f"{skill.url}/merge", data={"into_id": cast.schrijven.id})
    page = visit(cast.anna).get("/notifications").text
    assert "Gijs merged the skill “Listening” that you proposed into “Writing”." in page
    assert db.session.scalars(select(Event.skill_id)).all() == [skill.id], "what happened stays with it"


def test_a_new_name_in_both_languages(cast, visit):
    data = {"name_nl": "Horen", "name_en": "Hearing", "description": "Met twee oren."}
    visit(cast.gijs).post(f"{cast.schrijven.url}/rename", data=data)
    skill = db.session.get(Skill, cast.schrijven.id)
    assert (skill.name_nl, skill.name_en, skill.description) == ("Horen", "Hearing", "Met twee oren.")
    bad = visit(cast.gijs).post(f"{skill.url}/rename", data={"name_nl": "", "name_en": "Kept as typed"})
    assert bad.status_code == 422 and "Fill in a name." in bad.text and "Kept as typed" in bad.text


def test_merging_moves_every_use_and_leaves_nothing_twice(cast):
    old, new = make_skill(cast), cast.schrijven
    task, other = make_task(cast, learns_id=old.id), make_task(cast)
    seat = make_seat(cast, make_issue(cast))
    db.session.add_all(
        [
            PersonSkill(person_id=cast.anna.id, skill_id=old.id, level="can"),
            PersonSkill(person_id=cast.bram.id, skill_id=old.id, level="can"),
            PersonSkill(person_id=cast.bram.id, skill_id=new.id, level="teaches"),
            PersonSkill(person_id=cast.chris.id, skill_id=old.id, level="teaches"),
            PersonSkill(person_id=cast.chris.id, skill_id=new.id, level="learns"),
            PersonSkill(person_id=cast.dina.id, skill_id=old.id, level="learns"),
            PersonSkill(person_id=cast.dina.id, skill_id=new.id, level="learns"),
            TaskSkill(task_id=task.id, skill_id=old.id),
            TaskSkill(task_id=other.id, skill_id=old.id),
            TaskSkill(task_id=other.id, skill_id=new.id),
            SeatSkill(seat_id=seat.id, skill_id=old.id),
            PitSkill(pit_id=cast.balie.id, skill_id=old.id),
            PitSkill(pit_id=cast.balie.id, skill_id=new.id),
        ]
    )
    earlier = make_skill(cast, "merged", merged_into_id=old.id)
    db.session.commit()
    old.merge(cast.gijs, into_id=new.id)
    db.session.commit()
    db.session.expire_all()
    people = db.session.execute(select(PersonSkill.person_id, PersonSkill.skill_id, PersonSkill.level)).all()
    assert sorted(people) == [
        (cast.anna.id, new.id, "can"),
        (cast.bram.id, new.id, "teaches"),
        (cast.chris.id, new.id, "teaches"),
        (cast.dina.id, new.id, "learns"),
    ]
    assert sorted(db.session.execute(select(TaskSkill.task_id, TaskSkill.skill_id))) == [
        (task.id, new.id),
        (other.id, new.id),
    ]
    assert db.session.scalars(select(SeatSkill.skill_id)).all() == [new.id]
    assert db.session.scalars(select(PitSkill.skill_id)).all() == [new.id]
    assert db.session.get(Task, task.id).learns_id == new.id
    assert (old.state, old.merged_into_id, earlier.merged_into_id) == ("merged", new.id, new.id)
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column is Skill.__table__.c.id and table.name != "event":
                assert old.id not in db.session.scalars(select(key.parent)).all(), key.parent


def test_a_merged_skill_is_found_by_its_old_name(cast, visit):
    old = make_skill(cast, "active")
    old.merge(cast.gijs, into_id=cast.schrijven.id)
    browser = visit(cast.anna)
    assert "is now called “Writing”" in browser.get("/skills?q=luister").text
    assert "Listening" not in browser.get("/skills").text
    assert cast.schrijven.url in browser.get(old.url).text
    assert "No skill is called like this" in browser.get("/skills?q=100%25").text


@pytest.mark.parametrize("into", ["itself", "other kind", "merged", "nothing"])
def test_a_skill_is_merged_into_one_of_its_kind_that_is_in_use(into, cast, visit):
    old = make_skill(cast)
    ids = {"itself": old.id, "other kind": cast.tellen.id, "merged": make_skill(cast, "merged").id, "nothing": 999}
    answer = visit(cast.gijs).post(f"{old.url}/merge", data={"into_id": ids[into]})
    assert answer.status_code == 422
    assert db.session.get(Skill, old.id).state == "proposed"


def test_the_list_asks_as_many_questions_for_many_skills(cast, visit, statements):
    browser = visit(cast.anna)
    counts = []
    for round_ in range(2):
        with statements() as said:
            browser.get("/skills?q=e")
        counts.append(len(said))
        db.session.add_all(
            Skill(key=f"s{round_}-{n}", name_nl=f"Eten {n}", name_en="", kind="process") for n in range(200)
        )
        db.session.commit()
    assert counts[0] == counts[1]
