"""
What the practice Twilio remembers: accounts, numbers, traffic, and what else an account has; no HTTP.

It imports no other part of the simulator.
"""
