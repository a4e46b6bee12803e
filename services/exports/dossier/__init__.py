"""The whole family as a readable dossier, with the provenance of each line."""
