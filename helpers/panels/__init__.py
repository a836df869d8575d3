"""What the operator touches.  ipywidgets lives only here, and no panel talks to Twilio."""
