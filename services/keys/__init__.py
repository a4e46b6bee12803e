"""Keys: one for each subject of personal data, outside the event store, so that it can be lost."""
