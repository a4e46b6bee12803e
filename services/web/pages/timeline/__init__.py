"""The timeline: all that happened in a family in one picture, as a table, and on paper."""
