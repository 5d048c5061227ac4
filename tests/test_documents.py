"""The papers of the house: complete, true to the code, and in the form that others ask for."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections import Counter
from fnmatch import fnmatch

import pytest

from hkplein.config import ROOT

# OWASP ASVS 5.0.0: of each section the requirements of level 1, and after the bar those of level 2.
ASVS = """
1.1 | 1-2; 1.2 1-5 | 6-9; 1.3 1-2 | 3-11; 1.4 | 1-3; 1.5 1 | 2; 2.1 1 | 2-3; 2.2 1-2 | 3; 2.3 1 | 2-4; 2.4 | 1;
3.2 1-2 |; 3.3 1 | 2-4; 3.4 1-2 | 3-6; 3.5 1-3 | 4-5; 3.7 | 1-2; 4.1 1 | 2-3; 4.2 | 1; 4.3 | 1-2; 4.4 1 | 2-4;
5.1 | 1; 5.2 1-2 | 3; 5.3 1-2 |; 5.4 | 1-3; 6.1 1 | 2-3; 6.2 1-8 | 9-12; 6.3 1-2 | 3-4; 6.4 1-2 | 3-4; 6.5 | 1-5;
6.6 | 1-3; 6.8 | 1-4; 7.1 | 1-3; 7.2 1-4 |; 7.3 | 1-2; 7.4 1-2 | 3-5; 7.5 | 1-2; 7.6 | 1-2; 8.1 1 | 2; 8.2 1-2 | 3;
8.3 1 |; 8.4 | 1; 9.1 1-3 |; 9.2 1 | 2-4; 10.1 | 1-2; 10.2 | 1-2; 10.3 | 1-4; 10.4 1-5 | 6-11; 10.5 | 1-5; 10.6 | 1-2;
10.7 | 1-3; 11.1 | 1-2; 11.2 | 1-3; 11.3 1-2 | 3; 11.4 1 | 2-4; 11.5 | 1; 11.6 | 1; 12.1 1 | 2-3; 12.2 1-2 |;
12.3 | 1-4; 13.1 | 1; 13.2 | 1-5; 13.3 | 1-2; 13.4 1 | 2-5; 14.1 | 1-2; 14.2 1 | 2-4; 14.3 1 | 2-3; 15.1 1 | 2-3;
15.2 1 | 2-3; 15.3 1 | 2-7; 16.1 | 1; 16.2 | 1-5; 16.3 | 1-4; 16.4 | 1-3; 16.5 | 1-3; 17.1 | 1; 17.2 | 1-4; 17.3 | 1-2
"""
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
PLACE = re.compile(r"`([\w.-][\w./-]*\.\w+|LICENSE|Makefile)(?::(\w+))?`")


def wanted():
    """The level of each requirement of level 1 and 2, by its number."""
    found = {}
    for section in ASVS.split(";"):
        name, _space, rest = section.strip().partition(" ")
        for level, numbers in enumerate(rest.split("|"), 1):
            if numbers.strip():
                first, _dash, last = numbers.strip().partition("-")
                found |= {f"V{name}.{n}": level for n in range(int(first), int(last or first) + 1)}
    return found


def rows(text):
    """The lines of the table, as lists of cells."""
    cells = ([cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if "| V" in line[:4])
    return [line for line in cells if len(line) == 6]


def tracked():
    """The files of this repository; in a place without git, those that lie here."""
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    return [name for name in done.stdout.splitlines() if (ROOT / name).exists()]


def names_of_tests():
    files = [*ROOT.glob("tests/*.py"), *ROOT.glob("tests/*/*.py")]
    return {name for path in files for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)}


def faults(text, known):
    """What is wrong with a table of ASVS; empty when nothing is."""
    table = rows(text)
    found = {row[0]: row for row in table}
    wrong = [f"{id_} twice" for id_, times in Counter(row[0] for row in table).items() if times > 1]
    wrong += [f"{id_} is missing" for id_ in wanted().keys() - found.keys()]
    wrong += [f"{id_} is not of level 1 or 2" for id_ in found.keys() - wanted().keys()]
    for id_, level, asks, state, by, held in table:
        named = re.findall(r"`(\w+)`", held)
        wrong += [f"{id_}: no test {name}" for name in named if name not in known]
        wrong += [f"{id_}: {place}" for place in nowhere(by)]
        if str(wanted().get(id_)) != level or not asks:
            wrong.append(f"{id_}: level {level}")
        if state not in {"met", "open", "n/a"} or not by:
            wrong.append(f"{id_}: says nothing")
        if state == "met" and not named:
            wrong.append(f"{id_}: met, and nothing holds it")
    return wrong


def nowhere(text):
    """The places named in a text, as in `hkplein/db.py:change`, that do not exist."""
    for path, name in PLACE.findall(text):
        if "/" in path or name:
            file = ROOT / path
            if not file.exists():
                yield f"no file {path}"
            elif name and not re.search(rf"\b{name}\b", file.read_text()):
                yield f"no {name} in {path}"


def test_every_row_names_what_there_is():
    text = (ROOT / "docs/asvs.md").read_text()
    assert Counter(wanted().values()) == {1: 70, 2: 183}
    assert faults(text, names_of_tests()) == []
    counts = Counter(row[3] for row in rows(text))
    assert f"**{counts['met']} met, {counts['open']} open, {counts['n/a']} not applicable.**" in text


def test_the_test_of_the_table_sees_what_is_wrong():
    good = "| V1.1.1 | 2 | Decode once | met | `hkplein/db.py:change` | `test_good` |\n"
    for bad, said in (
        (good + good, "V1.1.1 twice"),
        (good.replace("V1.1.1", "V1.2.10"), "V1.2.10 is not of level 1 or 2"),
        (good.replace("| 2 |", "| 1 |"), "V1.1.1: level 1"),
        (good.replace("test_good", "test_dream"), "V1.1.1: no test test_dream"),
        (good.replace("db.py", "dreams.py"), "V1.1.1: no file hkplein/dreams.py"),
        (good.replace(":change", ":hope"), "V1.1.1: no hope in hkplein/db.py"),
        (good.replace("`test_good`", ""), "V1.1.1: met, and nothing holds it"),
        (good.replace("met", "surely"), "V1.1.1: says nothing"),
    ):
        assert said in faults(bad, {"test_good"})
    assert not [line for line in faults(good, {"test_good"}) if "missing" not in line]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_what_there_is_and_their_links_lead_somewhere(path):
    text = path.read_text()
    assert list(nowhere(text)) == []
    assert [name for name in re.findall(r"`(test_\w+)`", text) if name not in names_of_tests()] == []
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (path.parent / target).exists(), f"{path.name} leads to {target}"


def test_every_file_has_a_licence_and_every_licence_is_here():
    """REUSE 3.3, as `reuse lint` reads it in `make scan`."""
    said = tomllib.loads((ROOT / "REUSE.toml").read_text())
    assert said["version"] == 1
    annotations = said["annotations"]
    assert all(each["SPDX-FileCopyrightText"] and each["SPDX-License-Identifier"] for each in annotations)
    licences = {path.stem for path in (ROOT / "LICENSES").iterdir()}
    assert {each["SPDX-License-Identifier"] for each in annotations} == licences
    for name in tracked():
        assert any(fnmatch(name, each["path"]) for each in annotations), name
    for each in annotations:
        assert "*" in each["path"] or (ROOT / each["path"]).exists(), each["path"]
    words = [re.sub(r"[\s#*]+", " ", text).strip() for text in (LICENCE.read_text(), EUPL.read_text())]
    assert words[0][:400] == words[1][:400] and abs(len(words[0]) - len(words[1])) < 300, "LICENSE is the EUPL"


LICENCE, EUPL = ROOT / "LICENSE", ROOT / "LICENSES/EUPL-1.2.txt"


def test_the_changelog_knows_this_version():
    text = (ROOT / "CHANGELOG.md").read_text()
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert re.search(rf"^## \[{re.escape(version)}\]", text, re.MULTILINE)
    headings = set(re.findall(r"^### (.*)$", text, re.MULTILINE))
    assert headings <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
