"""TLS: what the settings make of it for NATS clients and for the web service."""

from __future__ import annotations

import logging
import ssl
from pathlib import Path

from services.files import CredentialsError, check_private
from services.settings import Settings


def nats_tls(settings: Settings) -> ssl.SSLContext | None:
    """How to speak to NATS, or None without TLS. The server's host and issuer are verified.

    There is TLS when ``nats_tls_ca`` is set, or ``nats_url`` says ``tls://``; then the issuer may
    be any that this machine trusts.

    Raises:
        CredentialsError: when a file is missing or no PEM, or others can read the key.
    """
    ca = settings.nats_tls_ca
    if ca is None and "tls://" not in (settings.nats_url or ""):
        return None
    try:
        context = ssl.create_default_context(cafile=ca)
    except OSError as error:
        raise CredentialsError(
            f"nats_tls_ca: {ca} holds no certificates (PEM): {error.strerror}"
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    logging.getLogger("asyncio").addFilter(_is_no_ordinary_end)
    if settings.nats_tls_cert is not None and settings.nats_tls_key is not None:
        load_pair(context, "nats_tls", settings.nats_tls_cert, settings.nats_tls_key)
    return context


def check_pair(name: str, cert: Path, key: Path) -> None:
    """Look at a server's certificate and key before they are used.

    Raises:
        CredentialsError: when they are missing or do not belong together, or others can read the
            key; ``name`` tells which of the settings it is.
    """
    load_pair(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), name, cert, key)


def fault(error: ssl.SSLError) -> str:
    """What went wrong with TLS, and which setting to look at."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted ({error.verify_message}); look at nats_tls_ca"
    if error.reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"):
        return "it does not begin with TLS, which the settings ask for (handshake_first)"
    return f"TLS: {error.reason}"


def _is_no_ordinary_end(record: logging.LogRecord) -> bool:
    """Python 3.11's asyncio warns at the end of each stream over TLS, of its own doing."""
    return "eof_received() has no effect" not in record.getMessage()


def load_pair(context: ssl.SSLContext, name: str, cert: Path, key: Path) -> None:
    """Use this certificate. Raises CredentialsError as :func:`check_pair` does."""
    check_private(key, f"Look at {name}_key in the settings.")
    try:
        context.load_cert_chain(cert, key)
    except OSError as error:
        raise CredentialsError(
            f"{name}_cert and {name}_key: {cert} and {key} are no certificate and its key (PEM): "
            f"{error.strerror}"
        ) from error
