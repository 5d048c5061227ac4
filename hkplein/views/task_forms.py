"""What is asked when somebody posts a task, changes it, takes it on or hands it over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import InputRequired

from hkplein.clock import today
from hkplein.db import db
from hkplein.i18n import _, _l
from hkplein.models import Bid, Issue, Person, Skill, Task
from hkplein.models.skill import KINDS
from hkplein.models.task_table import CHOICES, OFFERS
from hkplein.models.task_verbs import MOST_HOURS, MOST_PLACES, WHY
from hkplein.views import Form, options
from hkplein.views.fields import CHOOSE, count, day, line, listed, one_id, one_word, paragraph, some_of

KEPT = ("title", "description", "hours", "due", "place", "less_fun", "choice", "places", "mandate")
HOURS = _l("Fill in a whole number of hours, from 1 to 16.")
WHOSE = _l("Choose one of the hands.")
PLACES = _l("Fill in a whole number of colleagues, from 1 to 50.")


def in_two_weeks() -> Any:
    """The date that a new task proposes."""
    return today() + timedelta(days=14)


class TaskForm(Form):
    title = line(
        _l("What needs to be done?"),
        _l("Give the task a title. Begin with a verb."),
        description=_l("Begin with a verb, such as “Call ten residents”."),
    )
    description = paragraph(_l("What else is good to know?"))
    hours = count(
        _l("How many hours?"),
        HOURS,
        description=_l("At most 16. Split what takes longer into tasks of their own."),
    )
    due = day(_l("Ready by"), default=in_two_weeks)
    place = line(_l("Where?"), most=120, description=_l("A village, a building, or “at home”."))
    learns = SelectField(_l("What do you learn from it?"), coerce=one_id, **listed(CHOOSE))
    less_fun = BooleanField(
        _l("This is less fun work"), description=_l("Say so honestly: some people like to get it out of the way.")
    )
    issue = SelectField(_l("For which issue?"), coerce=one_id, validate_choice=False, **listed(CHOOSE))
    skills_knowledge = some_of(_l("Professional knowledge that helps"), validate_choice=True)
    skills_process = some_of(_l("Process skills that help"), validate_choice=True)
    choice = one_word(_l("Who gets it?"), CHOICES, default="first")
    places = count(
        _l("For how many colleagues?"),
        PLACES,
        MOST_PLACES,
        default=1,
        description=_l("Each of them gets this task, with these hours."),
    )
    mandate = BooleanField(
        _l("Only with a mandate (bevoegdheid)"), description=_l("It can be given away, but not swapped.")
    )

    @property
    def data(self) -> dict[str, Any]:
        """What was filled in, with the skills of both kinds together."""
        filled: dict[str, Any] = dict(super().data)
        skills = [*(filled.pop(f"skills_{kind}") or () for kind in KINDS)]
        return {**filled, "skills": [id_ for ids in skills for id_ in ids]}


class HandForm(Form):
    words = paragraph(_l("Why would you like to do this?"), description=_l("Only who posted this task reads it."))


class ChooseForm(Form):
    bid = RadioField(_l("Whose hand?"), [InputRequired(WHOSE)], coerce=one_id, validate_choice=False, **listed(WHOSE))
    reason = paragraph(
        _l("What do you say to the others?"),
        description=_l("One friendly sentence with the reason. They get it with three tasks that are alike."),
    )


class OfferForm(Form):
    kind = one_word(_l("How do you offer it?"), OFFERS, default="give")
    wish = paragraph(_l("What would you like in return?"), description=_l("For a swap: what would suit you better?"))


class ReleaseForm(Form):
    done = paragraph(_l("What is done?"), _l("Say what is done, even if that is nothing yet."))
    left = paragraph(_l("What is left?"), _l("Say what is left to do."))
    tip = paragraph(_l("One tip for who does this next"), _l("Give one tip: who or what helps?"))
    hours_left = count(_l("How many hours are left?"), HOURS)


class ConfirmForm(Form):
    thanks = paragraph(_l("A word of thanks"), description=_l("It goes to who did this task."))
    lesson_title = line(_l("What did you learn? Give it a title"))
    lesson_text = paragraph(_l("What can others use tomorrow?"), description=_l("At most 120 words."))


class ReturnForm(Form):
    reason = paragraph(_l("What is left to do?"), _l("Say what is left to do."))


class EndForm(Form):
    reason = paragraph(_l("Why?"), WHY)


class WithdrawForm(Form):
    reason = paragraph(_l("Why?"))  # the model wants it of what was posted


class RepostForm(Form):
    due = day(_l("Ready by"), default=in_two_weeks)
    hours = count(_l("How many hours?"), HOURS)
    places = count(_l("For how many colleagues?"), PLACES, MOST_PLACES, default=1)
    description = paragraph(_l("What else is good to know?"))


FORMS: dict[str, Callable[..., Form]] = {
    "raise-hand": HandForm,
    "choose": ChooseForm,
    "offer": OfferForm,
    "release": ReleaseForm,
    "confirm": ConfirmForm,
    "return": ReturnForm,
    "withdraw": WithdrawForm,
    "scrap": EndForm,
    "repost": RepostForm,
}


def forms_for(task: Task, person: Person, hands: Sequence[Bid], typed: Mapping[str, Form]) -> dict[str, Form]:
    """The forms of what `person` may do now: as typed, or fresh and filled with what the task says."""
    forms = {verb.name: FORMS[verb.name] for verb in task.verbs_for(person) if verb.name in FORMS}
    fresh: dict[str, dict[str, Any]] = {
        "release": {"hours_left": min(task.hours, MOST_HOURS)},
        "repost": {"hours": min(task.hours, MOST_HOURS), "description": task.description},
    }
    filled = {name: form(formdata=None, **fresh.get(name, {})) for name, form in forms.items() if name not in typed}
    filled |= typed
    if "choose" in filled:
        filled["choose"]["bid"].choices = [(hand.id, hand.person.name) for hand in hands]
        filled["choose"]["reason"].flags.required = task.places == 1
    if "withdraw" in filled:
        filled["withdraw"]["reason"].flags.required = task.state != "draft"
    if "offer" in filled and task.mandate:
        filled["offer"]["kind"].choices = options({"give": OFFERS["give"]})
    return filled


def task_form(person: Person, task: Task | None = None, **given: Any) -> TaskForm:
    """A form to post a task or to change one, with what `person` can choose from."""
    if task is not None:
        given |= {name: getattr(task, name) for name in KEPT}
        given |= {"issue": task.issue_id or 0, "learns": task.learns_id or 0}
        given |= {f"skills_{kind}": [skill.id for skill in task.skills if skill.kind == kind] for kind in KINDS}
    form = TaskForm(**given)
    issues = dict(_issues_of(person))
    if task is not None and task.issue:
        issues.setdefault(task.issue.id, task.issue.title)
    form.issue.choices = [(0, _("None: it is for my own pit")), *issues.items()]
    offer_skills(form)
    return form


def offer_skills(form: TaskForm) -> None:
    """Put the skills into the form, each under its kind."""
    skills = sorted(db.session.scalars(select(Skill).where(Skill.state == "active")), key=lambda s: s.name.casefold())
    for kind in KINDS:
        form[f"skills_{kind}"].choices = [(skill.id, skill.name) for skill in skills if skill.kind == kind]
    form.learns.choices = [(0, _("Nothing new")), *((skill.id, skill.name) for skill in skills)]


def _issues_of(person: Person) -> Sequence[tuple[int, str]]:
    if not person.team_ids:
        return []
    mine = select(Issue.id, Issue.title).where(Issue.id.in_(person.team_ids)).order_by(Issue.title)
    return [(row.id, row.title) for row in db.session.execute(mine)]
