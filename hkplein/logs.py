"""The log: what happens to this installation, and never what anybody wrote in it.

A line names a request by its number and by the pattern of its address, a row by its id, a mistake by its kind and by
where in the code it was made. What an exception says may quote what somebody typed, so that is left out; in a demo,
where everybody is invented, it is shown.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

Caught = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
STANDARD = frozenset(vars(logging.makeLogRecord({})))  # what every line has; the rest a line brings itself
WITHHELD = "…"


def begin(form: str, *, quoting: bool = False) -> None:
    """Log to standard error from here on, as text or as lines of JSON; JSON tells of every request and tick too."""
    root, handler = logging.getLogger(), Handler()
    handler.setFormatter(Lines(quoting=quoting) if form == "json" else Plain(quoting=quoting))
    root.handlers = [each for each in root.handlers if not isinstance(each, Handler)] + [handler]
    logging.getLogger("hkplein").setLevel(logging.INFO if form == "json" else logging.WARNING)


class Handler(logging.StreamHandler[Any]):
    """Writes to standard error, whatever that is by then."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        """Where to."""
        return sys.stderr

    @stream.setter
    def stream(self, _value: Any) -> None:
        raise AttributeError("stream")


class Plain(logging.Formatter):
    """Lines of text."""

    def __init__(self, *, quoting: bool = False) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s %(request)s", defaults={"request": ""})
        self.quoting = quoting

    def format(self, record: logging.LogRecord) -> str:
        """One entry; how another handler wrote down what went wrong is not taken over."""
        record.exc_text = None
        return super().format(record)

    def formatException(self, ei: Caught) -> str:  # noqa: N802 - of the standard library
        """The kinds of what went wrong, and where in the code."""
        if self.quoting:
            return "".join(traceback.format_exception(ei[1]))
        return "\n".join(made(ei[1]))


class Lines(Plain):
    """Lines of JSON, with what a record brings itself."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in STANDARD and name != "taskName"}
        if record.exc_info:
            line["where"] = self.formatException(record.exc_info).splitlines()
        return json.dumps(line, ensure_ascii=False, default=str)


def made(error: BaseException | None) -> Iterator[str]:
    """The mistake, what it was made while handling, and where in the code each was made, the last one first."""
    while error is not None:
        yield f"{type(error).__module__}.{type(error).__qualname__}"
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def withhold(record: logging.LogRecord) -> bool:
    """Leave out of a line whatever is not a number: the web server quotes addresses and what it cannot read."""
    if isinstance(record.args, tuple):
        record.args = tuple(each if isinstance(each, int | float) else WITHHELD for each in record.args)
    record.msg = str(record.msg).partition(" from ip=")[0]
    return True
