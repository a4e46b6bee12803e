"""Commands about signals."""
