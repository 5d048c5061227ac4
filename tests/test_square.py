"""The square: what stands on it, in which order, with which filters and numbers, and what may be done there."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import delete, event, func, insert, select, text, true, update

from hkplein.clock import TRANSITIONS, now, today
from hkplein.db import db
from hkplein.models import NOUNS, SearchEntry, SeatSkill, SquareCount, Task, TaskSkill, square_count
from hkplein.models.card import CARDS
from hkplein.models.square import Cursor, Wanted, card_of, cards, page
from hkplein.models.square_count import add_up, counted, counting
from hkplein.models.square_numbers import numbers
from hkplein.views import memo
from tests.cast import make_issue, make_seat, make_task


@pytest.fixture
def square(cast: SimpleNamespace) -> SimpleNamespace:
    """Something of every kind: six things on the square, and five that are not."""
    cast.issue = make_issue(cast, theme="Wonen")
    cast.call = make_task(cast, title="Bel tien inwoners", hours=3, place="overal", issue_id=cast.issue.id)
    cast.count = make_task(cast, title="Tel de fietsen", hours=8, place="buiten", less_fun=True, pit_id=cast.groen.id)
    cast.learn = make_task(cast, title="Maak een kaart", hours=4, learns_id=cast.tellen.id, choice="hands")
    cast.gift = make_task(cast, "taken", title="Schrijf de brief", offered="give", hours=2)
    cast.barter = make_task(cast, "taken", title="Sta op de markt", offered="swap", wish="iets met water")
    cast.seat = make_seat(cast, cast.issue, hours=2)
    for state in ("draft", "taken", "reported", "done"):
        make_task(cast, state, title=f"Niet te zien: {state}")
    make_seat(cast, cast.issue, "filled", title="Niet te zien: bezet")
    db.session.add_all(
        [
            TaskSkill(task_id=cast.call.id, skill_id=cast.schrijven.id),
            TaskSkill(task_id=cast.call.id, skill_id=cast.tellen.id),
            TaskSkill(task_id=cast.count.id, skill_id=cast.tellen.id),
            SeatSkill(seat_id=cast.seat.id, skill_id=cast.schrijven.id),
        ]
    )
    for thing in (cast.call, cast.count, cast.learn, cast.gift, cast.barter, cast.seat):
        SearchEntry.put(thing, thing.title, getattr(thing, "description", ""))
    db.session.commit()
    return cast


def ids(text: str) -> list[str]:
    """The cards on a page, in their order."""
    return re.findall(r'<li class="card[^"]*" id="([^"]*)"', text)


def names(text: str) -> set[str]:
    return set(re.findall(r'class="nl-heading nl-heading--level-3 card__t"><a href="[^"]*">([^<]*)</a>', text))


def fill(cast: SimpleNamespace, many: int, **values: Any) -> None:
    """Put many open tasks on the square, each with a skill."""
    common = {"author_id": cast.anna.id, "state": "open", "pit_id": cast.balie.id, "posted_at": now(), "hours": 3}
    rows = [{"title": f"Klus {n}", "due": today() + timedelta(days=n % 7), **common, **values} for n in range(many)]
    made = db.session.scalars(insert(Task).returning(Task.id), rows).all()
    db.session.execute(insert(TaskSkill), [{"task_id": id_, "skill_id": cast.tellen.id} for id_ in made])
    db.session.commit()


def test_everything_that_waits_stands_in_one_list(square, visit):
    assert names(visit(square.bram).get("/tasks").text) == {
        "Bel tien inwoners",
        "Tel de fietsen",
        "Maak een kaart",
        "Schrijf de brief",
        "Sta op de markt",
        "Schrijver",
    }


FILTERS = {
    "kind=open": {"call", "count", "learn"},
    "kind=give": {"gift"},
    "kind=swap": {"barter"},
    "kind=seat": {"seat"},
    "kind=give&kind=seat": {"gift", "seat"},
    "hours=2": {"gift", "seat"},
    "hours=4": {"call", "learn", "gift", "barter", "seat"},
    "place=buiten": {"count"},
    "pit={groen}": {"count"},
    "pit={balie}": {"call", "learn", "gift", "barter", "seat"},
    "theme=Wonen": {"call", "seat"},
    "less_fun=1": {"count"},
    "learns=1": {"learn"},
    "skill={tellen}": {"call", "count"},
    "skill={schrijven}": {"call", "seat"},
    "skill={schrijven}&skill={tellen}": {"call", "count", "seat"},
    "skill={tellen}&less_fun=1": {"count"},
    "skill={tellen}&kind=seat": set(),
    "q=fiets": {"count"},
    "q=BRIEF": {"gift"},
    "q=SCHRIJVER": {"seat"},
    "q=brief&hours=2&kind=give": {"gift"},
    "q=dinosaurus": set(),
}


def test_each_filter_shows_what_it_names(square, visit):
    browser = visit(square.bram)
    place = {name: getattr(square, name).id for name in ("groen", "balie", "tellen", "schrijven")}
    for query, things in FILTERS.items():
        text = browser.get("/tasks?" + query.format(**place)).text
        wanted = {f"{getattr(square, name).noun}-{getattr(square, name).id}" for name in things}
        assert set(ids(text)) == wanted, query
        assert re.search(rf'id="results-h"[^>]*>{len(wanted)} (task|seat)s?<', text), query


def test_the_number_beside_a_filter_is_what_it_shows(square, visit):
    browser = visit(square.bram)
    text = browser.get("/tasks").text
    boxes = re.findall(r'name="(\w+)" value="([^"]+)"[^>]*>[^<]*<span class="opt__n">(\d+)<', text)
    options = [
        (name, value, number)
        for name, inner in re.findall(r'<select[^>]*name="(pit|place|theme)">(.*?)</select>', text, re.DOTALL)
        for value, number in re.findall(r'<option value="([^"]+)">[^<]*\((\d+)\)<', inner)
    ]
    assert len(boxes) >= 11 and len(options) == 5
    for name, value, number in boxes + options:
        found = ids(browser.get("/tasks", query_string={name: value}).text)
        assert len(found) == int(number), f"{name}={value}"


CHANGES = {
    "a claim": lambda c: c.call.claim(c.bram),
    "an undo": lambda c: c.call.undo(c.bram),
    "an offer that is kept": lambda c: c.barter.keep(c.chris),
    "an offer that is taken": lambda c: c.gift.take_over(c.bram),
    "other hours": lambda c: setattr(c.call, "hours", 5),
    "another pit": lambda c: setattr(c.call, "pit_id", None),
    "another theme": lambda c: setattr(c.issue, "theme", "Water"),
    "an issue of another pit": lambda c: setattr(c.issue, "pit_id", c.groen.id),
    "another skill": lambda c: db.session.execute(update(TaskSkill).values(skill_id=c.schrijven.id).where(of(c.count))),
    "a skill less": lambda c: db.session.execute(delete(TaskSkill).where(of(c.call))),
    "a seat that asks less": lambda c: db.session.execute(delete(SeatSkill).where(SeatSkill.seat_id == c.seat.id)),
    "no issue": lambda c: setattr(c.call, "issue_id", None),
    "a seat that ends": lambda c: setattr(c.seat, "state", "ended"),
    "a task that is gone": lambda c: db.session.delete(c.learn),
}


def of(task: Task) -> Any:
    return TaskSkill.task_id == task.id


def test_the_numbers_follow_every_change(square):
    """The triggers and a count from nothing agree, also after the clock added the lines up."""

    def kept() -> set[Any]:
        return {tuple(row) for row in db.session.execute(counted()) if row.n}

    def fresh() -> set[Any]:
        found: Counter[Any] = Counter()
        for facet, value, n in db.session.execute(counting(true(), true())):
            found[facet, value] += n
        return {(*key, n) for key, n in found.items()}

    assert kept() == fresh() != set()
    for what, change in CHANGES.items():
        before = kept()
        change(square)
        db.session.flush()
        assert kept() == fresh() != before, what


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # pages are kept by the process
def test_what_is_kept_of_a_page_is_what_would_be_drawn(square, visit):
    """Whatever changes and whoever looks: nothing of a page is stale, and nothing of it is somebody else's."""
    people = (square.anna, square.bram, square.chris, square.dina, square.gijs, square.wim, square.noor)
    square.dina.locale = "nl" if square.anna.locale == "en" else "en"
    browsers = [visit(person) for person in people]
    more = {
        "another title": lambda c: setattr(c.count, "title", "Tel de fietsen & brommers"),
        "other words": lambda c: setattr(c.count, "description", "Ook die achter het station."),
        "a pit by another name": lambda c: setattr(c.groen, "name", "Wijkgroen"),
        "an issue by another name": lambda c: setattr(c.issue, "title", "Iedereen een huis"),
        "another wish": lambda c: setattr(c.barter, "wish", "iets met honden"),
        "a choice": lambda c: setattr(c.count, "choice", "hands"),
        "a hand": lambda c: c.count.raise_hand(c.bram),
        "a name": lambda c: setattr(c.bram, "name", "Bram de Wit"),
    }
    seen: set[str] = set()
    for what, change in {**more, **CHANGES}.items():
        change(square)
        db.session.commit()
        for url in ("/tasks", square.count.url):
            quickly = [shown(browser.get(url).text) for browser in browsers]
            assert quickly == [drawn_anew(browser, url) for browser in browsers], f"{url} after {what}"
            assert len(set(quickly)) == len(browsers), f"{url} after {what}: each sees a page of their own"
            assert url != "/tasks" or not seen.issuperset(quickly), f"{what} changes nothing"
            seen.update(quickly)


def drawn_anew(browser: Any, url: str) -> str:
    memo._kept.clear()
    return shown(browser.get(url).text)


def shown(text: str) -> str:
    """A page without what differs from one request to the next."""
    return re.sub(r'(name="(?:nonce|csrf_token)" value=)"[^"]*"', r"\1", text)


def test_the_clock_adds_the_lines_up_and_changes_no_number(square, monkeypatch):
    def lines() -> int:
        return db.session.scalar(select(func.count(SquareCount.id)))

    before, many = {row[:2]: row[2] for row in db.session.execute(counted()) if row[2]}, lines()
    (due,) = (one.due for one in TRANSITIONS if one.act is add_up)
    assert not db.session.scalars(due()).all()  # too few to be worth it
    monkeypatch.setattr(square_count, "LOOSE", 5)
    for line in db.session.scalars(due()).all():
        add_up(line)
    assert lines() == len(before) < many
    assert {row[:2]: row[2] for row in db.session.execute(counted())} == before


def every_page(browser: Any, url: str | None) -> list[str]:
    """The cards of this page and all that follow."""
    seen: list[str] = []
    while url:
        text = browser.get(url).text
        seen += ids(text)
        following = re.search(r'rel="next" href="([^"]*)"', text)
        url = following and following[1].replace("&amp;", "&")
    return seen


def test_the_pages_show_everything_once_also_with_equal_keys(square, visit):
    fill(square, 70)
    for sort in ("date", "newest", "hours"):
        seen = every_page(visit(square.bram), f"/tasks?sort={sort}")
        assert len(seen) == len(set(seen)) == 76, sort


def test_search_pages_by_rank_show_everything_once(square, visit):
    fill(square, 60)
    for task in db.session.scalars(select(Task).where(Task.title.like("Klus %"))):
        title = "Tuin en water" if task.id % 3 == 0 else "Anders"
        SearchEntry.put(task, title, "tuin" if task.id % 2 else "tuin water")
    seen = every_page(visit(square.bram), "/tasks?q=tuin")
    assert len(seen) == len(set(seen)) == 60
    assert [int(one.split("-")[1]) % 3 == 0 for one in seen] == [True] * 20 + [False] * 40  # the title weighs more


def test_the_order_is_what_was_asked(square, visit):
    browser = visit(square.bram)
    make_task(square, title="Morgen", due=today() + timedelta(days=1))
    make_task(square, title="Nieuw", posted_at=now() + timedelta(hours=1), hours=1)
    assert "Morgen" in browser.get("/tasks").text.split("card__t")[1]
    assert "Nieuw" in browser.get("/tasks?sort=newest").text.split("card__t")[1]
    assert "Nieuw" in browser.get("/tasks?sort=hours").text.split("card__t")[1]


@pytest.mark.parametrize("query", ["", "hours=4", "q=klus"])
def test_a_page_takes_as_many_statements_for_a_thousand_as_for_ten(square, visit, statements, query):
    browser, said = visit(square.bram), []
    for many in (10, 990):
        fill(square, many)
        for task in db.session.scalars(select(Task).where(Task.title == "Klus 1")):
            SearchEntry.put(task, task.title)
        db.session.commit()
        with statements() as sent:
            browser.get(f"/tasks?{query}")
        said.append(sent)
    assert len(said[1]) <= len(said[0]) <= 4


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_no_page_reads_a_whole_table(square):
    """Each is found along an index; what is read is as much as is shown."""
    fill(square, 300)
    db.session.execute(text("ANALYZE"))
    raw = db.session.connection().connection.driver_connection
    last = Cursor(today(), "task", 1)
    for wanted in ({}, {"sort": "newest"}, {"sort": "hours"}, {"after": last}, {"pit": 1}, {"hours": 4}):
        sent: list[Any] = []
        with listening(lambda *said, sent=sent: sent.append(said[2:4])):
            page(Wanted(**wanted), square.bram)
        ((sql, values),) = sent
        plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
        assert "SCAN task" not in plan, (wanted, plan)


@contextlib.contextmanager
def listening(heard: Any) -> Iterator[None]:
    """Hear every statement of the block, with its values."""
    event.listen(db.engine, "before_cursor_execute", heard)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", heard)


STRANGE = [
    "q=%22%20OR%201%3D1%20--",
    "q=%00",
    "q=NOT+fiets:*",
    "q='; DROP TABLE task; --",
    "q=" + "a" * 5000,
    "q=%F0%9F%9A%B2",
    "q=%",
    "q=_",
    "place=%00",
    "place=' OR '1'='1",
    "theme=%ff%fe",
    "skill=x&skill=-1&skill=99999999999999999999",
    "pit=1e9",
    "pit=²",
    "hours=0",
    "hours=-4",
    "kind=everything",
    "sort=id;drop",
    "sort=best",
    "after=",
    "after=x~y~z",
    "after=2026-13-45~task~1",
    "after=2026-01-01~task~99999999999999999999",
    "after=99999999999999999999999~task~1&sort=hours",
    "after=2026-01-01T00:00:00~task~1&sort=newest",
    "after=2026-01-01~person~1",
    "after=0~task~0&q=fiets",
    "less_fun=maybe&learns=",
]


def test_strange_questions_get_a_page(square, visit):
    browser = visit(square.bram)
    for query in STRANGE:
        assert browser.get(f"/tasks?{query}").status_code == 200, query


def test_a_partner_sees_and_counts_only_what_belongs_to_its_own_issues(square, visit):
    text = visit(square.petra).get("/tasks").text
    assert names(text) == {"Bel tien inwoners", "Schrijver"}
    assert "2 tasks" in text and "Pit Groen" not in text
    assert numbers(Wanted(), square.petra, page(Wanted(), square.petra)).count("kind", "open") == 1
    make_issue(square, title="Anders", theme="Geheim")
    assert "Geheim" not in visit(square.petra).get("/tasks?theme=Wonen").text


def test_the_board_reads_along_without_a_button(square, visit):
    text = visit(square.wim).get("/tasks").text
    assert len(ids(text)) == 6 and "/claim" not in text and "/take-over" not in text and "/tasks/new" not in text


def test_a_card_answers_every_rule_as_its_task_does(square):
    square.call.claim(square.chris)
    db.session.commit()
    things = [square.call, square.count, square.learn, square.gift, square.barter, square.seat]
    for thing in things:
        for person in square.people:
            found = card_of(thing.noun, thing.id, person)
            assert (found is None) == (not thing.visible_to(person))
            if found is not None:
                assert found.verbs_for(person) == thing.verbs_for(person)
                assert (found.url, found.caption, found.noun) == (thing.url, thing.caption, thing.noun)
    assert set(CARDS) <= set(NOUNS)


def test_a_claim_from_a_card_gives_the_card_back_with_undo(square, visit):
    browser = visit(square.bram)
    target = f"li#task-{square.call.id}"
    answer = browser.htmx(f"{square.call.url}/claim", target=target)
    assert answer.status_code == 200
    assert ids(answer.text) == [f"task-{square.call.id}"] and "<article" not in answer.text
    assert 'data-state="taken"' in answer.text and f'data-holder="{square.bram.id}"' in answer.text
    assert answer.text.count(f'action="{square.call.url}/undo"') == 2  # on the card, and in the toast
    assert "data-focus" in answer.text and "data-say" in answer.text
    back = browser.htmx(f"{square.call.url}/undo", target=target)
    assert 'data-state="open"' in back.text and f"{square.call.url}/claim" in back.text
    db.session.refresh(square.call)
    assert square.call.state == "open"


def test_who_comes_too_late_on_a_card_is_told_there(square, visit):
    square.call.claim(square.hugo)
    answer = visit(square.bram).htmx(f"{square.call.url}/claim", target=f"li#task-{square.call.id}")
    assert answer.status_code == 409 and 'role="alert"' in answer.text
    assert ids(answer.text) == [f"task-{square.call.id}"] and f'data-holder="{square.hugo.id}"' in answer.text


def test_who_comes_too_late_on_the_square_sees_tasks_that_are_alike(square, visit):
    square.call.claim(square.hugo)
    answer = visit(square.bram).htmx(f"{square.call.url}/claim", target=f"li#task-{square.call.id}")
    card = answer.text
    assert answer.status_code == 409 and "Somebody else was just ahead of you." in card and ">taken<" in card
    assert square.learn.url in card and square.count.url in card, "of the same pit, and with a skill in common"
    assert "Tasks that are alike" not in visit(square.bram).get("/tasks").text


def test_a_hand_for_a_seat_is_raised_from_its_card(square, visit):
    answer = visit(square.bram).htmx(f"{square.seat.url}/raise-hand", target=f"li#seat-{square.seat.id}")
    assert answer.status_code == 200 and ids(answer.text) == [f"seat-{square.seat.id}"]
    assert "/raise-hand" not in answer.text


def test_elsewhere_a_verb_still_gives_the_whole_part(square, visit):
    answer = visit(square.bram).htmx(f"{square.call.url}/claim", target=f"article#task-{square.call.id}")
    assert "<article" in answer.text and '<li class="card' not in answer.text


def test_a_task_to_swap_leads_to_a_proposal(square, visit):
    assert f'href="/swaps/new?task={square.barter.id}"' in visit(square.bram).get("/tasks?kind=swap").text
    assert "/swaps/new" not in visit(square.chris).get("/tasks?kind=swap").text  # who offers it


def test_htmx_gets_the_list_and_a_short_address(square, visit):
    url = "/tasks?q=&hours=4&kind=open&pit=&theme=&place=&sort=date"
    answer = visit(square.bram).get(url, headers={"HX-Request": "true", "HX-Target": "section#results"})
    assert "<html" not in answer.text and 'id="results"' in answer.text
    assert answer.headers["HX-Push-Url"] == "/tasks?kind=open&hours=4"
    assert 'data-say="2 tasks"' in answer.text


def test_what_nobody_chose_is_no_choice_of_how_to_sort(square, visit):
    def options(query: str) -> list[tuple[str, str]]:
        text = visit(square.bram).get(f"/tasks{query}").text.split('id="sort"')[1].split("</select>")[0]
        return re.findall(r'<option value="(\w*)"(?: selected)?>([^<]*)<', text)

    assert options("") == [("", "Date"), ("newest", "Newest first"), ("hours", "Fewest hours")]
    assert options("?q=brief")[:2] == [("", "Best match"), ("date", "Date")]
    found = visit(square.bram).get("/tasks?q=brief&sort=", headers={"HX-Request": "true"})
    assert found.headers["HX-Push-Url"] == "/tasks?q=brief" and '<option value="" selected>Best match' in found.text


def test_chips_take_one_filter_away(square, visit):
    text = visit(square.bram).get(f"/tasks?hours=4&skill={square.tellen.id}&q=bel&sort=hours").text
    chips = dict(re.findall(r'<a class="chip" href="([^"]*)"><span class="vh">[^<]*</span>([^<]*)<', text))
    chips = {name.strip(): url.replace("&amp;", "&") for url, name in chips.items()}
    assert chips == {
        "“bel”": f"/tasks?hours=4&skill={square.tellen.id}&sort=hours",
        "At most 4 hours": f"/tasks?q=bel&skill={square.tellen.id}&sort=hours",
        "Counting": "/tasks?q=bel&hours=4&sort=hours",
    }


def test_an_empty_square_has_a_way_out(cast, visit):
    text = visit(cast.bram).get("/tasks").text
    assert "The square is empty" in text and 'href="/tasks/new"' in text
    text = visit(cast.bram).get("/tasks?q=niets").text
    assert "Nothing here fits" in text and 'href="/tasks"' in text and 'href="/tasks/new"' in text
    assert 'href="/tasks/new"' not in visit(cast.wim).get("/tasks").text


def test_more_than_a_thousand_is_not_counted_further(cast, visit):
    fill(cast, 1002)
    text = visit(cast.bram).get("/tasks?hours=4").text
    assert "More than 1,000 tasks" in text and '<span class="opt__n">1000+<' in text


def test_dutch_words_for_dutch_readers(square, visit):
    square.bram.locale = "nl"
    db.session.commit()
    text = visit(square.bram).get(f"/tasks?skill={square.schrijven.id}&hours=4").text
    assert "2 klussen" in text and "Schrijven" in text and "Hoogstens 4 uur" in text and "Ik doe dit" in text


def test_cards_are_for_other_pages_too(square):
    found = cards(Task.pit_id == square.balie.id, person=square.bram, limit=3)
    assert [card.due for card in found] == sorted(card.due for card in found) and len(found) == 3
    assert "draft" not in {card.state for card in cards(person=square.bram, limit=100)}
    assert "draft" in {card.state for card in cards(person=square.anna, limit=100)}
    assert {card.id for card in cards(person=square.petra, limit=100)} == {square.call.id}
    newest = cards(person=square.bram, order=Task.id, down=True)
    assert [card.id for card in newest] == sorted((card.id for card in newest), reverse=True)


def test_a_long_description_is_shortened_at_a_word(cast):
    make_task(cast, description="woord " * 60)
    (card,) = cards(person=cast.bram)
    assert card.text.endswith("woord …") and len(card.text) < 185
