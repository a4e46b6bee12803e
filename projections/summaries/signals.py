"""The words about signals."""
