"""Commands of `server.py`, one per module."""
