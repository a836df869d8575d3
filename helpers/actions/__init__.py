"""
What changes something at Twilio, one number at a time: release, move, emergency address, restore.

Each action looks, notes, sends once and looks again.  One file deletes a number, and one buys one.  It imports
``decisions`` and what is below, and knows nothing of plans.
"""
