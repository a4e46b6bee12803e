"""Commands about reports, feedback and the reporting code."""
