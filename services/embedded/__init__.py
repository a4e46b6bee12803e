"""The whole service on one machine: nats-server and the service processes below ``oneplan up``."""
