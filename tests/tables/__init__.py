"""Tables, charts, exports."""
