"""What `make` calls: with nothing but Python and pip it makes what a task needs, once, then does the task.

Standard library only, and it imports nothing of the application: it runs before anything is installed.
Packages come from locks with hashes. What was done is remembered by the hash of what it was made from, so a
second time costs nothing.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):
    raise SystemExit("hkplein needs Python 3.11 or newer")
sys.path.pop(0)  # this folder: its clock.py and others are not for the standard library to find

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("HKPLEIN_VENV", ROOT / ".venv")).absolute()
BIN = VENV / "bin"
PYTHON = BIN / "python"
DIST = ROOT / "static/dist"
LOCKS = {
    "run": ROOT / "hkplein/requirements.txt",
    "test": ROOT / "tests/requirements.txt",
    "assets": ROOT / "static/requirements.txt",
    "scan": ROOT / "tests/semgrep/requirements.txt",  # large, and at odds with the others: in a venv of its own
}
NODE = 22  # the oldest that the front-end tools run on

# What each task runs, from the root, after its lock is installed; a target of the Makefile has the same name.
TASKS: dict[str, tuple[str, list[str]]] = {
    "run": ("run", ["-m", "hkplein", "run", "--demo"]),
    "demo-reset": ("run", ["-m", "hkplein", "demo-reset"]),
    "test": ("test", ["-m", "pytest", "-n", "3", "--dist", "worksteal"]),
    "bench": ("test", ["tests/bench/bench.py"]),
    "bench-rings": ("test", ["tests/bench/rings.py"]),
    "trust": ("test", ["tests/harness/trust.py"]),
    "screenshots": ("test", ["tests/browser/screenshots.py"]),
    "translations": ("test", ["-m", "hkplein.translations", "update"]),
    "wheel": ("assets", ["-m", "hatchling", "build", "-t", "wheel"]),
    "scan": ("scan", ["tests/semgrep/scan.py"]),
}
WITH_BROWSER = {"test", "screenshots"}
WITH_NODE = {*WITH_BROWSER, "trust"}
CHECKS: dict[str, list[str]] = {
    "format": ["-m", "ruff", "format", "--check", "."],
    "lint": ["-m", "ruff", "check", "."],
    "types": ["-m", "mypy"],
    "translations": ["-m", "hkplein.translations", "check"],
    "templates": ["-m", "djlint", "--lint", "templates"],
    "layers": ["-c", "from importlinter.cli import lint_imports_command as lint; lint()"],
}


def say(text: str) -> None:
    """One short line of progress."""
    print(f"hkplein: {text}", file=sys.stderr, flush=True)


def call(command: Sequence[str | Path], *, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command that must succeed. Its output is shown only when it fails."""
    made = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if made.returncode:
        print(made.stdout, file=sys.stderr)
        raise SystemExit(f"hkplein: this failed, see above: {' '.join(map(str, command))}")


def works(*command: str | Path) -> bool:
    """Whether this command exits with 0 within a minute."""
    try:
        return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def digest(*parts: str | bytes | Path) -> str:
    """A hash of texts and of the names and contents of files."""
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            total.update(f"{part.relative_to(ROOT)}\n".encode())
            part = part.read_bytes()  # noqa: PLW2901
        total.update(part.encode() if isinstance(part, str) else part)
        total.update(b"\0")
    return total.hexdigest()


def done(stamp: Path, want: str) -> bool:
    """Whether the work behind this stamp was done with these very things."""
    return stamp.is_file() and stamp.read_text() == want


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Two `make`s at a time take turns."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("waiting for another make to finish installing")
        fcntl.flock(folder, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(folder)


# --- Python packages


def has(module: str) -> bool:
    """Whether the machine's Python has this module."""
    return importlib.util.find_spec(module) is not None


def make_venv() -> None:
    """Debian's Python may lack ensurepip, or venv: the machine's pip can fill a venv without one."""
    if not has("pip") and not has("ensurepip"):
        raise SystemExit("hkplein needs pip; on Debian or Ubuntu: apt install python3-pip")
    if has("venv"):
        import venv

        venv.create(VENV, with_pip=not has("pip"), clear=True, symlinks=True)
        return
    shutil.rmtree(VENV, ignore_errors=True)
    (VENV / f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages").mkdir(parents=True)
    BIN.mkdir()
    (VENV / "pyvenv.cfg").write_text(f"home = {Path(sys.executable).parent}\n")
    PYTHON.symlink_to(sys.executable)


def install(kind: str) -> None:
    """Bring the venv to the named lock."""
    lock, stamp = LOCKS[kind], VENV / f".hkplein-{kind}"
    want = digest(lock, sys.version)
    if PYTHON.exists() and done(stamp, want):
        return
    if not PYTHON.exists():
        say(f"making {VENV}")
        make_venv()
    say(f"installing the packages of {lock.relative_to(ROOT)} (once)")
    pip = [sys.executable, "-m", "pip", "--python", str(PYTHON)] if has("pip") else [str(PYTHON), "-m", "pip"]
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    call([*pip, "install", "-q", "--require-hashes", "--no-deps", "-r", lock], env=quiet)
    for part in ("run", "test", "assets") if kind == "test" else [kind]:  # the lock of the tests contains two others
        (VENV / f".hkplein-{part}").write_text(digest(LOCKS[part], sys.version))


# --- Node: for the assets, and for the browser of the tests


def node() -> tuple[Path, Path]:
    """(node, npm): the venv's, else the machine's where it is new enough, else one from PyPI."""
    if not (BIN / "node").exists():
        found, npm = shutil.which("node"), shutil.which("npm")
        new = f"process.exit(parseInt(process.versions.node) < {NODE})"
        if found and npm and works(found, "-e", new):
            return Path(found), Path(npm)
        install("assets")
    return BIN / "node", BIN / "npm"


def node_packages(source: Path, home: Path) -> Path:
    """The node_modules of source/package-lock.json, installed in home, outside the tree that git sees."""
    files = [source / name for name in ("package.json", "package-lock.json", ".npmrc")]
    want = digest(*files)
    if not done(home / ".stamp", want):
        _, npm = node()
        say(f"installing the packages of {files[1].relative_to(ROOT)} (once)")
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        for file in files:
            shutil.copy(file, home)
        path = f"{npm.parent}{os.pathsep}{os.environ['PATH']}"  # npm starts the `node` of the PATH
        call([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=home, env={"PATH": path})
        (home / ".stamp").write_text(want)
    return home / "node_modules"


def build_assets() -> None:
    """Make static/dist where its sources changed."""
    skip = {"dist", "node_modules", "hatch_build.py"}
    sources = [
        file
        for top in sorted((ROOT / "static").iterdir())
        if top.name not in skip and not top.name.startswith("dist.")
        for file in (sorted(top.rglob("*")) if top.is_dir() else [top])
        if file.is_file()
    ]
    want = digest(*sources)
    if done(DIST / ".stamp", want) and (DIST / "manifest.json").is_file():
        return
    modules = node_packages(ROOT / "static", VENV / "node-assets")
    say("building static/dist")
    call([node()[0], ROOT / "static/build.mjs", modules, DIST])
    (DIST / ".stamp").write_text(want)


# --- A browser for the tests


def unpack_chromium(modules: Path) -> Path:
    """A script that starts the Chromium of @sparticuz/chromium with its own libraries: no root is needed."""
    import tarfile

    out, part = modules.parent / "chromium", modules.parent / "chromium.part"
    if not (out / "run").exists():
        say("unpacking Chromium (once)")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        code = (
            "const z=require('zlib'),f=require('fs'),[,from,to]=process.argv;"
            "for(const n of ['chromium','al2023.tar','swiftshader.tar','fonts.tar'])"
            "f.writeFileSync(to+'/'+n,z.brotliDecompressSync(f.readFileSync(from+'/'+n+'.br')))"
        )
        call([node()[0], "-e", code, modules / "@sparticuz/chromium/bin", part])
        for packed in part.glob("*.tar"):
            with tarfile.open(packed) as tar:
                if hasattr(tarfile, "data_filter"):  # Debian's 3.11.2 has none
                    tar.extraction_filter = tarfile.data_filter
                tar.extractall(part)  # noqa: S202 - from a package with a pinned hash
            packed.unlink()
        start = part / "run"
        libraries = "$here/al2023/lib:$here/lib:$here"
        text = f'LD_LIBRARY_PATH="{libraries}" exec "$here/chromium" "$@"'
        start.write_text("#!/bin/sh\nhere=${0%/*}\n" + text + "\n")
        start.chmod(0o755)
        (part / "chromium").chmod(0o755)
        part.rename(out)
    if not (out / ".works").exists():
        if not works(out / "run", "--headless=shell", "--no-sandbox", "--version"):
            raise OSError("the Chromium from npm does not start here")
        (out / ".works").touch()
    return out / "run"


def browser(modules: Path) -> str | None:
    """A Chromium: the one that is named, else the pinned one, else one of this machine."""
    if named := os.environ.get("HKPLEIN_BROWSER"):
        return named
    if sys.platform == "linux" and os.uname().machine == "x86_64":
        try:
            return str(unpack_chromium(modules))
        except OSError as error:
            say(str(error))
    names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"]
    mac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    return next(filter(None, map(shutil.which, [*names, mac])), None)


def prepare_node() -> Path:
    """Say in the environment where Node and the test tools from npm are."""
    modules = node_packages(ROOT / "tests", VENV / "node")
    os.environ["HKPLEIN_NODE_MODULES"] = str(modules)
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(node()[0])  # Playwright's own needs libatomic
    return modules


def prepare_browser(modules: Path) -> None:
    """Say there where the browser is as well."""
    if path := browser(modules):
        os.environ["HKPLEIN_BROWSER"] = path
    elif os.environ.get("CI") == "true":
        raise SystemExit("hkplein: no browser for the tests, and in CI they may not be skipped")
    else:
        say("no browser, so no browser tests: install Chromium, or name one in HKPLEIN_BROWSER")


# --- Tasks


def check() -> None:
    """Run every check, and say at the end how each went."""
    results = []
    for name, command in CHECKS.items():
        if "templates" in command and not (ROOT / "templates").is_dir():
            continue
        print(f"\n== {name}", flush=True)
        start = time.monotonic()
        failed = subprocess.run([PYTHON, *command], cwd=ROOT, check=False).returncode
        results.append((name, failed, time.monotonic() - start))
    print()
    for name, failed, seconds in results:
        print(f"{'FAILED' if failed else 'ok':8}{name} ({seconds:.1f} s)")
    raise SystemExit(any(failed for _, failed, _ in results))


def lock(*options: str) -> None:
    """Write the locks anew from pyproject.toml and the two package.json files. None names a host."""
    uv = shutil.which("uv") or shutil.which(BIN / "uv")
    if not uv:
        raise SystemExit("hkplein: `make lock` needs uv; install it with: pip install uv")
    run, test, assets, scan = (str(path.relative_to(ROOT)) for path in LOCKS.values())
    start = [uv, "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--python-version", "3.11"]
    start += ["--custom-compile-command", "make lock", *options]
    call([*start, "pyproject.toml", "-o", run])
    call([*start, "pyproject.toml", "--group", "pyproject.toml:dev", "-c", run, "-o", test])
    call([*start, "--group", "pyproject.toml:assets", "-c", test, "-o", assets])
    call([*start, "--group", "pyproject.toml:scan", "-o", scan])
    _, npm = node()
    for folder in (ROOT / "static", ROOT / "tests"):
        path = f"{npm.parent}{os.pathsep}{os.environ['PATH']}"
        call([npm, "install", "--package-lock-only", "--ignore-scripts"], cwd=folder, env={"PATH": path})


def main() -> None:
    """Prepare and do the task that the command line names, with the options after it."""
    task, *options = sys.argv[1:] or ["run"]
    os.chdir(ROOT)
    if task == "lock":
        lock(*options)
        return
    kind, command = TASKS.get(task, ("test" if task == "check" else "run", []))
    with alone():
        install(kind)
        if kind != "scan":
            build_assets()
        modules = prepare_node() if task in WITH_NODE else None
        if modules and task in WITH_BROWSER:
            prepare_browser(modules)
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    if task == "check":
        check()
    if task in TASKS:
        os.execv(PYTHON, [str(PYTHON), *command, *options])


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
