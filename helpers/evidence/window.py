"""How many days of calls and messages are looked at, unless somebody chooses otherwise."""

#: Days of calls and messages that are looked at.
WINDOW = 90
