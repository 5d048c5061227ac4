"""`python -m hkplein.translations update` brings the Dutch in line; `check` says what is missing."""

from __future__ import annotations

import sys

from hkplein import translations


def main() -> int:
    """Run one of the two; the exit code is 1 when something is missing."""
    if sys.argv[1:] == ["update"]:
        translations.update()
    wrong = translations.missing()
    print("\n".join(wrong) or "Dutch is complete.")  # noqa: T201 - this is what it is for
    return 1 if wrong else 0


sys.exit(main())
