"""The domain model: one plan per family, one lead caseworker, every fact with its two times.

Pure by rule: no I/O, no clock, no random. Time and identifiers come in as arguments.
"""
