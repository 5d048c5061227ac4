"""What the holder and the author do with a task: offer, hand over, report, confirm, and end it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError

from hkplein.clock import now, today
from hkplein.db import Model, change, db
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _, _l
from hkplein.models.event import Event
from hkplein.models.lesson import Lesson, check_length
from hkplein.models.search_entry import SearchEntry
from hkplein.models.task_rules import TaskRules
from hkplein.models.task_table import OFFERS

if TYPE_CHECKING:
    from datetime import date

    from hkplein.models.person import Person

MOST_HOURS, MOST_PLACES = 16, 50
WHY = _l("Write in one sentence why. Who raised a hand hears it.")


class TaskVerbs(TaskRules, Model):
    """Each verb changes the task and says so, in one transaction."""

    __abstract__ = True

    if TYPE_CHECKING:
        hours: Any
        mandate: Any
        reason: Any
        posting_id: Any

    def offer(self, person: Person, kind: str, wish: str = "") -> None:
        """Put it on the square, to give away or to swap; the holder keeps it until somebody takes it over."""
        if kind not in OFFERS:
            raise Invalid(kind=_("Choose whether you give it away or swap it."))
        if kind == "swap" and self.mandate:
            raise Invalid(kind=_("Only somebody with the mandate may do this, so it cannot be swapped."))
        change(self, "offer", person, offered=kind, wish=wish.strip())
        Event.record(self, "offer", by=person, tell=self.answering())

    def keep(self, person: Person) -> None:
        """Take it off the square."""
        from hkplein.models.hand_over import end_wishes

        change(self, "keep", person, offered=None)
        end_wishes(self)  # type: ignore[arg-type]
        Event.record(self, "keep", by=person, tell=self.answering())

    def release(
        self, person: Person, done: str = "", left: str = "", tip: str = "", hours_left: int | None = None
    ) -> None:
        """Give it back to the square, with a handover for whoever does it next; an account that closes writes none."""
        if hours_left is None:
            hours_left = self.hours
        else:
            check_hours(hours_left=hours_left)
        change(
            self,
            "release",
            person,
            holder_id=None,
            offered=None,
            undo_until=None,
            taken_from_id=None,
            taken_offer=None,
            taken_at=None,
            posted_at=now(),
            asked="",
            handover_done=done.strip(),
            handover_left=left.strip(),
            handover_tip=tip.strip(),
            hours_left=hours_left,
            hours=hours_left,
        )
        Event.record(self, "release", by=person, tell={**self.answering(), "pit": self.touched(person)})
        self.overtake()

    def report(self, person: Person) -> None:
        """Say that it is done."""
        change(self, "report", person, reported_at=now(), offered=None, undo_until=None)
        Event.record(self, "report", by=person, tell=self.answering())
        self.overtake()

    def confirm(self, person: Person, thanks: str = "", lesson_title: str = "", lesson_text: str = "") -> None:
        """The author agrees; with thanks and a lesson, if there are any."""
        title, words = lesson_title.strip(), lesson_text.strip()
        check_length(words, "lesson_text")
        if words and not title:
            raise Invalid(lesson_title=_("Give the lesson a title, so that others find it."))
        if title and not words:
            raise Invalid(lesson_text=_("Write in a few words what others can use."))
        change(self, "confirm", person, thanks=thanks.strip(), ended_at=now())
        Event.record(self, "confirm", by=person, tell={"holder": [self.holder_id]}, note=thanks.strip())
        if words:
            Lesson.share(person, title, words, task_id=self.id, pit_id=self.pit_id, issue_id=self.issue_id)

    def return_(self, person: Person, reason: str) -> None:
        """The author says what is left to do."""
        change(self, "return", person, reason=reason.strip(), reported_at=None)
        Event.record(self, "return", by=person, tell={"holder": [self.holder_id]}, note=reason.strip())

    def withdraw(self, person: Person, reason: str = "") -> None:
        """Take the posting back; who raised a hand hears why. A draft is thrown away, which is nobody's news."""
        if self.state == "draft":
            change(self, "withdraw", person, ended_at=now())
            SearchEntry.drop(self)
        elif reason.strip():
            self._end("withdraw", person, reason)
        else:
            raise Invalid(reason=WHY)

    def scrap(self, person: Person, reason: str) -> None:
        """Nobody needs this work: a good ending."""
        self._end("scrap", person, reason)

    def _end(self, verb: str, person: Person, reason: str) -> None:
        how: dict[str, Any] = {"reason": reason.strip(), "hands": 0, "ended_at": now()}
        change(self, verb, person, **how)
        self._ended(verb, person)
        for place in db.session.scalars(self.other_places(type(self).state == "open")).all():
            with suppress(Refused):  # somebody just took it, so it goes on
                change(place, verb, person, **how)
                place._ended(verb, person)  # noqa: SLF001 - a task like this one

    def _ended(self, verb: str, person: Person) -> None:
        Event.record(self, verb, by=person, tell={"hand": self.dismiss(self.reason)}, note=self.reason)

    def repost(self, person: Person, due: date, hours: int, places: int = 1, description: str = "") -> None:
        """Put an expired task on the square again: smaller, with more people, or on another date."""
        check_hours(hours=hours)
        check_date(due)
        change(
            self,
            "repost",
            person,
            due=due,
            hours=hours,
            places=places,
            description=description.strip(),
            posted_at=now(),
            ended_at=None,
            asked="",
        )
        Event.record(self, "repost", by=person, tell={"hand": self.dismissed()})

    # What the verbs share.

    def answering(self) -> dict[str, list[int]]:
        """Whom to tell what the author should know, and why: the author, or who answers for it now."""
        from hkplein.models.task import leading, members_of

        if not self.author_left:
            return {"author": [self.author_id]}
        return {"stand-in": leading(self.issue_id) or members_of(self.pit_id)}

    def touched(self, *people: Person) -> list[int]:
        """Everybody in the pits between which work moves: they are told at once, and asked for nothing."""
        from hkplein.models.task import members_of

        pits = {self.pit_id, *(person.pit_id for person in people)}
        return members_of(*pits) if len(pits) > 1 else []

    def dismiss(self, reply: str) -> list[int]:
        """Say no, with a sentence, to every hand that is up; the ids of whose they are."""
        return self.answer_hands("declined", reply)

    def answer_hands(self, state: str, reply: str = "", *which: Any) -> list[int]:
        """Give the hands that are up (those of `which`) an answer; the ids of whose they are."""
        from hkplein.models.bid import Bid

        up = update(Bid).where(Bid.task_id == self.id, Bid.state == "raised", *which)
        answered = up.values(state=state, reply=reply, answered_at=now(), since=now()).returning(Bid.person_id)
        return list(db.session.scalars(answered))

    def dismissed(self) -> list[int]:
        """Who heard that somebody else was chosen."""
        from hkplein.models.bid import Bid

        return list(db.session.scalars(select(Bid.person_id).where(Bid.task_id == self.id, Bid.state == "declined")))

    def other_places(self, *where: Any) -> Select[Any]:
        """The other places of the same posting."""
        model = type(self)
        others = model.posting_id == (self.posting_id or 0), model.id != self.id
        return select(model).where(*others, *where).order_by(model.id)

    def overtake(self) -> None:
        """What was proposed or wished about it stands no longer: it changed hands, was reported or released."""
        from hkplein.models.hand_over import overtake

        overtake(self)  # type: ignore[arg-type]


@contextmanager
def only_once(row: Any, sentence: Any) -> Iterator[None]:
    """Turns the database's last word, a unique index, into a refusal with a sentence."""
    try:
        yield
    except IntegrityError as error:
        raise Refused(row, sentence) from error


def check_hours(**hours: int) -> None:
    """A task is at most two working days; `hours` names the field that says so."""
    for field, count in hours.items():
        if count > MOST_HOURS:
            raise Invalid(**{field: _("That is more than two days. Split it: a task has at most 16 hours.")})
        if count < 1:
            raise Invalid(**{field: _("Fill in at least one hour.")})


def check_date(due: date) -> None:
    """A date to come."""
    if due < today():
        raise Invalid(due=_("This date has passed. Choose today or later."))
