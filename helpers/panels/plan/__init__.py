"""The panel of a plan: its source, the changes, the check, the run, the report."""
