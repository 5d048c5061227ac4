"""What is asked when somebody posts an issue, changes it, moves it on or ends it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from wtforms import Field, RadioField
from wtforms.validators import AnyOf, InputRequired, Optional

from hkplein.db import db
from hkplein.i18n import _l
from hkplein.models import Partner, Pit
from hkplein.models.issue_table import EFFECTS_SEEN, ROLES
from hkplein.views import Form, options
from hkplein.views.fields import day, line, one_of, one_word, paragraph, some_of

A_LINE = 200  # characters


def pits() -> dict[Any, Any]:
    """The pits there are, by name."""
    return _names(select(Pit.id, Pit.name).where(Pit.state == "active").order_by(Pit.name))


def partners() -> dict[Any, Any]:
    """The partners outside, by name."""
    return _names(select(Partner.id, Partner.name).order_by(Partner.name))


def _names(query: Select[int, str]) -> dict[Any, Any]:
    return {row.id: row.name for row in db.session.execute(query)}


class LinesField(Field):
    """A few short texts, each on a line of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = "TextAreaField"  # it looks like one

    def _value(self) -> str:
        return "\n".join(self.data or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        lines = "".join(valuelist[:1]).splitlines()
        self.data = [line.strip()[:A_LINE] for line in lines if line.strip()]


class NewForm(Form):
    """A question that somebody puts, for a pit."""

    title = line(_l("Title"), _l("Give it a short title."), description=_l("A few words that everybody understands."))
    question = paragraph(
        _l("What is the question?"),
        _l("Write down the question."),
        description=_l("What is it about, and for whom? You need not know the answer."),
    )
    theme = line(_l("Theme"), _l("Name a theme."), render_kw={"list": "themes"})
    pit_id = one_of(_l("Which pit does it belong to?"), _l("Choose a pit."), pits)
    pits = some_of(
        _l("Which other pits does it touch?"), pits, description=_l("They are told at once. They need not agree.")
    )
    partners = some_of(
        _l("With which partners do we share it?"), partners, description=_l("They read it and may ask questions.")
    )


class EditForm(NewForm):
    """All that it says of itself."""

    effect = paragraph(_l("What do residents notice when it works?"))
    role = RadioField(
        _l("What is our role?"),
        [Optional(), AnyOf(ROLES)],
        choices=options(ROLES),
        validate_choice=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.pit_id  # an issue goes to another pit by handing it over


class SeekForm(Form):
    """What must be clear before we look for a trekker."""

    effect = paragraph(_l("What do residents notice when it works?"), _l("Write down what residents will notice."))
    role = one_word(_l("What is our role?"), ROLES, _l("Choose our role."))


class RoundForm(Form):
    """A round: until when, and how we see that it works."""

    round_ends = day(_l("When does this round end?"), description=_l("Then you look back together."))
    signs = LinesField(
        _l("By what do you see that it works?"),
        [InputRequired(_l("Write down at least one sign."))],
        description=_l("One to three signs, each on a line of its own."),
    )


class UpdateForm(Form):
    """The state of play."""

    text = paragraph(
        _l("How is it going?"),
        _l("Write down how it is going."),
        description=_l("Short and honest: what works, what does not, what comes next."),
    )


class PauseForm(Form):
    """Why it rests, and until when."""

    reason = paragraph(_l("Why does it rest?"), _l("Write down why."))
    look_again = day(_l("When do you look again?"))


class AwayForm(Form):
    """Until when; nobody asks why."""

    until = day(_l("Until and including"), needed=False, description=_l("Leave this open if you do not know yet."))


class HandOverForm(Form):
    """To whom the lead is passed on."""

    until_then = _l("You stay trekker until your colleague agrees.")
    to = one_of(_l("Who do you ask?"), _l("Choose a colleague."), description=until_then)


class PitForm(Form):
    """Which pit is asked."""

    until_then = _l("Anybody of that pit may say yes. Until then it stays with you.")
    pit = one_of(_l("Which pit do you ask?"), _l("Choose a pit."), pits, description=until_then)


class EndForm(Form):
    """What was seen of the effect, and one lesson."""

    effect_seen = one_word(_l("Did you see the effect?"), EFFECTS_SEEN, _l("Choose what you saw."))
    lesson = line(_l("What did you learn, in one line?"), _l("Give the lesson a title."))
    lesson_text = paragraph(
        _l("The lesson"),
        _l("Write down the lesson."),
        description=_l("At most 120 words that others can use tomorrow."),
    )


class HandToPitForm(PitForm, EndForm):
    """Which pit is asked, and what any ending asks."""


class ReopenForm(Form):
    """Why it begins again."""

    reason = paragraph(_l("Why do you open it again?"), _l("Write down why."))


class AskForm(Form):
    """A question about it."""

    text = paragraph(
        _l("Your question"), _l("Write down your question."), description=_l("Everybody who reads this issue sees it.")
    )


class AnswerForm(Form):
    """The answer to a question."""

    text = paragraph(
        _l("Your answer"), _l("Write down your answer."), description=_l("Everybody who reads this issue sees it.")
    )


FORMS: dict[str, type[Form]] = {
    "edit": EditForm,
    "seek": SeekForm,
    "start": RoundForm,
    "renew": RoundForm,
    "update": UpdateForm,
    "pause": PauseForm,
    "away": AwayForm,
    "hand-over": HandOverForm,
    "hand-to-pit": HandToPitForm,
    "finish": EndForm,
    "let-go": EndForm,
    "stop": EndForm,
    "reopen": ReopenForm,
    "ask": AskForm,
}
