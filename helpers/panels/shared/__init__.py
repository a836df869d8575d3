"""Parts that several panels share: style, base class, grid of numbers, number picker, number card, outcome of an action."""
