"""What changes something at Twilio, one number at a time."""
