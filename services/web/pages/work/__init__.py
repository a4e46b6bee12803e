"""What a lead does, from one table of forms."""
