"""
Many numbers at once: a plan, the changes people make in it, its file, its clearance, its run and its report.

Each number of a plan goes through the same action as a single one.  It imports ``actions`` and what is below.
"""
