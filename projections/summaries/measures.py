"""The words about measures."""
