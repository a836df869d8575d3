"""What is measured: ``python3 -m tests bench``."""
