"""The read models: one file a view, each a fold of the domain's events."""
