"""The command line ``oneplan``: one module a group of commands."""
