"""Commands about open questions."""
