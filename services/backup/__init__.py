"""Backup while the service runs, and restore into an empty place."""
