"""What more than one panel is made of: its look, its base, choosing a number, a number's card, what became of it."""
