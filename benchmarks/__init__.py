"""What is measured: nothing here is part of the service."""
