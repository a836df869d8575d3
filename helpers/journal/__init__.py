"""
The journal: every action is on disk before its request leaves.

It holds entries with their states in a database.  Only this package imports ``sqlalchemy``, and only ``journal.py``
writes rows.  The package imports ``core`` only, and knows nothing of Twilio.
"""
