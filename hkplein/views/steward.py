"""The steward's administration: accounts, the municipality, and the health of the whole; only stewards come in."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import joinedload, lazyload
from wtforms import TextAreaField

from hkplein.db import db
from hkplein.errors import Invalid
from hkplein.i18n import _, _l
from hkplein.models import Municipality, Person, Skill
from hkplein.models.health import health as totals
from hkplein.models.security_event import RIGHTS, SecurityEvent
from hkplein.passwords import hashed, one_time
from hkplein.sign_on import by_password, provider
from hkplein.views import Answer, Form, asked_id, blame, leave, me, trimmed
from hkplein.views.account import sure
from hkplein.views.accounts import AccountForm, hand_out
from hkplein.views.fields import line
from hkplein.views.requests import aside

bp = Blueprint("steward", __name__)
PER_PAGE = 50


class TownForm(Form):
    name = line(_l("Name of the municipality"), _l("Fill in a name."))
    contact = line(
        _l("Whom to ask about this site (not required)"),
        description=_l("An e-mail address or telephone number; stands in the accessibility statement."),
        most=320,
    )
    villages = TextAreaField(_l("Villages, one on each line"), render_kw={"rows": 8})
    confidants = TextAreaField(
        _l("Confidants, one on each line"),
        description=_l("Name, telephone number, e-mail address; with commas between them."),
        render_kw={"rows": 4},
    )


@bp.before_request
def only_stewards() -> None:
    """For everybody else these pages do not exist."""
    if not me().is_authenticated or not me().steward:
        abort(404)


@bp.get("/steward")
def index() -> str:
    """What a steward can do, and what not."""
    proposed = db.session.scalar(select(func.count()).where(Skill.state == "proposed"))
    return render_template("steward/page.html", proposed=proposed)


@bp.get("/steward/accounts")
def accounts() -> str:
    """Everybody with an account, by name."""
    q, after = trimmed(request.args.get("q")), asked_id("after")
    query = select(Person).where(~Person.erased).order_by(Person.name, Person.id)
    query = query.options(joinedload(Person.pit), lazyload(Person.skills))
    if q:
        query = query.where(Person.called(q) | Person.email.icontains(q, autoescape=True))
    if after:
        last = select(Person.name, Person.id).where(Person.id == after).scalar_subquery()
        query = query.where(tuple_(Person.name, Person.id) > last)
    people = list(db.session.scalars(query.limit(PER_PAGE + 1)))
    more = url_for("steward.accounts", q=q or None, after=people[PER_PAGE - 1].id) if len(people) > PER_PAGE else None
    return render_template("steward/accounts.html", q=q, people=people[:PER_PAGE], more=more, roles=RIGHTS)


@bp.route("/people/new", methods=["GET", "POST"])
def new() -> Answer:
    """A new account; with a one-time password that is shown once, for whoever does not sign on elsewhere."""
    form = AccountForm()
    if request.method == "GET" or not form.validate():
        return new_page(form), 200 if request.method == "GET" else 422
    password = one_time() if by_password(form.role.data) else ""
    with aside():
        password_hash = hashed(password) if password else None
    if not sure(form):
        return new_page(form), 422
    try:
        person = Person.open_account(me(), password_hash=password_hash, **form.columns)
    except Invalid as invalid:
        blame(form, invalid)
        return new_page(form), 422
    return hand_out(person, password) if password else leave(person.url, _("%(who)s can sign in now.", who=person.name))


def new_page(form: AccountForm) -> str:
    """The page for a new account."""
    return render_template("steward/new.html", form=form, sso=provider())


@bp.route("/steward/municipality", methods=["GET", "POST"])
def municipality() -> Answer:
    """The municipality's name, whom to ask about this site, its villages and its confidants."""
    town = db.session.scalars(select(Municipality)).one()
    if request.method == "GET":
        lines = [", ".join(filter(None, (c.get("name"), c.get("phone"), c.get("mail")))) for c in town.confidants]
        about = {"name": town.name, "contact": town.contact}
        form = TownForm(**about, villages="\n".join(town.villages), confidants="\n".join(lines))
        return render_template("steward/municipality.html", form=form)
    form = TownForm()
    if not form.validate():
        return render_template("steward/municipality.html", form=form), 422
    town.name, town.contact = str(form.name.data), str(form.contact.data or "")
    town.villages = lines_of(form.villages.data)
    town.confidants = [confidant(line) for line in lines_of(form.confidants.data)]
    SecurityEvent.record("settings", by=me())
    return leave("/steward/municipality", _("The municipality is changed."))


def lines_of(text: str | None) -> list[str]:
    """The lines on which something stands."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def confidant(line: str) -> dict[str, str]:
    """A confidant out of one line: a name, and whatever of telephone and mail stands there."""
    name, *rest = (part.strip() for part in line.split(","))
    mail = next((part for part in rest if "@" in part), "")
    return {"name": name, "phone": next((part for part in rest if part != mail), ""), "mail": mail}


@bp.get("/steward/health")
def health() -> str:
    """How the whole is doing: totals only, never about people."""
    return render_template("steward/health.html", totals=totals())
