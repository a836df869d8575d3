"""
What can be found out about numbers: which there are, their traffic, their wiring, their prices and billing days.

It only reads.  What could not be found out is ``None`` or named as unseen, never zero.  It imports ``gateway``,
``journal`` and ``core``.
"""
