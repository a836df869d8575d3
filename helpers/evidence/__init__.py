"""
The evidence about numbers: the inventory, and each number's traffic, wiring, price and billing day.

This package only reads.  Missing evidence is ``None`` or is listed as unseen, never zero.  It imports ``gateway``,
``journal`` and ``core``.
"""
