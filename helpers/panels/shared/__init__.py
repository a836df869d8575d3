"""Parts that several panels share: style, base class, number picker, number card, outcome of an action."""
