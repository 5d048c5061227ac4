"""`python -m hkplein` is the `hkplein` command."""

from hkplein.cli import main

main()
