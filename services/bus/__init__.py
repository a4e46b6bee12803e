"""NATS: streams, subjects, credentials, permissions and connections."""
