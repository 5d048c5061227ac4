"""How many things stand on the square, per filter: kept by the database in the transaction that changes them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import String, case, cast, delete, func, insert, literal, literal_column, select, union_all
from sqlalchemy.orm import Mapped, mapped_column

from hkplein.clock import by_the_clock
from hkplein.db import Model, db
from hkplein.models.issue import Issue
from hkplein.models.seat import Seat, SeatSkill
from hkplein.models.task import Task, TaskSkill

LOOSE = 1000  # lines that may stand in the table before the clock adds them up


class SquareCount(Model):
    """One more, or one less, of what a filter shows.

    Triggers write a line for every change of a task, a seat or the skills that they ask, so that no transaction waits
    for another to count; the clock adds the lines up.
    """

    __tablename__ = "square_count"

    facet: Mapped[str] = mapped_column(String(10))
    value: Mapped[str] = mapped_column(String(120))
    n: Mapped[int]


def version() -> Any:
    """Another text after every change of what is counted: lines only come, and those that are added up come anew."""
    lines = func.coalesce(cast(func.max(SquareCount.id), String), "") + "-" + cast(func.count(SquareCount.id), String)
    return select(lines).scalar_subquery()


def counted() -> Any:
    """Every facet and value with its number, for everybody who sees the whole square."""
    number = func.sum(SquareCount.n).label("n")
    return select(SquareCount.facet, SquareCount.value, number).group_by(SquareCount.facet, SquareCount.value)


def counting(tasks: Any, seats: Any) -> Any:
    """The same, counted afresh among the `tasks` and `seats` of these conditions: for who sees a few."""

    def line(facet: str, value: Any, of: Any, *where: Any, link: Any = None) -> Any:
        number, text = func.count().label("n"), cast(value, String).label("value")
        found = select(literal(facet, String).label("facet"), text, number).where(*where)
        found = found.select_from(of).where(tasks if of is Task else seats)
        return (found.join(*link) if link else found).group_by(text)

    tasks = ((Task.state == "open") | Task.offered.is_not(None)) & tasks
    seats = (Seat.state == "open") & seats
    of_task, of_seat = (Issue, Issue.id == Task.issue_id), (Issue, Issue.id == Seat.issue_id)
    return union_all(
        line("kind", case((Task.state == "open", "open"), else_=Task.offered), Task),
        line("hours", Task.hours, Task),
        line("place", Task.place, Task, Task.place != ""),
        line("pit", Task.pit_id, Task, Task.pit_id.is_not(None)),
        line("less_fun", literal_column("'1'"), Task, Task.less_fun),
        line("learns", literal_column("'1'"), Task, Task.learns_id.is_not(None)),
        line("theme", Issue.theme, Task, Issue.theme != "", link=of_task),
        line("skill", TaskSkill.skill_id, Task, link=(TaskSkill, TaskSkill.task_id == Task.id)),
        line("kind", literal_column("'seat'"), Seat),
        line("hours", Seat.hours, Seat),
        line("pit", Issue.pit_id, Seat, link=of_seat),
        line("theme", Issue.theme, Seat, Issue.theme != "", link=of_seat),
        line("skill", SeatSkill.skill_id, Seat, link=(SeatSkill, SeatSkill.seat_id == Seat.id)),
    )


@by_the_clock(lambda: select(SquareCount).where(select(func.count(SquareCount.id)).scalar_subquery() > LOOSE).limit(1))
def add_up(_line: Any = None) -> None:
    """Put one line for every facet and value in place of the many; whoever counts meanwhile is not disturbed."""
    total: Counter[tuple[str, str]] = Counter()
    lines = delete(SquareCount).returning(SquareCount.facet, SquareCount.value, SquareCount.n)
    for facet, value, n in db.session.execute(lines, execution_options={"synchronize_session": False}):
        total[facet, value] += n
    rows = [{"facet": facet, "value": value, "n": n} for (facet, value), n in total.items() if n]
    if rows:
        db.session.execute(insert(SquareCount), rows)
