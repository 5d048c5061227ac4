"""`python -m tests.harness.mutants`: the `hkplein` command, with mistakes in it that can wake up."""

from hkplein.cli import main
from tests.harness.mutants import claims, database, pages

for mistakes in (claims, database, pages):
    mistakes.plant()
main()
