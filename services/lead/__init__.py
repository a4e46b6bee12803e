"""The lead's commands, as the command line and the pages give them."""
