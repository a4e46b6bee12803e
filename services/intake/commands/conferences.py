"""Commands about case conferences."""
