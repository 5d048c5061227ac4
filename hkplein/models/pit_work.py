"""The work that belongs to a pit: what is left of it before the pit can close, and where it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, func, select, update

from hkplein.clock import now
from hkplein.db import change, db
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _, ngettext
from hkplein.models.event import Event
from hkplein.models.issue_circle import people_of
from hkplein.models.issue_table import ALIVE

if TYPE_CHECKING:
    from hkplein.models.person import Person

OPEN_TASKS = ("draft", "open", "taken", "reported")


class Left(NamedTuple):
    """What stands between a pit and its closing."""

    tasks: int
    issues: int
    people: int

    def sentences(self) -> list[str]:
        """What is left, in words."""
        said = (
            (
                self.tasks,
                ngettext(
                    "One open task still needs another pit.", "%(num)s open tasks still need another pit.", self.tasks
                ),
            ),
            (
                self.issues,
                ngettext("One issue still needs another pit.", "%(num)s issues still need another pit.", self.issues),
            ),
            (
                self.people,
                ngettext(
                    "One colleague besides you is still in it.",
                    "%(num)s colleagues besides you are still in it.",
                    self.people,
                ),
            ),
        )
        return [sentence for number, sentence in said if number]


class PitWork:
    """Re-homing what a pit does, and closing it."""

    if TYPE_CHECKING:
        id: Any
        name: Any

    def left(self, person: Person) -> Left:
        """What is left to do before `person` can close it: everybody else moves themselves, nobody is moved."""
        from hkplein.models import Issue, Person, Task

        def count(model: Any, *where: Any) -> Any:
            return select(func.count()).select_from(model).where(model.pit_id == self.id, *where).scalar_subquery()

        counts = select(
            count(Task, Task.state.in_(OPEN_TASKS)),
            count(Issue, Issue.state.in_(ALIVE)),
            count(Person, Person.active, Person.id != person.id),
        )
        return Left(*db.session.execute(counts).one())

    def announce_closing(self, person: Person) -> None:
        """Tell everybody in it, so that they can look for another pit."""
        change(self, "announce-closing", person, moved_at=now())
        _told(self, "announce-closing", person, people_of([self.id]))

    def rehome(self, person: Person, *, pit: int) -> None:
        """All open tasks and live issues belong to another pit from now on; that pit is told, not asked."""
        from hkplein.models import Issue, IssuePit, Pit, Task

        heir = db.session.get(Pit, pit)
        if heir is None or heir.state != "active" or heir.id == self.id:
            raise Invalid(pit=_("Choose another pit from the list."))
        change(self, "rehome", person, moved_at=now())
        for model, states in ((Task, OPEN_TASKS), (Issue, ALIVE)):
            ours = (model.pit_id == self.id, model.state.in_(states))
            db.session.execute(update(model).where(*ours).values(pit_id=heir.id))
        touched = select(Issue.id).where(Issue.pit_id == heir.id)
        db.session.execute(delete(IssuePit).where(IssuePit.pit_id == heir.id, IssuePit.issue_id.in_(touched)))
        _told(self, "rehome", person, people_of([self.id]), heir.name)
        _told(heir, "receive", person, people_of([heir.id]), self.name)

    def close(self, person: Person) -> None:
        """Close it, when nothing and nobody is left; what it did stays readable."""
        change(self, "close", person, closed_at=now())  # from here on nobody can join
        if left := self.left(person).sentences():
            raise Refused(self, _("This pit cannot close yet.") + " " + " ".join(left))
        if person.pit_id == self.id:
            person.pit_id = None
        _told(self, "close", person, [])


def _told(pit: Any, verb: str, by: Person, people: list[int | None], note: str = "") -> None:
    Event.record(pit, verb, by=by, tell={"pit": people}, note=note)
