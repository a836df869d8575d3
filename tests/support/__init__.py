"""What tests stand on: fixtures, processes to kill, things that stand between the kit and Twilio."""
