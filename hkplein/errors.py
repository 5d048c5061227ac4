"""What the domain may answer instead of doing what was asked."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """The rule for this verb does not hold (any more): somebody was faster, or it never did.

    `row` is the thing as it is, `sentence` says why in plain words; the web shows both with a 409.
    """

    def __init__(self, row: Any, sentence: Any) -> None:
        super().__init__(repr(row))
        self.row = row
        self.sentence = sentence


class Invalid(Exception):
    """What was typed cannot be accepted; `problems` maps a field's name to a sentence."""

    def __init__(self, **problems: Any) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems
