"""Intake: from an agency's message on the stream to an event in the store, exactly once."""
