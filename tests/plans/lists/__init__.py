"""Lists of numbers as people have them, each with what of it is taken, offered or said."""
