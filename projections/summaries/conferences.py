"""The words about case conferences."""
