"""Who may see what of a family, and on what ground. Pure."""
