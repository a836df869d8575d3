"""What the kit promises, one file a subject. ``python3 -m tests`` runs everything."""
