"""Figures for Prometheus: for whom the administrator chose, right, and about nobody."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from flask import request

from hkplein import create_app, metrics
from hkplein.db import db
from hkplein.models import Event, Tick
from tests.cast import make_task
from tests.conftest import CONFIG, Visitor

KEY = "sleutel" * 5
ALLOWED = {"method": {"GET", "POST", "HEAD", "OPTIONS", "other"}, "status": {"2xx", "3xx", "4xx", "5xx"}}


@pytest.fixture
def watched(app, context):
    """The app on the same database, with figures."""
    watched = create_app({**CONFIG, "SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"], "METRICS": KEY})
    watched.test_client_class = Visitor
    yield watched
    with watched.app_context():
        db.engine.dispose()


def read(app, key=KEY):
    """All figures, by name and labels."""
    from prometheus_client.parser import text_string_to_metric_families  # after our metrics: see there

    answer = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    families = text_string_to_metric_families(answer.text)
    return {(s.name, *sorted(s.labels.items())): s.value for family in families for s in family.samples}


def strange(app, before, after):
    """Labels of figures that moved whose value is not one of a few that stand in the code."""
    figures = {key for key, value in after.items() if value != before.get(key)}
    rules = {rule.rule for rule in app.url_map.iter_rules()} | {"nowhere"}
    labels = {label for _name, *labels in figures for label in labels}
    known = {**ALLOWED, "endpoint": rules}
    return {(name, value) for name, value in labels if name != "le" and value not in known.get(name, ())}


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Bearer "}])
def test_without_the_key_there_is_nothing(watched, app, headers):
    for each in (watched, app):  # with figures for somebody; and for nobody
        assert each.test_client().get("/metrics", headers=headers).status_code == 404


@pytest.mark.parametrize(
    ("networks", "headers", "proxies", "status"),
    [
        ("127.0.0.0/8", {}, 0, 200),
        ("10.0.0.0/8", {}, 0, 404),
        ("127.0.0.0/8", {"X-Forwarded-For": "192.0.2.1"}, 0, 404),  # through a proxy that nobody told us of
        ("127.0.0.0/8", {"X-Forwarded-For": "192.0.2.1"}, 1, 200),  # ProxyFix, not here, says who it was
    ],
)
def test_a_network_may_look_and_a_proxy_that_is_not_counted_opens_nothing(
    watched, monkeypatch, networks, headers, proxies, status
):
    monkeypatch.setitem(watched.config, "METRICS", (ip_network(networks),))
    monkeypatch.setitem(watched.config, "PROXIES", proxies)
    assert watched.test_client().get("/metrics", headers=headers).status_code == status


def test_every_request_is_counted_by_the_pattern_of_its_address(watched, cast):
    task, browser, before = make_task(cast), watched.test_client(), read(watched)
    browser.get(f"/tasks/{task.id}")
    browser.get("/tasks/999?q=x")
    browser.open("/sign-in", method="ANNA")
    after = read(watched)

    def more(name, **labels):
        key = (name, *sorted(labels.items()))
        return after[key] - before.get(key, 0)

    assert more("hkplein_requests_total", endpoint="/tasks/<id:id>", method="GET", status="3xx") == 2
    assert more("hkplein_requests_total", endpoint="nowhere", method="other", status="4xx") == 1
    assert more("hkplein_request_seconds_count", endpoint="/tasks/<id:id>") == 2
    assert after["hkplein_requests_running",] == 1, "this one"


def test_what_the_database_knows_is_told(watched, cast):
    task = make_task(cast)
    Event.record(task, "edit", by=None, tell={"you": [cast.bram.id, cast.chris.id]})
    Tick.mark()
    db.session.commit()
    figures = read(watched)
    assert figures["hkplein_outbox",] == 2 and 0 <= figures["hkplein_tick_age_seconds",] < 600
    assert figures["hkplein_database_bytes",] > 100_000


def walk(app, cast):
    """Everything is asked, with somebody's name in every place where anything fits."""
    browser, words = app.test_client(), {"q": "Anna", "name": "Anna", "email": "anna@voorbeeld.nl"}
    for rule in app.url_map.iter_rules():
        url = rule.build(dict.fromkeys(rule.arguments, cast.anna.id))[1]
        browser.get(url, query_string=words)
        browser.post(url, data=words)
    browser.get("/people/Anna")
    browser.open("/tasks", method="ANNA")


def test_no_label_names_anybody_or_anything(watched, cast):
    before = read(watched)
    walk(watched, cast)
    after = read(watched)
    assert len({key for key in after if key[0] == "hkplein_requests_total"}) > 100
    assert strange(watched, before, after) == set()


def test_the_walk_sees_a_label_that_somebody_filled(watched, cast, monkeypatch):
    monkeypatch.setattr(metrics, "route", lambda: request.path)
    monkeypatch.setattr(metrics, "method", lambda: request.method)
    before = read(watched)
    walk(watched, cast)
    found = strange(watched, before, read(watched))
    assert {("endpoint", "/people/Anna"), ("endpoint", f"/people/{cast.anna.id}"), ("method", "ANNA")} <= found
