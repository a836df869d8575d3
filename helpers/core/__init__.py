"""
The nouns that every other package speaks of, and what can be said of them without asking anybody.

Records, errors, dates, redaction, comparing typed text.  No clock and no network; the only disk is in
``atomic_file``.  Each file has one noun.  It imports no other package of the kit.
"""
