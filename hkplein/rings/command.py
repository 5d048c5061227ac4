"""`hkplein rings`: clear a file by hand, and verify what came out. Needs no database and no settings."""

from __future__ import annotations

import json
from pathlib import Path

import click

FILE = click.Path(path_type=Path)


@click.group()
def rings() -> None:
    """Swap rings from files: PrefLib's .wmd, or .input, packed with gzip or not."""


@rings.command()
@click.argument("file", type=FILE)
@click.option("--rings", "longest_ring", default=3, show_default=True, type=click.IntRange(0, 5))
@click.option("--chains", "longest_chain", default=3, show_default=True, type=click.IntRange(0, 5))
@click.option("--seconds", default=60.0, show_default=True, type=click.FloatRange(1.0), help="CPU seconds at most.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def solve(file: Path, longest_ring: int, longest_chain: int, seconds: float, form: str) -> None:
    """Find the rings and chains of FILE that are worth most together.

    `--rings` is the most vertices of a ring, `--chains` the most arcs of a chain, the altruist's included. JSON has
    value, bound, gap, rings, chains, cpu_seconds and a certificate for `hkplein rings check`; vertices have the
    numbers of the file's arcs, and a chain begins with its altruist.
    """
    from hkplein.rings import Broken, clear, read
    from hkplein.rings.answers import to_json

    try:
        graph = read(file)
    except Broken as error:
        raise click.ClickException(str(error)) from None
    answer = clear(graph, longest_ring, longest_chain, seconds)
    made = to_json(graph, answer)
    if form == "json":
        click.echo(json.dumps(made, separators=(",", ":")))
        return
    click.echo(f"value {answer.value:g}, at most {answer.bound:g}, in {answer.cpu_seconds:.2f} CPU seconds")
    for kind in ("rings", "chains"):
        for path in made[kind]:
            click.echo(f"{kind[:-1]} {' '.join(map(str, path))}")


@rings.command("check")
@click.argument("file", type=FILE)
@click.argument("result", type=FILE)
def check_command(file: Path, result: Path) -> None:
    """Verify RESULT, the JSON of `solve`, against FILE: rings, chains, value and bound, on its own."""
    from hkplein.rings import Broken, Refuted, check, read
    from hkplein.rings.answers import Malformed, from_json

    try:
        graph = read(file)
        answer = from_json(graph, json.loads(result.read_text()))
        check(graph, answer)
    except Broken as error:
        raise click.ClickException(str(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{result} cannot be read: {error}") from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise click.ClickException(f"{result} is not JSON: {error}") from None
    except Malformed as error:
        raise click.ClickException(f"{result}: {error}.") from None
    except Refuted as error:
        raise click.ClickException(f"Refused. {error}") from None
    click.echo(f"It holds: value {answer.value:g}, and nothing is worth more than {answer.bound:g}.")
