"""
The actions that change a number at Twilio: release, move, unregister its emergency address, restore.

Each action reads the number, writes the journal, sends one request and reads the number again.  One file deletes a
number, and one buys a number.  The package imports ``decisions`` and the packages below, and knows nothing of plans.
"""
