"""People: who signs in, by whose word, and as what they may look."""
