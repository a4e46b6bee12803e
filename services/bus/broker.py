"""FastStream's broker on the same connection settings as everything else."""

from __future__ import annotations

from typing import Any

from faststream.nats import NatsBroker
from faststream.nats.security import NatsNKey

from services.bus.connect import client_options, nats_urls
from services.bus.credentials import SERVICE_USER
from services.settings import Settings


def make_broker(settings: Settings, **options: Any) -> NatsBroker:
    """FastStream's broker as the service user.

    Args:
        settings: where NATS and the seed are.
        options: of :class:`faststream.nats.NatsBroker`; they win over ours.

    Raises:
        CredentialsError: when the seed is missing or others can read it.
        NotConnectedError: when it is not known where NATS is.
    """
    chosen = client_options(settings, SERVICE_USER)
    security = NatsNKey.from_file(
        chosen.pop("nkeys_seed"),
        ssl_context=chosen.pop("tls", None),
        tls_handshake_first=chosen.pop("tls_handshake_first", False),
    )
    chosen = {"security": security, **chosen, **options}
    return NatsBroker(nats_urls(settings), **chosen)
