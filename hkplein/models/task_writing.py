"""Writing a task down: as a draft, on the square, and changing it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert

from hkplein.clock import now
from hkplein.db import LOOKS_ALONG, change, db
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _
from hkplein.models.event import Event
from hkplein.models.task_table import CHOICES
from hkplein.models.task_undo import TaskUndo
from hkplein.models.task_verbs import check_date, check_hours

if TYPE_CHECKING:
    from hkplein.models.person import Person
    from hkplein.models.task import Task


class TaskWriting(TaskUndo):
    """Posting and editing."""

    __abstract__ = True

    if TYPE_CHECKING:
        title: Any
        description: Any
        place: Any

    @staticmethod
    def draft(person: Person, *, skills: Iterable[int] = (), **fields: Any) -> Task:
        """Write a task down for one's own pit, or for an issue of whose team one is; nobody else sees it yet."""
        from hkplein.models.task import Task

        if not person.acts:
            raise Refused(None, LOOKS_ALONG)
        columns = checked(person, **fields)
        if person.pit_id is None and columns["issue_id"] is None:
            raise Invalid(issue=_("You have no pit now. You can post a task for an issue of whose team you are."))
        task = Task(state="draft", author_id=person.id, pit_id=person.pit_id, **columns)
        db.session.add(task)
        db.session.flush()
        task.ask(skills)
        return task

    def post(self, person: Person) -> None:
        """Put it on the square."""
        change(self, "post", person, posted_at=now(), asked="")
        Event.record(self, "post", by=person)

    def edit(self, person: Person, *, skills: Iterable[int] = (), **fields: Any) -> None:
        """Change what it says, while nobody agreed to it yet."""
        change(self, "edit", person, **checked(person, self.issue_id, **fields))
        self.ask(skills)
        if self.state != "draft":
            Event.record(self, "edit", by=person, tell=self.answering())

    def ask(self, skills: Iterable[int]) -> None:
        """Ask these skills (ids) from now on, and no others; what it says can be searched."""
        from hkplein.models.search_entry import SearchEntry
        from hkplein.models.task import TaskSkill

        db.session.execute(delete(TaskSkill).where(TaskSkill.task_id == self.id))
        rows = [{"task_id": self.id, "skill_id": id_} for id_ in dict.fromkeys(skills)]
        if rows:
            db.session.execute(insert(TaskSkill), rows)
        db.session.expire(self, ["skills"])
        SearchEntry.put(self, self.title, self.description, self.place)


def checked(  # noqa: PLR0913 - one for each field of the form
    person: Person,
    now_for: int | None = None,
    *,
    title: str,
    hours: int,
    due: date,
    issue: int | None = None,
    learns: int | None = None,
    description: str = "",
    place: str = "",
    choice: str = "first",
    places: int = 1,
    less_fun: bool = False,
    mandate: bool = False,
) -> dict[str, Any]:
    """The columns that a form fills, when what they say can be; `now_for` is the issue that it is for already."""
    if not title.strip():
        raise Invalid(title=_("Give the task a title. Begin with a verb."))
    check_hours(hours=hours)
    check_date(due)
    if issue and issue != now_for and issue not in person.team_ids:
        raise Invalid(issue=_("You can post a task for an issue of whose team you are."))
    if choice not in CHOICES:
        raise Invalid(choice=_("Choose how somebody gets this task."))
    return {
        "title": title.strip(),
        "description": description.strip(),
        "hours": hours,
        "place": place.strip(),
        "due": due,
        "issue_id": issue or None,
        "learns_id": learns or None,
        "choice": choice,
        "places": places,
        "less_fun": less_fun,
        "mandate": mandate,
    }
