"""
What is about to happen, on disk before it happens: the entries, their states, and the database they are kept in.

The library ``sqlalchemy`` is imported nowhere else, and only ``journal.py`` writes.  It imports ``core`` only,
and knows nothing of Twilio.
"""
