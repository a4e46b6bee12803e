"""Everything that does I/O: intake, views, relay, HTTP, audit and the command line."""
