"""Swap rings: A does B's work, B does C's, C does A's; or a chain that begins with somebody who gives none back."""
