"""
Many numbers at once: a plan, changes of it, its file, its approval, its check, its run and its report.

Each number of a plan goes through the same action as a single one.  It imports ``actions`` and what is below.
"""
