"""
The report for whoever decides about the numbers and pays for them: its facts, its words, a workbook and a page.

It imports what the other tables import.  openpyxl lives in ``sheets.py``.
"""
