"""What is found out about numbers."""
