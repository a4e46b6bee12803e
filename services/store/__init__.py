"""The event store: eventsourcing's recorders on SQLite or PostgreSQL, made durable."""
