"""Audit: the whole history as it was recorded, and whether it still adds up."""
