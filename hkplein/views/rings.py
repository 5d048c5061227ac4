"""Swap rings (ruilkringen): who gives what to whom, and my answer."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from math import cos, pi, sin
from typing import Any, NamedTuple

from flask import Blueprint, render_template

from hkplein.clock import now
from hkplein.db import db
from hkplein.i18n import _, ngettext
from hkplein.models import Ring, RingLink, Task
from hkplein.views import asked_id, find, me, page, show, verbs

bp = Blueprint("rings", __name__, url_prefix="/rings")
PAGE = 20
WIDTH, HEIGHT, RADIUS, NODE = 400, 330, 105, 30  # of the drawing, in its own units


class Move(NamedTuple):
    """One task that goes from one to the next."""

    task: Task
    giver: str
    taker: str
    mine: bool  # it comes to me, or goes from me


class Spot(NamedTuple):
    """Somebody in the drawing: where, called what, and where the name stands."""

    x: float
    y: float
    initials: str
    name: str
    mine: bool
    name_x: float
    name_y: float
    anchor: str


class Arrow(NamedTuple):
    """A task on its way: its path, and where its number stands."""

    path: str
    x: float
    y: float
    mine: bool


@bp.get("")
def mine() -> str:
    """My rings: first those that wait for an answer, then what came of the others."""
    before = asked_id("before")
    over = Ring.of(me()).where(Ring.state != "proposed").order_by(Ring.id.desc()).limit(PAGE + 1)
    waiting = Ring.of(me()).where(Ring.state == "proposed").order_by(Ring.deadline, Ring.id)
    live = [] if before else db.session.scalars(waiting).all()
    past = db.session.scalars(over.where(Ring.id < before) if before else over).all()
    following = f"/rings?before={past[PAGE - 1].id}" if len(past) > PAGE else None
    return render_template("rings/list.html", live=live, past=past[:PAGE], following=following, me=me(), left=left)


@bp.get("/<id:id>")
def detail(id: int) -> str:
    """One ring, for who is in it."""
    return draw(find(Ring, id, Ring.visible_to))


@page(Ring)
def draw(ring: Ring, *, notice: str = "", said: str = "", forms: dict[str, Any] | None = None) -> str:
    """A ring as it is now: the page, or for htmx its part."""
    ring = find(Ring, ring.id, Ring.visible_to, *Ring.whole())
    spots, arrows = drawing(ring)
    link = ring.link_of(me())
    at, count = ring.links.index(link), len(ring.links)
    return show(
        "rings/page.html",
        "rings/_ring.html",
        ring=ring,
        link=link,
        giver=ring.links[(at + 1) % count].person.name,
        taker=ring.links[at - 1].person.name,
        moves=moves(ring),
        spots=spots,
        arrows=arrows,
        size=(WIDTH, HEIGHT, NODE),
        left=left(ring),
        me=me(),
        notice=notice,
        said=said,
        forms=defaultdict(lambda: None, forms or {}),
    )


def moves(ring: Ring) -> list[Move]:
    """Who gives what to whom, beginning with what I give."""
    links = ring.links
    found = []
    for n, taker in enumerate(links):
        giver = links[(n + 1) % len(links)]
        if taker.takes is not None:
            found.append(Move(taker.takes, called(giver), called(taker), me().id in (giver.person_id, taker.person_id)))
    return found


def called(link: RingLink) -> str:
    """The name of somebody in it; who looks is “you”."""
    return _("you") if link.person_id == me().id else link.person.name


def left(ring: Ring) -> str:
    """How long there is to answer, in words."""
    time = max(timedelta(), ring.deadline - now())
    hours, minutes = divmod(int(time.total_seconds()) // 60, 60)
    days, hours = divmod(hours, 24)
    if days and not hours:
        return ngettext("one day left", "%(num)s days left", days)
    if days:
        more = ngettext("%(num)s hour", "%(num)s hours", hours)
        return ngettext("one day and %(hours)s left", "%(num)s days and %(hours)s left", days, hours=more)
    if hours:
        return ngettext("one hour left", "%(num)s hours left", hours)
    return ngettext("one minute left", "%(num)s minutes left", minutes)


def drawing(ring: Ring) -> tuple[list[Spot], list[Arrow]]:
    """Everybody on a circle, clockwise as the tasks go; a chain leaves a gap between its end and its beginning."""
    links, step = ring.links, 2 * pi / (len(ring.links) + ring.chain)

    def at(place: int) -> float:
        return -pi / 2 - place * step

    spots = [spot(link, at(n)) for n, link in enumerate(links)]
    arrows = [
        arrow(at(n + 1), at(n), mine=spots[n].mine or spots[(n + 1) % len(links)].mine)
        for n, link in enumerate(links)
        if link.takes_id is not None
    ]
    return spots, arrows


def spot(link: RingLink, angle: float) -> Spot:
    """Where somebody stands, with the name outside the circle."""
    x, y = on_circle(angle)
    out_x, out_y = on_circle(angle, RADIUS + NODE + 8)
    across = cos(angle)
    anchor = "middle" if abs(across) < 0.3 else "start" if across > 0 else "end"
    down = 14 if sin(angle) > 0.3 else -2 if sin(angle) < -0.3 else 5
    mine = link.person_id == me().id
    name = _("You") if mine else link.person.name.split()[0]
    return Spot(x, y, link.person.initials, name, mine, out_x, out_y + down, anchor)


def arrow(start: float, end: float, *, mine: bool) -> Arrow:
    """Along the circle from one to the next, clear of both."""
    clear = NODE / RADIUS + 0.1
    (x1, y1), (x2, y2) = on_circle(start + clear), on_circle(end - clear)
    large = int(end - start - 2 * clear > pi)
    x, y = on_circle((start + end) / 2)
    return Arrow(f"M {x1} {y1} A {RADIUS} {RADIUS} 0 {large} 1 {x2} {y2}", x, y, mine)


def on_circle(angle: float, radius: float = RADIUS) -> tuple[float, float]:
    """A point on the circle of the drawing."""
    return round(WIDTH / 2 + radius * cos(angle), 1), round(HEIGHT / 2 + radius * sin(angle), 1)


verbs(bp, Ring)
