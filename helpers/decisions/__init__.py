"""
From evidence to a verdict: may this number go, what blocks it, what protects it, what is due.

A rule that stands between the operator and a release belongs here.  It imports ``evidence`` and what is below.
"""
