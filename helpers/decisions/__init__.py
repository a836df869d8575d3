"""
From evidence to a decision: the verdict on a number, its blockers, its protection and what is due.

Every rule that can stop a release belongs here.  This package imports ``evidence`` and the packages below it.
"""
