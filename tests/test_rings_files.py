"""Graphs from files, and `hkplein rings` by hand."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from hkplein.cli import main
from hkplein.config import ROOT
from hkplein.rings import Broken, read

INPUT = """4 5
0\t1\t1
1\t0\t1
1\t2\t1
2\t3\t1
3\t1\t1
-1\t-1\t-1
1 1
0\t0\t1
-1\t-1\t-1
"""
NEW = """# FILE NAME: small.wmd
# NUMBER ALTERNATIVES: 4
# NUMBER EDGES: 5
# ALTERNATIVE NAME 1: Pair 1
# ALTERNATIVE NAME 2: Altruist 2
# ALTERNATIVE NAME 3: Pair 3
# ALTERNATIVE NAME 4: Pair 4
1,3,1.0
3,1,1.0
2,4,2.0
1,2,0.0
4,3,0.5
"""
OLD = """4,3
1,Pair 1
2,Pair 2
3,Pair 3
4,Altruist 4
0,1,1.0
1,0,1.0
3,2,1.0
"""


def written(tmp_path, text, name="small"):
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "shape", "numbers"),
    [
        (INPUT, (4, 1, 6), [0, 1, 2, 3, 0]),
        (INPUT.replace("-1\t-1\t-1\n", ""), (4, 1, 6), [0, 1, 2, 3, 0]),
        ("2 1\n0 1 1\n", (2, 0, 1), [0, 1]),
        (NEW, (3, 1, 4), [1, 3, 4, 2]),
        (OLD, (3, 1, 3), [0, 1, 2, 3]),
    ],
)
@pytest.mark.parametrize("name", ["small.txt", "small.gz"])
def test_every_format_is_read(tmp_path, text, shape, numbers, name):
    graph = read(written(tmp_path, text, name))
    assert (graph.pairs, graph.altruists, graph.arcs) == shape
    assert graph.numbers.tolist() == numbers


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "the file ends here, where a graph should stand"),
        ("many\n", 1, "the number of vertices and of arcs should stand here, and not “many”"),
        ("3 2\n0 1 1\n", 3, "the file ends here, where arc 2 of 2 should stand"),
        ("3 1\n0 3 1\n", 2, "there is no vertex 3: there are 3, from 0"),
        ("3 1\n0 1\n", 2, "an arc is three numbers, from, to and weight, and not “0 1”"),
        ("3 1\n\n0 1 x\n", 3, "an arc is three numbers"),
        ("3 1\n0 1 -4\n", 2, "a weight is a number of at least 0, and not -4"),
        ("3 1\n0 1 nan\n", 2, "a weight is a number of at least 0"),
        ("3 0\n1 1\n1 2 1\n", 3, "there is no altruist 1: there are 1, from 0"),
        ("3 0\n1 1\n0 2 1\n-1 -1 -1\n9\n", 5, "nothing should follow"),
        (NEW.replace("3,1,1.0", "3,9,1.0"), 9, "there is no vertex 9: no line names it"),
        (NEW.replace("4,3,0.5\n", ""), 11, "the file ends here after 4 arcs, and its head says 5"),
        (OLD.replace("3,Pair 3", "Pair 3"), 4, "a number and a name should stand here"),
        (OLD + "0,2,1\n", 9, "nothing should follow the 3 arcs"),
    ],
)
def test_a_broken_file_gets_its_line_and_reason(tmp_path, text, line, reason):
    path = written(tmp_path, text)
    with pytest.raises(Broken) as raised:
        read(path)
    assert str(raised.value).startswith(f"{path}:{line}: ")
    assert reason in str(raised.value)


def test_what_is_no_file_or_no_text_is_broken_too(tmp_path):
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "half.gz").write_bytes(gzip.compress(INPUT.encode())[:-20])
    (tmp_path / "none.gz").write_bytes(b"\x1f\x8b\x08\x00garbage")
    for name in ("bytes", "half.gz", "none.gz", "missing", "."):
        with pytest.raises(Broken):
            read(tmp_path / name)


def hkplein(*arguments):
    return CliRunner().invoke(main, ["rings", *map(str, arguments)])


def test_what_solve_says_check_accepts(tmp_path):
    for text, ring, chain in ((INPUT, [1, 2, 3], [0, 0]), (NEW, [1, 3], [2, 4])):
        path, result = written(tmp_path, text), tmp_path / "result.json"
        solved = hkplein("solve", path, "--rings", 3, "--chains", 3, "--seconds", 60, "--format", "json")
        result.write_text(solved.stdout)
        found = json.loads(solved.stdout)
        assert (found["value"], found["bound"], found["gap"]) == (4, 4, 0)
        assert (found["rings"], found["chains"]) == ([ring], [chain])
        assert found["cpu_seconds"] < 5
        checked = hkplein("check", path, result)
        assert (checked.exit_code, checked.output) == (0, "It holds: value 4, and nothing is worth more than 4.\n")


def test_check_says_what_is_wrong(tmp_path):
    path, result = written(tmp_path, INPUT), tmp_path / "result.json"
    good = json.loads(hkplein("solve", path, "--format", "json").stdout)
    for text, sentence in (
        (json.dumps({**good, "value": 5}), "Refused. Its rings and chains are worth 4, and it says 5."),
        (json.dumps({**good, "rings": [[0, 2]]}), "Refused. The ring 0, 2 has no arc from 0 to 2."),
        (json.dumps({**good, "chains": [[7, 0]]}), "no such vertex"),
        (json.dumps({**good, "bound": float("nan")}), "Refused."),
        (json.dumps({**good, "certificate": []}), "Refused."),
        (json.dumps({**good, "certificate": [{"bound": 1}]}), "there is no 'duals'"),
        ("[1]", "it is not the JSON of"),
        ("{", "is not JSON"),
    ):
        result.write_text(text)
        checked = hkplein("check", path, result)
        assert checked.exit_code == 1
        assert sentence in checked.output
    assert hkplein("check", path, tmp_path / "missing").exit_code == 1
    broken = hkplein("solve", written(tmp_path, "3 1\n0 9 1\n", "broken"))
    assert broken.exit_code == 1 and "broken:2: there is no vertex 9" in broken.output


def test_who_does_not_clear_carries_no_compiler():
    """The commands stand beside the others; the web process must not pay for them."""
    code = "import sys, hkplein.cli, hkplein.rings; print(*(set(sys.modules) & {'numba', 'highspy'}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == ""
