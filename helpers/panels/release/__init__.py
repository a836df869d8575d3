"""The panel that releases one number: choose, review, type the number again, confirm."""
