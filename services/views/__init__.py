"""What a party may see: one gate for every way in, and the questions over NATS."""
