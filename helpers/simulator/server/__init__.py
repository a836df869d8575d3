"""
The practice Twilio's process: it listens on loopback, fails as ordered, is steered, and ends by itself.

HTTP with sockets lives only here.  It imports ``resources`` and ``world``.
"""
