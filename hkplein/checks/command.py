"""`hkplein check`."""

from __future__ import annotations

import sys

import click

from hkplein.terminal import at_hand, say


@click.command()
def check() -> None:
    """Look whether the database is as it must be; changes nothing.

    Prints a line for everything that is wrong, with ids and never with what people wrote, and ends with 1 if there was
    any. Run it every night, and after a restore.
    """
    from hkplein.checks.findings import findings

    number = 0
    with at_hand():
        for finding in findings():
            number += 1
            click.echo(finding)
    say("All is well." if not number else "One finding." if number == 1 else f"{number} findings.")
    sys.exit(number > 0)
