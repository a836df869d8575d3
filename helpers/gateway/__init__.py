"""
Requests to Twilio, its answers, the credentials and their reach.

No other package imports the libraries ``twilio`` and ``requests``.  Every failure leaves this package as one
of ``core.errors``.  The package imports ``core`` only, and does not use the journal.
"""
