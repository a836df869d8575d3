"""
Tables for people: to read, to draw and to export; and sums of money.

Only this package imports ``pandas`` and ``pyarrow``.  No action takes a table's row as its input.
It imports ``plans`` and the packages below.
"""
