"""
What the kit promises: folders that mirror its packages, one file a subject; the kit as a whole at the top.

``python3 -m tests`` runs everything.
"""
