"""The relay: publishes the plans' events, and each changed plan to its parties."""

from services.relay.service import run_relay

__all__ = ["run_relay"]
