"""publiccode.yml 0.7: valid by the rules of the standard, and true."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from hkplein.config import ROOT
from hkplein.i18n import LANGUAGES

SAID: dict[str, Any] = yaml.safe_load((ROOT / "publiccode.yml").read_text())
KEYS = set(
    """publiccodeYmlVersion name applicationSuite url landingURL isBasedOn softwareVersion releaseDate logo platforms
    organisation categories usedBy fundedBy roadmap developmentStatus softwareType intendedAudience description legal
    maintenance localisation dependsOn supports""".split()  # without those that are deprecated
)
NEEDED = set(
    """publiccodeYmlVersion name url platforms developmentStatus softwareType description legal maintenance
    localisation""".split()
)
TEXTS = {"localisedName", "shortDescription", "longDescription", "documentation", "apiDocumentation", "features"}
TEXTS |= {"screenshots", "videos", "awards"}
KINDS = {f"standalone/{kind}" for kind in ("mobile", "iot", "desktop", "web", "backend", "other")}
KINDS |= {"addon", "library", "configurationFiles"}
# Those of the standard's list that fit; another one is looked up there and added here.
CATEGORIES = {"collaboration", "employee-management", "help-desk", "hr", "knowledge-management", "task-management"}


def https(*names: str) -> Callable[[Any], bool]:
    return lambda said: all(re.fullmatch(r"https://[\w.-]+(/\S*)?", said.get(name, "https://x")) for name in names)


def texts(name: str, least: int, most: int) -> Callable[[Any], bool]:
    return lambda said: all(least <= len(text.get(name, "")) <= most for text in said["description"].values())


def maintained(said: Any) -> bool:
    """By whom: people of flesh and blood, or a firm until a day."""
    kept = said["maintenance"]
    named = {"internal": "contacts", "community": "contacts", "contract": "contractors"}.get(kept["type"])
    return named is None or (bool(kept.get(named)) and all(who.get("name") for who in kept[named]))


RULES: dict[str, Callable[[Any], Any]] = {
    "keys": lambda said: said.keys() <= KEYS and said.keys() >= NEEDED,
    "version": lambda said: said["publiccodeYmlVersion"] in ("0.7", "0.7.0"),
    "addresses": https("url", "landingURL", "roadmap"),
    "platforms": lambda said: isinstance(said["platforms"], list) and said["platforms"],
    "categories": lambda said: set(said["categories"]) <= CATEGORIES,
    "status": lambda said: said["developmentStatus"] in {"concept", "development", "beta", "stable", "obsolete"},
    "kind": lambda said: said["softwareType"] in KINDS,
    "date": lambda said: re.fullmatch(r"\d{4}-\d\d-\d\d", str(said.get("releaseDate", "2026-01-01"))),
    "languages": lambda said: all(re.fullmatch(r"[a-z]{2,3}(-\w+)*", code) for code in said["description"]),
    "texts": lambda said: said["description"] and all(text.keys() <= TEXTS for text in said["description"].values()),
    "short": texts("shortDescription", 1, 150),
    "long": texts("longDescription", 150, 10_000),
    "features": texts("features", 1, 100),
    "licence": lambda said: said["legal"].get("license"),
    "maintenance": lambda said: said["maintenance"]["type"] in {"internal", "contract", "community", "none"},
    "maintained": maintained,
    "ready": lambda said: isinstance(said["localisation"].get("localisationReady"), bool),
    "spoken": lambda said: said["localisation"].get("availableLanguages"),
    "needs": lambda said: all(it["name"] for kind in said.get("dependsOn", {}).values() for it in kind),
    "countries": lambda said: all(len(code) == 2 for code in said["intendedAudience"]["countries"]),
}


@pytest.mark.parametrize("rule", RULES)
def test_it_is_valid(rule):
    assert RULES[rule](SAID)


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("keys", {"monochromeLogo": "x.svg"}),
        ("version", {"publiccodeYmlVersion": "0.3"}),
        ("addresses", {"url": "ftp://x"}),
        ("platforms", {"platforms": []}),
        ("categories", {"categories": ["marvels"]}),
        ("status", {"developmentStatus": "ready"}),
        ("kind", {"softwareType": "standalone"}),
        ("date", {"releaseDate": "26-11-2026"}),
        ("languages", {"description": {"English": {}}}),
        ("texts", {"description": {"en": {"genericName": "Marketplace"}}}),
        ("short", {"description": {"en": {"shortDescription": "x" * 151}}}),
        ("long", {"description": {"en": {"longDescription": "x"}}}),
        ("features", {"description": {"en": {"features": []}}}),
        ("licence", {"legal": {}}),
        ("maintenance", {"maintenance": {"type": "love"}}),
        ("maintained", {"maintenance": {"type": "community", "contacts": []}}),
        ("ready", {"localisation": {"localisationReady": "yes"}}),
        ("spoken", {"localisation": {"localisationReady": True}}),
        ("needs", {"dependsOn": {"open": [{"name": ""}]}}),
        ("countries", {"intendedAudience": {"countries": ["Nederland"]}}),
    ],
)
def test_what_is_wrong_is_seen(rule, change):
    assert not RULES[rule](SAID | change)


def test_it_is_true():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert SAID["legal"]["license"] == project["license"] == "EUPL-1.2"
    assert SAID["softwareVersion"] == project["version"]
    assert SAID["localisation"]["availableLanguages"] == list(LANGUAGES) == list(SAID["description"])
    pictures = [SAID["logo"], *(path for text in SAID["description"].values() for path in text["screenshots"])]
    assert all((ROOT / path).exists() for path in pictures)
