"""The read model: keeps the projections up to date in SQLite or PostgreSQL."""
