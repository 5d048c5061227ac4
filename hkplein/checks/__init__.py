"""Whether the database is as it must be: whole, with nobody holding what they may not, and every noun true to its word.

What is found is named by its id and a sentence, never by what people wrote.
"""
