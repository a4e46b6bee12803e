"""Which addresses may be used: https, and plain http on this machine alone."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit


def is_loopback(host: str | None) -> bool:
    """Whether this host can be nothing but this machine.

    A name other than ``localhost`` may be pointed anywhere, so it is not.
    """
    if host is None:
        return False
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def safe_url(url: str) -> str:
    """The URL, when what is sent to it cannot be read on the way.

    Raises:
        ValueError: when it is neither https nor plain http on loopback, or holds a user,
            a query or a fragment.
    """
    if "?" in url:
        raise ValueError("must have no query")
    return safe_endpoint(url)


def safe_endpoint(url: str) -> str:
    """The same for an endpoint, which may have a query (RFC 6749, section 3.1).

    Raises:
        ValueError: when it is neither https nor plain http on loopback, or holds a user or a
            fragment.
    """
    parts = _split(url)
    if parts is None or not parts.hostname or parts.username or parts.fragment:
        raise ValueError("must be a URL such as https://id.example.nl")
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname)):
        return url
    raise ValueError("must begin with https://; plain http is for this machine (127.0.0.1) alone")


def origin(url: str) -> str:
    """Scheme, host and port of a URL, as a browser names them."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - it raises when it is no number
    except ValueError:
        return None
    return parts
