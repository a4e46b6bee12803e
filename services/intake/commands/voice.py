"""Commands about the family's voice."""
