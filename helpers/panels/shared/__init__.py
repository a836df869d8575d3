"""Parts that several panels share: style, base class, grid of numbers, number picker and card, outcome of an action."""
