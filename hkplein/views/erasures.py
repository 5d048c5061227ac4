"""Erasing an account: one's own, or that of somebody who left; said beforehand what goes and what stays."""

from __future__ import annotations

from flask import abort, render_template, request

from hkplein import terms
from hkplein.clock import now
from hkplein.errors import Refused
from hkplein.models import Person
from hkplein.models.stored import STORED
from hkplein.views import Answer, find, leave, me, people
from hkplein.views.account import SureForm, sure


@people.bp.route("/<id:id>/erase", methods=["GET", "POST"])
def erase(id: int) -> Answer:
    """What will happen, in plain words; then the password of who asks."""
    person, form = find(Person, id, Person.visible_to), SureForm()
    if request.method == "GET":
        return page(person, form) if person.id == me().id or me().steward else abort(404)
    if sentence := person.why_not("erase", me()):
        raise Refused(person, sentence)
    if not form.validate() or not sure(form):
        return page(person, form), 422
    person.erase(me())
    return leave(f"{person.url}/erase", person.VERBS["erase"].said)


def page(person: Person, form: SureForm) -> str:
    """The page, with the form if it may be asked now, or the button to stop it."""
    return render_template(
        "people/erase.html",
        person=person,
        own=person.id == me().id,
        form=form,
        why_not=person.why_not("erase", me()),
        me=me(),
        then=person.erase_at or now() + terms.COOLING.after,
        goes=[it.title for it in STORED if it.gone],
        stays=[it.title for it in STORED if not it.gone],
    )


@people.bp.post("/<id:id>/keep")
def keep(id: int) -> Answer:
    """Not after all."""
    person = find(Person, id, Person.visible_to)
    person.keep(me())
    return leave("/account" if person.id == me().id else person.url, person.VERBS["keep"].said)
