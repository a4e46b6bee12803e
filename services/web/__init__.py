"""The HTTP API: the same views as over NATS, for an agency with a bearer token."""
