"""The panel of all numbers: the grid, its columns and filters, the selection, the look at all of them."""
