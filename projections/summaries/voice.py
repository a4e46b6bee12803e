"""The words about the family's voice."""
