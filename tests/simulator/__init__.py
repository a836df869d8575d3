"""The practice Twilio."""
