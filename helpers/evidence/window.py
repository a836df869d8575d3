"""The usual look-back, and those to choose from."""

#: Days of calls and messages that the kit reads, unless the operator chooses another number.
WINDOW = 90
#: The look-backs to choose from.  Twilio keeps calls and messages for some 13 months.
LOOK_BACKS = (30, 90, 180, 365)
