"""What is asked when somebody asks a pitstop, and at every step after that."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wtforms import DateTimeLocalField, Field, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Optional

from hkplein.clock import ZONE
from hkplein.i18n import _l
from hkplein.models.pitstop import READERS
from hkplein.views import Form, options

HELPED = {"yes": _l("Yes"), "partly": _l("Partly"), "no": _l("No, ask it again")}
LONG = Length(max=4000, message=_l("Use at most 4,000 characters."))
SHORT = Length(max=120, message=_l("Keep it short: at most 120 characters."))


def here(moment: datetime | None) -> datetime | None:
    """A moment as it was typed, by the clock on the wall."""
    return moment.replace(tzinfo=ZONE) if moment else None


def paragraph(label: Any, why: Any = None, **more: Any) -> TextAreaField:
    """A longer text; `why` is said when it has to be there and is not."""
    return TextAreaField(label, [DataRequired(why) if why else Optional(), LONG], **more)


class MomentField(DateTimeLocalField):
    """A date and time in the Netherlands, with a plain sentence when it is none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = "DateTimeLocalField"  # it looks like one

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError(str(_l("Fill in a date and a time."))) from None


class AskForm(Form):
    """Three fields; the rest is folded."""

    question = paragraph(
        _l("What is your question?"),
        _l("Write down what you are stuck on."),
        description=_l("A few sentences are enough. You can say more when you talk."),
        render_kw={
            "rows": 4,
            "data-hx-post": "/lessons/like",
            "data-hx-trigger": "input changed delay:500ms",
            "data-hx-target": "#alike",
            "data-hx-vals": '{"nonce": ""}',  # looking around is not sending the form
        },
    )
    line_id = RadioField(_l("Who may help?"), [InputRequired(_l("Choose a help line."))], coerce=int)
    readers = RadioField(
        _l("Who may read this?"),
        choices=options({"": _l("as is usual on this line"), **READERS}),
        default="",
        validators=[Optional()],
        description=_l("“The line only” is confidential: only you and the one helper who picks it up can read it."),
    )
    topic = StringField(
        _l("The topic, in a few words"),
        [Optional(), SHORT],
        description=_l("All helpers of the line may see this, also when your question is confidential."),
    )
    tried = paragraph(_l("What did you try?"))
    asking = RadioField(_l("Who asks this?"), default="me")

    FOLDED = ("topic", "tried", "asking")

    def folded(self) -> list[Field]:
        """The fields that nobody has to see."""
        return [self[name] for name in self.FOLDED if name != "asking" or len(self.asking.choices or []) > 1]

    def unfolded(self) -> bool:
        """There is something in them to see: filled in, or to mend."""
        return any(field.errors or field.data not in ("", "me", None) for field in self.folded())


class TextForm(Form):
    text = paragraph(_l("What do you want to say?"), _l("Write something first."), render_kw={"rows": 4})


class PlanForm(Form):
    at = MomentField(_l("When?"), [InputRequired(_l("Fill in a date and a time."))], filters=[here])
    place = StringField(_l("Where?"), [Optional(), SHORT], description=_l("A room, a link, or by phone."))


class ReferForm(Form):
    line_id = SelectField(
        _l("Which help line fits better?"),
        [InputRequired(_l("Choose a help line."))],
        coerce=int,
        validate_choice=False,
    )


class HandForm(Form):
    helper_id = SelectField(
        _l("Who could go on with it?"), [InputRequired(_l("Choose a helper."))], coerce=int, validate_choice=False
    )


class CloseForm(Form):
    helped = RadioField(
        _l("Did it help?"),
        [InputRequired(_l("Choose whether it helped.")), AnyOf(list(HELPED), message=_l("Choose whether it helped."))],
        choices=options(HELPED),
        validate_choice=False,
    )
    lesson = paragraph(
        _l("What can others use tomorrow?"),
        description=_l("A lesson of at most 120 words. From a confidential pitstop it is shared without names."),
    )
    lesson_title = StringField(_l("Name of the lesson"), [Optional(), SHORT])


class WidenForm(Form):
    readers = RadioField(
        _l("Who may read it from now on?"),
        [InputRequired(_l("Choose who may read it.")), AnyOf(list(READERS), message=_l("Choose who may read it."))],
        choices=options({key: words for key, words in READERS.items() if key != "line"}),
        validate_choice=False,
    )


FORMS: dict[str, Any] = {
    "answer": TextForm,
    "reply": TextForm,
    "plan": PlanForm,
    "refer": ReferForm,
    "hand-to": HandForm,
    "close": CloseForm,
    "widen": WidenForm,
}
