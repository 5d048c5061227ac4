"""The rules of the house, checked."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from hkplein.config import ROOT, SETTINGS
from hkplein.models import NOUNS

CODE = sorted((ROOT / "hkplein").rglob("*.py"))
PUBLIC = {
    "about.about",
    "about.accessibility",
    "about.privacy",
    "about.security_txt",
    "about.weakness",
    "assets.dist",
    "authenticators.code",
    "sign_in.language",
    "sign_in.sign_in",
    "sign_in.sign_in_as",
    "sign_on.back",
    "sign_on.begin",
    "sign_on.out",
    "watch.healthz",
    "watch.metrics",
    "watch.readyz",
}
# Nouns that live in with another: who is told of an event; and what is asked of an issue, on its page.
GUESTS = {
    "notification": {"model": "hkplein/models/event.py"},
    "question": {
        "model": "hkplein/models/update.py",
        "templates": "templates/issues/_question.html",
        "tests": "tests/test_issues.py",
    },
}


def address(rule):
    return rule.build(dict.fromkeys(rule.arguments, 1))[1]


def test_every_page_needs_a_sign_in(app, context):
    """Closed unless marked public; and what is public is on the list above."""
    visitor = app.test_client()
    walked = 0
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        assert getattr(view, "public", False) == (rule.endpoint in PUBLIC), f"is {rule.endpoint} public?"
        if rule.endpoint in PUBLIC:
            continue
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            answer = visitor.open(address(rule), method=method)
            assert answer.status_code == 302, f"{method} {rule} is open to the world"
            assert answer.location.startswith("/sign-in")
            walked += 1
    assert walked > 60


def test_an_id_that_no_database_holds_is_no_page(cast, visit):
    browser = visit(cast.anna)
    for id_ in (0, 2**31, 2**63, 10**30):
        assert browser.get(f"/tasks/{id_}").status_code == 404


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_stay_small_and_say_what_they_are_for(path):
    text = path.read_text()
    limit = {"models": 300, "views": 250}.get(path.parent.name, 400)
    assert len(text.splitlines()) <= limit, "split it by noun"
    assert ast.get_docstring(ast.parse(text)), "what is this file for?"


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def test_the_town_knows_no_web():
    for path in CODE:
        known = set(imports(path))
        if path.parent.name == "models":
            assert not {n for n in known if n == "flask" or n.startswith(("hkplein.views", "hkplein.web"))}, path
        if path.parent.name == "rings":
            assert all(n.startswith("hkplein.rings") for n in known if n.startswith("hkplein")), path
        if path.parent.name == "fit" or path.name == "clock.py":
            assert not {n for n in known if n.startswith(("hkplein.models", "hkplein.db", "hkplein.views"))}, path
    commits = [path for path in CODE if path.parent.name == "models" and "session.commit(" in path.read_text()]
    assert not commits, f"a request is one transaction: {commits}"


def test_every_noun_lives_at_its_own_address(app):
    """Noun = model file = view = templates = test file = URL prefix; verb = last part of the URL."""
    rules = {rule.rule for rule in app.url_map.iter_rules() if "POST" in rule.methods}
    for noun, model in NOUNS.items():
        places = model.PLACE.replace("-", "_")
        home = {
            "model": f"hkplein/models/{noun}.py",
            "view": f"hkplein/views/{places}.py",
            "templates": f"templates/{places}",
            "tests": f"tests/test_{places}.py",
        } | GUESTS.get(noun, {})
        assert [path for path in home.values() if not (ROOT / path).exists()] == [], noun
        assert model.__module__ == home["model"].removesuffix(".py").replace("/", "."), noun
        for verb in model.VERBS.values():
            assert verb.clock or f"/{model.PLACE}/<id:id>/{verb.name}" in rules, (
                f"no door for {verb.name} of {model.PLACE}"
            )


def test_no_file_names_where_packages_come_from():
    secret = re.compile(r"npm[j]s\.(org|com)|py[p]i\.org|pythonhos[t]ed|/wor[k]/(main|shared)")
    made = {"node_modules", "dist", "__pycache__", "instance"}
    for path in ROOT.rglob("*"):
        parts = set(path.relative_to(ROOT).parts)
        ours = not parts & made and not any(part.startswith(".") and part != ".ci" for part in parts)
        if ours and path.is_file() and path.suffix not in {".png", ".mo"}:
            assert not secret.search(path.read_text(errors="replace")), path


def test_every_setting_is_explained():
    named = {setting.name for setting in SETTINGS} | {"HKPLEIN_INSTANCE", "HKPLEIN_STRICT", "HKPLEIN_VENV"}
    for path in CODE:
        if path.name == "bootstrap.py":
            continue
        for name in re.findall(r'"(HKPLEIN_[A-Z_]+)"', path.read_text()):
            assert name in named, f"{name} in {path} is not explained in config.py"
    assert all(setting.meaning for setting in SETTINGS)


def test_dutch_is_complete():
    from hkplein import translations

    assert translations.missing() == []


def test_templates_never_trust_what_people_wrote():
    for path in Path(ROOT / "templates").rglob("*.html"):
        assert "|safe" not in path.read_text().replace(" ", ""), path
