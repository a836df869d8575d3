"""The pictures of a report's workbook."""

from typing import Any

from openpyxl.chart import BarChart, DoughnutChart, Reference
from openpyxl.chart.marker import DataPoint

from helpers.tables.workbook import MONEY

#: The colours of the pictures: not used, in use, unknown.
_ORANGE, _BLUE, _GREY = "F57C00", "1976D2", "9E9E9E"


def draw_ring(sheet: Any, row: int) -> DoughnutChart:
    """Draw the counts of numbers that are not used, in use and unknown; *row* is that of their heading."""
    ring = DoughnutChart(holeSize=60)
    ring.title, ring.height, ring.width = "Numbers", 7, 14
    ring.add_data(Reference(sheet, min_col=3, min_row=row + 1, max_row=row + 3))
    ring.set_categories(Reference(sheet, min_col=1, min_row=row + 1, max_row=row + 3))
    for place, colour in enumerate((_ORANGE, _BLUE, _GREY)):
        point = DataPoint(idx=place)
        point.graphicalProperties.solidFill = colour
        ring.series[0].data_points.append(point)
    return ring


def draw_accounts(sheet: Any, head: int, last: int) -> BarChart:
    """Draw the costs of the first accounts, and how much of them is for numbers that are not used."""
    bars = _bar_chart("Cost a month, and how much of it is not used", "bar")
    for column, colour in ((6, _ORANGE), (5, _BLUE)):
        bars.add_data(Reference(sheet, min_col=column, min_row=head, max_row=last), titles_from_data=True)
        bars.series[-1].graphicalProperties.solidFill = colour
    bars.set_categories(Reference(sheet, min_col=1, min_row=head + 1, max_row=last))
    # The first account stands at the top.
    bars.x_axis.scaling.orientation = "maxMin"
    return bars


def draw_months(sheet: Any, months: int) -> BarChart:
    """Draw what was saved in each month."""
    bars = _bar_chart("Saved by month", "col")
    bars.add_data(Reference(sheet, min_col=8, min_row=1, max_row=months + 1), titles_from_data=True)
    bars.set_categories(Reference(sheet, min_col=6, min_row=2, max_row=months + 1))
    bars.series[0].graphicalProperties.solidFill = _BLUE
    bars.x_axis.number_format, bars.legend = "mmm yyyy", None
    return bars


def _bar_chart(title: str, kind: str) -> BarChart:
    bars = BarChart()
    bars.type, bars.title, bars.height, bars.width, bars.gapWidth = kind, title, 8, 18, 50
    # Without this, newer versions of Excel hide the axes.
    bars.x_axis.delete = bars.y_axis.delete = False
    bars.y_axis.number_format = MONEY
    return bars
