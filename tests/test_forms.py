"""Forms as a whole: what no database holds is answered at the form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from werkzeug.datastructures import MultiDict

from hkplein.views import Form

# What the model itself answers, with a sentence of its own.
BY_THE_MODEL = {"seen", "hours", "hours_left"}


def every_form(form: Any = Form) -> Iterator[Any]:
    for kind in form.__subclasses__():
        yield kind
        yield from every_form(kind)


def test_json_is_no_form(cast, visit):
    """In it a list, or nothing at all, may stand where a form has a text."""
    for sent in ({"title": {"$ne": 1}, "text": ["x"]}, [1], None, "title"):
        for door in ("/lessons/new", "/issues/new", "/tasks/new", f"/people/{cast.anna.id}/edit"):
            assert visit(cast.anna).post(door, json=sent).status_code == 422


def test_a_number_that_no_database_holds_comes_through_no_form(context):
    asked = set()
    kinds = [type(kind.__name__, (kind,), {"__init__": Form.__init__}) for kind in list(every_form())]  # of no thing
    for number in (2**63, -(2**63)):
        for kind in kinds:
            with context.test_request_context():
                names = [field.name for field in kind(formdata=None)]
                form = kind(formdata=MultiDict.fromkeys(names, str(number)))
                for field in form:
                    if hasattr(field, "coerce") and field.choices is None:
                        field.choices = []
                form.validate()
                for field in form:
                    data = field.data if isinstance(field.data, list) else [field.data]
                    asked.add(field.name)
                    through = number in data and field.name not in BY_THE_MODEL and not field.errors
                    assert not through, f"{kind.__name__}.{field.name}"
    assert {"bid", "mine", "whom", "pits", "line_id"} <= asked
