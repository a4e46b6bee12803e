"""The person register: pseudonyms for BSNs, who is meant, and the doubts that somebody resolves."""
