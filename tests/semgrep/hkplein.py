"""Examples for the rules beside this file: what each must catch, and what it must let pass. Nothing runs them."""


def commits():
    # ruleid: no-commit-in-models-and-views
    db.session.commit()
    Attempt.count_one(keys)
    # ok: no-commit-in-models-and-views
    db.session.commit()
    SecurityEvent.record("sign-in-failed", by=None)
    # ok: no-commit-in-models-and-views
    db.session.commit()


def rows(id):
    # ruleid: no-row-without-a-rule
    db.session.get(Pitstop, id)
    # ok: no-row-without-a-rule
    find(Pitstop, id, Pitstop.visible_to)


def who_is_half_way(id):
    # ok: no-row-without-a-rule
    db.session.get(Person, id)


def markup(person):
    # ruleid: no-markup-of-formatted-text
    Markup(f"<b>{person.name}</b>")
    # ruleid: no-markup-of-formatted-text
    Markup("<b>" + person.name)
    # ruleid: no-markup-of-formatted-text
    Markup("<b>%s</b>" % person.name)
    # ok: no-markup-of-formatted-text
    Markup("<b>{}</b>").format(person.name)


def sql(q):
    # ruleid: no-sql-from-strings
    text(f"SELECT * FROM task WHERE title = '{q}'")
    # ruleid: no-sql-from-strings
    db.session.execute("SELECT 1 WHERE title = " + q)
    # ok: no-sql-from-strings
    text("SELECT * FROM task WHERE title = :q").bindparams(q=q)


def redirects():
    # ruleid: redirect-only-to-own-paths
    redirect(request.args.get("next", "/"))
    target = request.values["next"]
    # ruleid: redirect-only-to-own-paths
    redirect(target, 303)
    # ruleid: redirect-only-to-own-paths
    redirect(request.referrer)
    # ok: redirect-only-to-own-paths
    redirect(own_path(), 303)


def logs(pitstop, person):
    # ruleid: no-words-of-people-in-logs
    log.warning("stuck: %s", pitstop.question)
    # ruleid: no-words-of-people-in-logs
    log.info(f"mail to {person.email}")
    # ok: no-words-of-people-in-logs
    log.warning("mail: one was refused: %s", type(error).__name__)
    # ruleid: no-printing-of-people
    print(pitstop.id)
    # ok: no-printing-of-people
    log.debug("one more")


# ruleid: no-requests-outside
import requests

# ruleid: no-requests-outside
from urllib.request import urlopen

# ok: no-requests-outside
from urllib.parse import urlsplit


def clock():
    # ruleid: one-clock
    datetime.now(UTC)
    # ruleid: one-clock
    date.today()
    # ok: one-clock
    now()


def metrics(person):
    # ruleid: no-person-in-a-metric
    SEEN.labels(route="/tasks", person=person.id).inc()
    # ruleid: no-person-in-a-metric
    Counter("sign_ins", "Sign-ins", ["email"])
    # ok: no-person-in-a-metric
    SEEN.labels(route="/tasks").inc()


# ruleid: no-pickle
import pickle

# ok: no-pickle
import json


def code(typed):
    # ruleid: no-eval
    eval(typed)
    # ok: no-eval
    int(typed)
    # ruleid: no-commands
    os.system(typed)
    # ok: no-commands
    os.getpid()
    # ruleid: no-template-from-strings
    render_template_string(typed)
    # ok: no-template-from-strings
    render_template("home/page.html")


# ruleid: no-door-without-a-token
@csrf.exempt
def door():
    pass


# ok: no-door-without-a-token
csrf.init_app(app)
