"""Accounts: what a steward does to one; the doors stand beside those of the person whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy import select
from wtforms import EmailField, SelectField
from wtforms.validators import DataRequired, InputRequired, Regexp

from hkplein.db import db
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _, _l
from hkplein.models import Identity, Partner, Person, Pit
from hkplein.models.person_leaving import told
from hkplein.models.security_event import RIGHTS
from hkplein.passwords import hashed, one_time
from hkplein.roster import ADDRESS
from hkplein.sign_on import by_password
from hkplein.views import Answer, Form, blame, done, find, me, options, page_of, remember
from hkplein.views.account import SureForm, sure
from hkplein.views.fields import line
from hkplein.views.requests import aside

bp = Blueprint("accounts", __name__, url_prefix="/people")


def whole(value: str | None) -> int | None:
    """An id out of a select; nothing chosen is None."""
    return int(value) if value and value != "0" else None


class AccountForm(SureForm):
    name = line(_l("Name"), _l("Fill in a name."))
    email = EmailField(
        _l("E-mail address"),
        [
            DataRequired(_l("Fill in an e-mail address.")),
            Regexp(ADDRESS, message=_l("This is not an e-mail address.")),
        ],
        description=_l("With this somebody signs in."),
        render_kw={"autocomplete": "off"},  # a browser knows the steward's own
    )
    role = SelectField(_l("Role"), [InputRequired(_l("Choose a role."))], choices=options(RIGHTS))
    pit_id = SelectField(_l("Pit (of a colleague)"), coerce=whole)
    partner_id = SelectField(_l("Organisation (of a partner)"), coerce=whole)

    def __init__(self, *args: Any, **about: Any) -> None:
        """The form, with the pits and partners there are; the password comes last."""
        if person := about.get("obj"):
            about["role"] = person.rights
            about |= {name: getattr(person, name) for name in ("name", "email", "pit_id", "partner_id")} | {"obj": None}
        super().__init__(*args, **about)
        if current := self._fields.pop("current", None):
            self._fields["current"], current.description = current, _("Your own, to be sure that it is you.")
        pits = db.session.execute(select(Pit.id, Pit.name).where(Pit.state == "active").order_by(Pit.name))
        partners = db.session.execute(select(Partner.id, Partner.name).order_by(Partner.name))
        self.pit_id.choices = [("0", _("between pits")), *((str(row.id), row.name) for row in pits)]
        self.partner_id.choices = [("0", _("none")), *((str(row.id), row.name) for row in partners)]

    @property
    def columns(self) -> dict[str, Any]:
        """What was filled in about the account."""
        return {name: value for name, value in self.data.items() if name != "current"}


FORMS: dict[str, Any] = {"account": AccountForm, "reset-password": SureForm, "deactivate": Form}


def buttons(person: Person) -> Iterator[str]:
    """What a steward does to an account, as far as it makes sense for how somebody signs in."""
    if by_password(person.rights):
        yield "reset-password"
    if Identity.known(person):
        yield "disconnect"
    yield from ("deactivate", "activate")


def open_to(verb: str, id: int) -> Person:
    """The person to whose account a steward wants to do this, if that may be."""
    person: Person = find(Person, id, Person.visible_to)
    if sentence := person.why_not(verb, me()):
        raise Refused(person, sentence)
    return person


@bp.post("/<id:id>/account")
def account(id: int) -> Answer:
    """Change name, address, pit or role; with the password of who does it."""
    person, form = open_to("account", id), AccountForm()
    if not form.validate() or not sure(form):
        return page_of(person, forms={"account": form}), 422
    try:
        person.account(me(), **form.columns)
    except Invalid as invalid:
        blame(form, invalid)
        db.session.rollback()
        return page_of(person, forms={"account": form}), 422
    return done(person, person.VERBS["account"].said)


@bp.post("/<id:id>/reset-password")
def reset_password(id: int) -> Answer:
    """A new one-time password for somebody, shown once; with the password of who makes it."""
    person, form = open_to("reset-password", id), SureForm()
    if not by_password(person.rights):
        raise Refused(person, _("%(who)s signs in with a work account. A password would not work.", who=person.name))
    password = one_time()
    with aside():
        password_hash = hashed(password)
    if not form.validate() or not sure(form):
        return page_of(person, forms={"reset-password": form}), 422
    person.reset_password(me(), password_hash=password_hash)
    return hand_out(person, password)


@bp.post("/<id:id>/deactivate")
def deactivate(id: int) -> Answer:
    """Close an account, and say what became of the work."""
    person = find(Person, id, Person.visible_to(me()))
    gone = person.deactivate(me())
    return done(person, f"{_('The account is closed.')} {told(gone)}".strip())


def hand_out(person: Person, password: str) -> str:
    """Show the password in this answer and nowhere else; sent twice, the form leads to where that is said."""
    remember(f"{person.url}?shown")
    return render_template("steward/password.html", person=person, password=password)


def shown_before(person: Person) -> str:
    """What is said to a steward instead of a password that was shown before."""
    if not person.may("reset-password", me()):
        return ""
    button = person.VERBS["reset-password"].label
    return _("The password was shown before. Is it lost? Make another one with “%(button)s”.", button=button)
