"""
What the operator touches: one folder a panel, and ``shared`` for what more than one is made of.

The libraries ``ipywidgets`` and ``anywidget`` are imported nowhere else.  No panel talks to Twilio: it calls one
function that it was given.  It imports ``tables`` and what is below.
"""
