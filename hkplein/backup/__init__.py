"""A backup: one file with everything that the database holds, and back again.

It is made while people work, of one moment, and says what it holds: which tables, how many rows, and a checksum of
each. Restoring verifies that before anything is replaced, brings older tables up to date, signs everybody out, and
erases again whoever was erased since.
"""
