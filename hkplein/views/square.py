"""The square (het plein): what waits for somebody, in one list, with its filters in the URL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, make_response, render_template, request
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from hkplein.clock import today
from hkplein.db import HIGHEST
from hkplein.i18n import _, _l, _n, number
from hkplein.models import Person, Seat, Task
from hkplein.models.square import KINDS, MANY, SORTS, Cursor, Wanted, card_of, page
from hkplein.models.square_numbers import Numbers, numbers
from hkplein.views import alone, card, id_in, me
from hkplein.views.memo import kept
from hkplein.views.tasks import alike

bp = Blueprint("square", __name__)
KIND_NAMES = {
    "open": _l("Open tasks"),
    "give": _l("Offered to give away"),
    "swap": _l("Offered to swap"),
    "seat": _l("Seats in a team"),
}
SORT_NAMES = {
    "best": _l("Best match"),
    "date": _l("Date"),
    "newest": _l("Newest first"),
    "hours": _l("Fewest hours"),
}
HOURS = (2, 4, 8, 16)
QUICK = 4  # hours


@bp.get("/tasks")
def square() -> Response | str:
    """The square, or for htmx the list on it."""
    wanted = asked(request.args)
    person = me()
    found = page(wanted, person)
    counted = numbers(wanted, person, found)
    context = {
        "me": person,
        "wanted": wanted,
        "cards": drawn(found.cards, person),
        "more": found.following and address(wanted, after=_written(found.following)),
        "first": address(wanted) if wanted.after else None,
        "numbers": counted,
        "heading": heading(wanted, found.total),
        "chips": tuple(chips(wanted, counted)),
        "quick": tuple(quick(wanted, counted)),
        "kinds": KIND_NAMES,
        "sorts": {name: text for name, text in SORT_NAMES.items() if name != "best" or wanted.q},
        "usual": usual(wanted.q),
        "hours": sorted({*HOURS, *([wanted.hours] if wanted.hours else [])}),
        "shown": shown,
        "swapped": alone(),
    }
    if not alone():
        return render_template("tasks/square.html", **context)
    answer = make_response(render_template("tasks/_list.html", **context))
    answer.headers["HX-Push-Url"] = address(wanted)
    return answer


def asked(args: MultiDict[str, str]) -> Wanted:
    """What the URL asks for; what makes no sense in it is passed over."""
    q = _text(args, "q")
    sort = args.get("sort", "")
    if sort not in SORTS or (sort == "best" and not q):
        sort = usual(q)
    return Wanted(
        q=q,
        kind=tuple(kind for kind in KINDS if kind in args.getlist("kind")),
        hours=next(_numbers(args, "hours"), None),
        skill=tuple(dict.fromkeys(_numbers(args, "skill")))[:20],
        place=_text(args, "place"),
        pit=next(_numbers(args, "pit"), None),
        theme=_text(args, "theme"),
        less_fun=bool(args.get("less_fun")),
        learns=bool(args.get("learns")),
        sort=sort,
        after=_cursor(args.get("after", ""), sort),
    )


def usual(q: str) -> str:
    """How things are sorted when nobody chose: a form leaves it out, for another search has another one."""
    return "best" if q else "date"


def _text(args: MultiDict[str, str], name: str) -> str:
    return args.get(name, "").replace("\0", "").strip()[:120]


def _numbers(args: MultiDict[str, str], name: str) -> Iterator[int]:
    for value in args.getlist(name):
        if n := id_in(value):
            yield n


def _cursor(text: str, sort: str) -> Cursor | None:
    """Where the page begins, as `_written` wrote it; None when that cannot be read."""
    read: dict[str, Any] = {"date": date.fromisoformat, "newest": datetime.fromisoformat}
    try:
        key, noun, id_ = text.split("~")
        cursor = Cursor(read.get(sort, int)(key), noun, int(id_))
    except ValueError:
        return None
    aware = not isinstance(cursor.key, datetime) or cursor.key.tzinfo is not None
    small = not isinstance(cursor.key, int) or abs(cursor.key) <= HIGHEST
    return cursor if aware and small and noun in ("task", "seat") and 0 < cursor.id <= HIGHEST else None


def _written(cursor: Cursor) -> str:
    key = cursor.key.isoformat() if isinstance(cursor.key, date) else cursor.key
    return f"{key}~{cursor.noun}~{cursor.id}"


def pairs(wanted: Wanted) -> Iterator[tuple[str, str]]:
    """Every filter that is on, as it stands in the URL."""
    for name in ("q", "kind", "hours", "skill", "place", "pit", "theme", "less_fun", "learns"):
        value = getattr(wanted, name)
        for one in value if isinstance(value, tuple) else (value,) if value else ():
            yield name, "1" if one is True else str(one)


def address(wanted: Wanted, *, but: tuple[str, str] | None = None, **more: str) -> str:
    """The shortest URL that shows what is wanted, without one filter."""
    query = [pair for pair in pairs(wanted) if pair != but]
    if wanted.sort != usual(wanted.q) and not (wanted.sort == "best" and but == ("q", wanted.q)):
        query.append(("sort", wanted.sort))
    query += more.items()
    return f"/tasks?{urlencode(query)}" if query else "/tasks"


def heading(wanted: Wanted, total: int) -> str:
    """How many were found, in words."""
    if total > MANY:
        return _("More than %(count)s tasks", count=number(MANY))
    if wanted.kind == ("seat",):
        return _n("%(num)s seat", "%(num)s seats", total)
    return _n("%(num)s task", "%(num)s tasks", total)


def shown(n: int) -> str:
    """A number beside a filter."""
    return str(n) if n <= MANY else f"{MANY}+"


def chips(wanted: Wanted, counted: Numbers) -> Iterator[tuple[str, str]]:
    """Every filter that is on in words, with the URL without it."""
    for name, value in pairs(wanted):
        yield _chip(name, value, counted), address(wanted, but=(name, value))


def quick(wanted: Wanted, counted: Numbers) -> Iterator[tuple[str, str]]:
    """What somebody with a phone and a free moment wants: one tap."""
    fresh = replace(wanted, after=None)
    if not wanted.hours and counted.at_most(QUICK):
        yield _n("At most %(num)s hour", "At most %(num)s hours", QUICK), address(replace(fresh, hours=QUICK))
    if not wanted.learns and counted.count("learns", "1"):
        yield _("I learn something"), address(replace(fresh, learns=True))


def _chip(name: str, value: str, counted: Numbers) -> str:
    if name in ("skill", "pit"):
        return next((one.text for one in counted.options[name] if one.value == value), value)
    if name == "hours":
        return _n("At most %(num)s hour", "At most %(num)s hours", int(value))
    fixed = {"less_fun": _("Less fun"), "learns": _("I learn something"), "q": f"“{value}”"}
    return str(KIND_NAMES[value]) if name == "kind" else fixed.get(name, value)


def drawn(cards: list[Any], person: Person) -> Markup:
    """Cards as they stand on a list; each is drawn once for all that it is drawn from."""
    macro = current_app.jinja_env.get_template("tasks/cards.html").module.card  # type: ignore[attr-defined]
    year, pieces = today().year, []  # dates of another year name it
    for one in cards:
        verb = one.verb_for(person)
        swap = verb is None and one.swappable_for(person)
        mine, posted = one.holder_id == person.id, one.author_id == person.id
        draw = partial(macro, one, verb=verb, swap=swap, mine=mine, posted=posted)
        pieces.append(kept(one.noun, (one.row, verb and verb.name, swap, mine, posted, year), draw))
    return Markup("").join(pieces)


@card(Task)
def draw_task(task: Task, *, notice: str = "", said: str = "", **_context: Any) -> str:
    """A task as it is now, on a list."""
    found = card_of("task", task.id, me())
    return render_template(
        "tasks/_card.html", task=found, me=me(), notice=notice, said=said, similar=alike(task, notice)
    )


@card(Seat)
def draw_seat(seat: Seat, *, notice: str = "", said: str = "", **_context: Any) -> str:
    """A seat as it is now, on a list."""
    found = card_of("seat", seat.id, me())
    return render_template("seats/_card.html", seat=found, me=me(), notice=notice, said=said)
