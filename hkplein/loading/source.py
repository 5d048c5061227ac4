"""Reading a YAML file so that everything wrong with it can be named in one go, with the line on which it stands."""

from __future__ import annotations

import difflib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import yaml
from yaml.constructor import SafeConstructor

YAML_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "yes or no",
    "null": "nothing",
    "seq": "a list",
    "map": "a block with keys",
    "timestamp": "a date",
}


class Faulty(Exception):
    """Everything that is wrong with a file: sentences of the form `file:line: reason`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Entry(dict[str, Any]):
    """A block of the file; it knows on which line it and each of its keys stands."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line, self.lines = line, dict[str, int]()

    def at(self, key: str) -> int:
        """The line of one of its keys, else of the block."""
        return self.lines.get(key, self.line)


class Source:
    """One file: its name, what is wrong with it, what it defines, and what it refers to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: set[tuple[int, str]] = set()
        self.defined: dict[str, dict[str, int]] = {}
        self.groups: dict[str, set[str]] = {}
        self.references: list[tuple[int, str, str, str]] = []

    def wrong(self, line: int, reason: str) -> None:
        """Note one problem and go on."""
        self.problems.add((line, reason))

    def define(self, section: str, key: str, line: int) -> None:
        """`key` names something in `section`, once."""
        known = self.defined.setdefault(section, {})
        if key in known:
            self.wrong(line, f"“{key}” was already defined in `{section}`, on line {known[key]}")
        else:
            known[key] = line

    def group(self, name: str, key: str | None, *, belongs: bool = True) -> None:
        """What `key` names is one of a group."""
        if key and belongs:
            self.groups.setdefault(name, set()).add(key)

    def check_references(self) -> None:
        """Whatever is referred to must be defined somewhere in the file, and be one of whom it is for."""
        for line, section, group, key in self.references:
            known = self.defined.get(section, {})
            if key not in known:
                self.wrong(line, f"“{key}” is not defined in `{section}`{_meant(key, known)}")
            elif group and key not in self.groups.get(group, ()):
                self.wrong(line, f"“{key}” cannot be this: it is for {group} only")

    def finish(self) -> None:
        """Raise Faulty if anything is wrong."""
        if self.problems:
            raise Faulty([f"{self.path}:{line}: {reason}" for line, reason in sorted(self.problems)])

    def root(self) -> yaml.Node | None:
        """The file as YAML nodes; None, and a problem, when it is not YAML."""
        text = ""
        try:
            text = self.path.read_text(encoding="utf-8")
            return yaml.compose(text, YAML_LOADER)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = min(mark.line + 1, len(text.splitlines())) if mark else 1
            self.wrong(line, f"this is not YAML: {error.problem or error.context}")
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            self.wrong(1, f"this is not YAML: {' '.join(str(error).split())}")
        except OSError as error:
            self.wrong(1, f"this file cannot be read: {error.strerror}")
        return None


class _Nothing:
    """Stands for a value that could not be read; its problem is noted."""


NOTHING = _Nothing()
Kind: TypeAlias = Callable[[Source, yaml.Node], Any]


class Field(NamedTuple):
    """What a key holds, whether it must be there, and what it is otherwise."""

    kind: Kind
    required: bool = False
    default: Any = None


def need(kind: Kind) -> Field:
    """The key must be there."""
    return Field(kind, required=True)


def may(kind: Kind, default: Any = None) -> Field:
    """The key may be there."""
    return Field(kind, default=default)


def _meant(key: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(key, list(known), 1)
    return f"; did you mean “{close[0]}”?" if close else ""


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _is(node: yaml.Node) -> str:
    return str(node.tag).rsplit(":", 1)[-1]


def _plain(source: Source, node: yaml.Node, *kinds: str) -> Any:
    """The value of a scalar that is of one of `kinds`."""
    found, hint = WORDS.get(_is(node), _is(node)), ""
    if isinstance(node, yaml.ScalarNode):
        if _is(node) in kinds:
            try:
                return SafeConstructor().construct_object(node)
            except (ValueError, LookupError, yaml.YAMLError):  # tagged as what it is not, or too long a number
                found = f"“{node.value[:20]}”"
        elif "str" in kinds:
            hint = "; put it between quotes"
    expected = " or ".join(WORDS[kind] for kind in kinds)
    source.wrong(_line(node), f"expected {expected}, found {found}{hint}")
    return NOTHING


def text(most: int = 10_000) -> Kind:
    """Text of at most so many characters, not empty, and with none that cannot be seen."""

    def read(source: Source, node: yaml.Node) -> Any:
        value = _plain(source, node, "str")
        if isinstance(value, str):
            value = value.strip()
            unseen = [sign for sign in value if unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\t\n"]
            if not value:
                source.wrong(_line(node), "expected text, found nothing")
            elif unseen:
                source.wrong(_line(node), f"this text holds a character that is no text: {unseen[0]!a}")
            elif len(value) > most:
                source.wrong(_line(node), f"at most {most} characters, found {len(value)}")
            else:
                return value
        return NOTHING

    return read


def line(most: int) -> Kind:
    """Text of at most so many characters on one line."""
    words = text(most)

    def read(source: Source, node: yaml.Node) -> Any:
        value = words(source, node)
        return " ".join(value.split()) if isinstance(value, str) else value

    return read


def whole(least: int = -100_000, most: int = 100_000) -> Kind:
    """A whole number between the two."""

    def read(source: Source, node: yaml.Node) -> Any:
        value = _plain(source, node, "int")
        if isinstance(value, int) and not least <= value <= most:
            source.wrong(_line(node), f"expected a number from {least} to {most}, found {value}")
            return NOTHING
        return value

    return read


def flag(source: Source, node: yaml.Node) -> Any:
    """True or false."""
    return _plain(source, node, "bool")


def anything(_source: Source, _node: yaml.Node) -> Any:
    """Accepted, and not looked into."""
    return None


def one_of(words: Mapping[str, Any]) -> Kind:
    """One of these words; the value is the word itself."""

    def read(source: Source, node: yaml.Node) -> Any:
        value = _plain(source, node, "str")
        if isinstance(value, str) and value not in words:
            source.wrong(_line(node), f"“{value}” is none of: {', '.join(words)}")
            return NOTHING
        return value

    return read


def identity(section: str) -> Kind:
    """A name by which others in the file refer to this one."""
    word = line(60)

    def read(source: Source, node: yaml.Node) -> Any:
        value = word(source, node)
        if isinstance(value, str):
            source.define(section, value, _line(node))
        return value

    return read


def refer(section: str, group: str = "") -> Kind:
    """The name of something in `section`; of a `group` of them, if only those will do."""
    word = line(60)

    def read(source: Source, node: yaml.Node) -> Any:
        value = word(source, node)
        if isinstance(value, str):
            source.references.append((_line(node), section, group, value))
        return value

    return read


def refers(section: str, group: str = "", *, least: int = 0) -> Kind:
    """The names of several things in `section`, each once."""
    names = each(refer(section, group), least=least)

    def read(source: Source, node: yaml.Node) -> Any:
        values = names(source, node)
        if isinstance(values, list):
            for name, times in Counter(values).items():
                if times > 1:
                    source.wrong(_line(node), f"“{name}” stands here {times} times")
        return values

    return read


def each(kind: Kind, *, least: int = 0) -> Kind:
    """A list of at least so many of these."""

    def read(source: Source, node: yaml.Node) -> Any:
        if not isinstance(node, yaml.SequenceNode):
            source.wrong(_line(node), f"expected a list, found {WORDS.get(_is(node), _is(node))}")
            return NOTHING
        if len(node.value) < least:
            source.wrong(_line(node), f"expected a list of at least {least}, found {len(node.value)}")
        values = [kind(source, item) for item in node.value]
        return [value for value in values if value is not NOTHING]

    return read


def block(**fields: Field) -> Kind:
    """A block with these keys, and no others."""

    def read(source: Source, node: yaml.Node) -> Any:
        if not isinstance(node, yaml.MappingNode):
            source.wrong(_line(node), f"expected a block with keys, found {WORDS.get(_is(node), _is(node))}")
            return NOTHING
        entry = Entry(_line(node))
        for key_node, value_node in node.value:
            _read_key(source, fields, entry, key_node, value_node)
        for key, field in fields.items():
            if field.required and key not in entry.lines:
                source.wrong(entry.line, f"`{key}` is missing")
            elif not field.required:
                entry.setdefault(key, field.default)
        return entry

    return read


def _read_key(source: Source, fields: Mapping[str, Field], entry: Entry, key_node: yaml.Node, node: yaml.Node) -> None:
    if not isinstance(key_node, yaml.ScalarNode):
        source.wrong(_line(key_node), f"expected a key, found {WORDS.get(_is(key_node), _is(key_node))}")
        return
    key, at = key_node.value, _line(key_node)
    if key not in fields:
        source.wrong(at, f"unknown key `{key}`{_meant(key, fields)}")
        return
    if key in entry.lines:
        source.wrong(at, f"`{key}` stands here twice, first on line {entry.lines[key]}")
        return
    entry.lines[key] = at
    if _is(node) != "null" or fields[key].required:
        value = fields[key].kind(source, node)
        if value is not NOTHING:
            entry[key] = value
