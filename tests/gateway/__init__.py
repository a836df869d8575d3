"""Asking Twilio."""
