"""The notary: writes down, outside the database, what the event store holds, and signs it."""
