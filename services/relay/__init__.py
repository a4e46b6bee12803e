"""The relay: publishes the plans' events, each changed plan to its parties, and notices."""

from services.relay.service import run_relay

__all__ = ["run_relay"]
