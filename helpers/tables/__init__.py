"""
What is known, as tables to look at, to draw and to hand on; sums of money.

The libraries ``pandas`` and ``pyarrow`` are imported nowhere else.  A table is for eyes: nothing acts on a row.
It imports ``plans`` and what is below.
"""
