"""The usual length of the window of traffic."""

#: Days of calls and messages that the kit reads, unless the operator chooses another number.
WINDOW = 90
