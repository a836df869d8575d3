"""The nouns: what is true of them without asking anybody."""
