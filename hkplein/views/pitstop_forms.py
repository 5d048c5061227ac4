"""What is asked when somebody asks a pitstop, and at every step after that."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wtforms import DateTimeLocalField, Field, RadioField
from wtforms.validators import InputRequired, Optional

from hkplein.clock import ZONE
from hkplein.i18n import _l
from hkplein.models.pitstop_table import READERS
from hkplein.views import Form, options
from hkplein.views.fields import line, one_of, one_word, paragraph

HELPED = {"yes": _l("Yes"), "partly": _l("Partly"), "no": _l("No, ask it again")}


def here(moment: datetime | None) -> datetime | None:
    """A moment as it was typed, by the clock on the wall."""
    return moment.replace(tzinfo=ZONE) if moment else None


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
            "data-hx-post": "/pitstops/like",
            "data-hx-trigger": "input changed delay:500ms",
            "data-hx-target": "#alike",
            "data-hx-vals": '{"nonce": ""}',  # looking around is not sending the form
        },
    )
    line_id = RadioField(
        _l("Who may help?"),
        [InputRequired(_l("Choose a help line."))],
        coerce=int,
        description=_l("Below the name stands who may usually read a question there."),
    )
    readers = RadioField(
        _l("Who may read this?"),
        choices=options({"": _l("who is named with the help line"), **READERS}),
        default="",
        validators=[Optional()],
        description=_l("“The line only” is confidential: only you and the one helper who picks it up can read it."),
    )
    topic = line(
        _l("The topic, in a few words"),
        most=120,
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
    at = MomentField(
        _l("When?"),
        [InputRequired(_l("Fill in a date and a time."))],
        filters=[here],
        description=_l("A moment within three months."),
    )
    place = line(_l("Where?"), most=120, description=_l("A room, a link, or by phone."))


class ReferForm(Form):
    line_id = one_of(_l("Which help line fits better?"), _l("Choose a help line."))


class HandForm(Form):
    helper_id = one_of(_l("Who could go on with it?"), _l("Choose a helper."))


class CloseForm(Form):
    helped = one_word(_l("Did it help?"), HELPED, _l("Choose whether it helped."))
    lesson = paragraph(
        _l("What can others use tomorrow?"),
        description=_l("A lesson of at most 120 words. From a confidential pitstop it is shared without names."),
    )
    lesson_title = line(_l("Name of the lesson"), most=120)


class WidenForm(Form):
    readers = one_word(
        _l("Who may read it from now on?"),
        {key: words for key, words in READERS.items() if key != "line"},
        _l("Choose who may read it."),
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
