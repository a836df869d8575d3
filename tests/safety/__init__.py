"""How safe the kit is, in figures that anybody can repeat: ``python3 -m tests safety``."""
