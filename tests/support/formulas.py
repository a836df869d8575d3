"""Evaluates the few formulas of a report's workbook, as a spreadsheet would."""

import re


def evaluate(sheet, formula):
    """Return the value of a formula: SUM, SUMIF, SUMIFS, COUNTIF, or a factor times a cell."""
    text = str(formula)
    if not text.startswith("="):
        return float(formula or 0)
    if product := re.fullmatch(r"=(\d+)\*([A-Z]+\d+)", text):
        return int(product[1]) * _value(sheet, sheet[product[2]])
    name, arguments = re.fullmatch(r"=([A-Z]+)\((.*)\)", text).groups()
    given = re.findall(r'"[^"]*"|[^,]+', arguments.replace("$", ""))
    if name == "SUM":
        return sum(_value(sheet, cell) for cell in _cells(sheet, given[0]))
    if name == "COUNTIF":
        return sum(cell.value == given[1].strip('"') for cell in _cells(sheet, given[0]))
    if name == "SUMIF":
        given = [given[2], given[0], given[1]]
    kept = zip(_cells(sheet, given[0]), *(_cells(sheet, part) for part in given[1::2]), strict=True)
    wanted = [_wanted(sheet, part) for part in given[2::2]]
    return sum(_value(sheet, cell) for cell, *tested in kept if [each.value for each in tested] == wanted)


def _value(sheet, cell):
    return evaluate(sheet, cell.value) if cell.value is not None else 0


def _wanted(sheet, part):
    return part.strip('"') if part.startswith('"') else sheet[part].value


def _cells(sheet, reference):
    """List the cells of a column of this sheet or, with its name and an exclamation mark, of another one."""
    name, _, cells = reference.rpartition("!")
    sheet = sheet.parent[name] if name else sheet
    if whole := re.fullmatch(r"([A-Z]+):\1", cells):
        cells = f"{whole[1]}1:{whole[1]}{sheet.max_row}"
    return [row[0] for row in sheet[cells]]
