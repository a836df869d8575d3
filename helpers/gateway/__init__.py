"""
Twilio, as the kit sees it: what is asked, what is answered, with which credentials, and what these can see.

The libraries ``twilio`` and ``requests`` are imported nowhere else.  Every failure leaves this package as one
of ``core.errors``.  It imports ``core`` only, and knows nothing of the journal.
"""
