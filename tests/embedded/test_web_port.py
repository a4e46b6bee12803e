"""How the supervisor asks the web service whether it is ready, with and without TLS."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.embedded.web_port import http_url, is_ready
from tests.embedded.children import Health
from tests.support.certificates import Authority, Pair


@contextmanager
def answering(pair: Pair | None = None) -> Iterator[int]:
    """A server that is always ready; gives its port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Health)
    if pair is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair.cert, pair.key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_it_is_asked_in_the_clear_when_it_has_no_certificate(tmp_path: Path) -> None:
    pair = Authority(tmp_path).issue("example.test")
    with answering() as port:
        assert is_ready("127.0.0.1", port)
        assert is_ready("0.0.0.0", port)  # noqa: S104 - asked, not bound to
        assert not is_ready("127.0.0.1", port, pair.cert)
    assert not is_ready("127.0.0.1", port)


def test_its_certificate_is_enough_under_whatever_name_and_no_other_is(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    pair, other = authority.issue("example.test"), authority.issue("other.test")
    with answering(pair) as port:
        assert is_ready("127.0.0.1", port, pair.cert)
        assert not is_ready("127.0.0.1", port, other.cert)
        assert not is_ready("127.0.0.1", port)


def test_the_url_says_which() -> None:
    assert http_url("0.0.0.0", 80) == "http://127.0.0.1:80"  # noqa: S104
    assert http_url("::", 443, tls=True) == "https://[::1]:443"
