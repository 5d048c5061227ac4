"""The promises of trust, each tried on the real server: two processes of eight threads, on SQLite and on PostgreSQL.

A harness is a function that takes a site (and how much to try) and returns a `Finding`: the promise, what was counted,
and everything that broke it. `make trust` runs them in full and prints one table; the tests run them short, and hold
that each finds the mistakes that `mutants` plants.
"""
