"""
The journal: every action is on disk before its request leaves.

It holds entries with their states in a database, and beside them the protections and the notes about numbers.  Only
this package imports ``sqlalchemy``; only ``journal.py`` writes rows of the journal, and ``notes.py`` those beside it.
The package imports ``core`` only, and knows nothing of Twilio.
"""
