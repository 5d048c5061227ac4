"""The small vocabulary every view is written in: me, find, show, done, verbs."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Collection, Mapping
from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy import Integer, Select, bindparam, select
from sqlalchemy.orm.interfaces import ORMOption
from werkzeug.wrappers import Response as BaseResponse
from wtforms import PasswordField, SelectChoice, StringField  # type: ignore[attr-defined]
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm

from hkplein.db import HIGHEST, Model, Question, Verb, db
from hkplein.errors import Invalid, Refused
from hkplein.extensions import htmx
from hkplein.models import Person

Answer = str | tuple[str, int] | BaseResponse
# How each noun is drawn: its page (or, for htmx, its part), with whatever is said about it.
_pages: dict[type[Model], Callable[..., str]] = {}
_cards: dict[type[Model], Callable[..., str]] = {}


def trimmed(text: str | None) -> str:
    """What was typed, without the spaces around it and what no database can hold."""
    return (text or "").replace("\0", "").strip()


def id_in(text: str) -> int:
    """The id that a text from an address is; 0 when it is none that a database could hold."""
    few = text.isascii() and text.isdigit() and len(text) <= len(str(HIGHEST))
    return int(text) if few and int(text) <= HIGHEST else 0


def asked_id(name: str) -> int:
    """The id that is asked for under this name; 0 when there is none."""
    return id_in(request.values.get(name, ""))


class Form(FlaskForm):
    """A form on a page, whose texts are trimmed; the token and the nonce stand in every <form> already."""

    class Meta(FlaskForm.Meta):
        csrf = False

        def wrap_formdata(self, form: BaseForm, formdata: Any) -> Any:
            """What a form sent. JSON is none: in it anything may stand in the place of a text."""
            return None if request.is_json else super().wrap_formdata(form, formdata)

        def bind_field(self, form: BaseForm, unbound: UnboundField[Any], options: dict[str, Any]) -> Any:
            """Trim every text but a password."""
            kind = unbound.field_class
            if issubclass(kind, StringField) and not issubclass(kind, PasswordField):
                options["filters"] = [trimmed, *unbound.kwargs.get("filters", ())]
            return unbound.bind(form=form, **options)


def options(words: Mapping[Any, Any]) -> list[SelectChoice]:
    """What a field lets one choose from: by code, its words."""
    return [SelectChoice(code, text) for code, text in words.items()]


def me() -> Person:
    """Who is asking: the person itself, never Flask-Login's stand-in."""
    return current_user._get_current_object()  # type: ignore[no-any-return] # noqa: SLF001


def for_the_town() -> None:
    """What concerns only those who work here is not there for a partner."""
    if me().role == "partner":
        abort(404)


def find(model: type[Model], id: int, rule: Any, *options: ORMOption) -> Any:
    """The row, if this visitor may have it; a 404 otherwise: what you may not see is not there.

    `rule` is a rule that is put to the row (`Task.visible_to`), or a condition for the query.
    """
    asked = isinstance(rule, Question)
    found = _by_id(model, options) if asked else _by_id(model, options).where(rule)
    row = db.session.scalars(found, {"id": id}).unique().one_or_none()
    return row if row is not None and (not asked or rule.of(row)(me())) else abort(404)


@functools.lru_cache(maxsize=256)
def _by_id(model: type[Model], options: tuple[ORMOption, ...]) -> Select[Any]:
    """The row with an id; made once, for making it costs more than asking it."""
    return select(model).where(model.id == bindparam("id", type_=Integer)).options(*options)


def alone() -> bool:
    """Whether htmx asks for a part only."""
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def show(page: str, part: str, **context: Any) -> str:
    """The part for htmx, the whole page for everyone else."""
    return render_template(part if alone() else page, **context)


def done(row: Model, said: Any = "", **context: Any) -> Answer:
    """After a verb: the fresh part for htmx, with what to say; a redirect to the thing for everyone else."""
    remember(row.url)
    if alone():
        return page_of(row, said=str(said), **context)
    if said:
        flash(str(said))
    return redirect(row.url, 303)


def leave(url: str, said: Any = "") -> Answer:
    """After a verb that leads elsewhere: go to `url`."""
    remember(url)
    if said:
        flash(str(said))
    if alone():
        return Response(headers={"HX-Redirect": url})
    return redirect(url, 303)


def remember(url: str) -> None:
    """Where the result of this form is, for when it is sent twice."""
    if submission := g.get("submission"):
        submission.result = url


def page_of(row: Model, **context: Any) -> str:
    """The page of a thing as it is now; for htmx its part, or its card when the verb was done on a list."""
    on_list = alone() and request.headers.get("HX-Target", "").startswith("li#")
    draw = _cards.get(type(row)) if on_list else None
    return (draw or _pages[type(row)])(row, **context)


def page(model: type[Model]) -> Callable[[Callable[..., str]], Callable[..., str]]:
    """Register how one noun is drawn: `draw(row, notice="", said="", forms={}, **context)`."""

    def register(draw: Callable[..., str]) -> Callable[..., str]:
        _pages[model] = draw
        return draw

    return register


def card(model: type[Model]) -> Callable[[Callable[..., str]], Callable[..., str]]:
    """Register how one noun is drawn on a list, as an <li>: `draw(row, notice="", said="", **context)`."""

    def register(draw: Callable[..., str]) -> Callable[..., str]:
        _cards[model] = draw
        return draw

    return register


def has_page(row: Any) -> bool:
    """Whether a thing can be drawn."""
    return type(row) in _pages


def verbs(
    bp: Blueprint,
    model: type[Any],
    forms: Mapping[str, Callable[..., Form]] | None = None,
    *,
    but: Collection[str] = (),
) -> None:
    """Give every verb of the noun its door: POST /<nouns>/<id>/<verb>.

    `forms` names the form of the verbs that ask something, or a function that chooses it (or none) by the row; its
    fields are the keywords of the model's method. A verb that does not hold is Refused before what was typed is looked
    at; bad input is 422 with the form as it was typed. A method may answer with another row to show: the place that
    somebody got, split from a posting of several.
    Those in `but` have a door of their own.
    """
    for verb in model.VERBS.values():
        if verb.name not in but and not verb.clock and hasattr(model, verb.method):
            door = _door(model, verb, (forms or {}).get(verb.name))
            bp.add_url_rule(f"/<id:id>/{verb.name}", verb.name, door, methods=["POST"])


def _door(model: type[Any], verb: Verb, form_of: Callable[..., Form] | None) -> Callable[[int], Answer]:
    def door(id: int) -> Answer:
        row = find(model, id, model.visible_to)
        if not row.may(verb.name, me()):
            raise Refused(row, row.why_not(verb.name, me()))
        chosen = form_of if form_of is None or isinstance(form_of, type) else form_of(row)
        form = chosen() if chosen else None
        if form is not None and not form.validate():
            return page_of(row, forms={verb.name: form}), 422
        try:
            row = getattr(row, verb.method)(me(), **(form.data if form else {})) or row
        except Invalid as invalid:
            if form is None:
                raise
            blame(form, invalid)
            db.session.rollback()
            return page_of(row, forms={verb.name: form}), 422
        return done(row, row.worded(verb.said))

    return door


def blame(form: Form, invalid: Invalid) -> None:
    """Put the sentences of `invalid` beside the fields of `form`."""
    for name, sentence in invalid.problems.items():
        field = form._fields[name]
        field.errors = [*field.errors, str(sentence)]


def blueprints() -> list[Blueprint]:
    """Every door of the town: each view file has a `bp`."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names if name != "assets"]
    return [module.bp for module in modules if hasattr(module, "bp")]
