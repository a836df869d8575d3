"""The panel of all numbers: grid, columns, filters, selection, and the button that collects evidence."""
