"""TLS between us and a real nats-server: who is believed, and what is said of who is not."""

from __future__ import annotations

import ipaddress
import ssl
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from pydantic import ValidationError

from services.bus.broker import make_broker
from services.bus.certificates import CA, CERT, KEY, VALID_DAYS, ensure_certificates
from services.bus.connect import NotConnectedError, connect, connected
from services.bus.credentials import CredentialsError
from services.bus.tls import nats_tls
from services.embedded.nats_server import ANY_PORT, NatsServer
from services.settings import Settings
from tests.support.bus import make_streams, running_bus
from tests.support.certificates import Authority

pytestmark = pytest.mark.anyio

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def encrypted(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """An embedded server with a certificate for 127.0.0.1, and not for localhost."""
    pair = authority.issue("127.0.0.1")
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("tls") / "data",
        nats_tls_ca=authority.cert,
        nats_server_tls_cert=pair.cert,
        nats_server_tls_key=pair.key,
    )
    with running_bus(settings) as bus:
        yield bus


async def complaint(settings: Settings) -> str:
    """Why there is no connection."""
    with pytest.raises(NotConnectedError) as refused:
        await (await connect(settings, "police", patience=0.3)).close()
    return str(refused.value)


async def test_with_the_right_ca_everything_goes_over_tls(encrypted: Settings) -> None:
    assert (encrypted.nats_url or "").startswith("tls://")
    await make_streams(encrypted)
    async with connected(encrypted, "police") as police:
        assert (await police.jetstream().publish("agency.police.F1.test", b"{}")).seq
        transport = police._transport._io_writer.transport  # type: ignore[union-attr]
        assert transport.get_extra_info("ssl_object").version() == "TLSv1.3"
    async with make_broker(encrypted, logger=None) as broker:
        assert await broker.ping(timeout=5)


async def test_a_client_that_waits_to_be_told_is_served_too(
    encrypted: Settings, authority: Authority
) -> None:
    """As the clients of agencies in other languages do."""
    context = ssl.create_default_context(cafile=authority.cert)
    client = await connect(encrypted, "police", tls=context, tls_handshake_first=False)
    assert client.is_connected
    await client.close()


async def test_a_server_of_another_ca_is_refused(encrypted: Settings, tmp_path: Path) -> None:
    stranger = Authority(tmp_path)
    said = await complaint(encrypted.model_copy(update={"nats_tls_ca": stranger.cert}))
    assert "its certificate is not accepted" in said
    assert "look at nats_tls_ca" in said


async def test_a_server_under_another_name_is_refused(encrypted: Settings) -> None:
    elsewhere = (encrypted.nats_url or "").replace("127.0.0.1", "localhost")
    said = await complaint(encrypted.model_copy(update={"nats_url": elsewhere}))
    assert "Hostname mismatch" in said


async def test_without_a_ca_only_who_this_machine_trusts_is_believed(encrypted: Settings) -> None:
    said = await complaint(encrypted.model_copy(update={"nats_tls_ca": None}))
    assert "its certificate is not accepted" in said


@pytest.mark.parametrize("scheme", ["nats", "tls"])
async def test_a_server_that_says_it_has_no_tls_is_not_believed(
    tmp_path: Path, authority: Authority, scheme: str
) -> None:
    """It could be anybody between us and the server."""
    with NatsServer(Settings(data_dir=tmp_path / "data"), port=ANY_PORT) as plain:
        url = plain.url.replace("nats://", f"{scheme}://")
        ca = authority.cert if scheme == "nats" else None
        wants_tls = Settings(data_dir=tmp_path / "data", nats_url=url, nats_tls_ca=ca)
        assert "it does not begin with TLS" in await complaint(wants_tls)
        unencrypted = Settings(data_dir=tmp_path / "data", nats_url=plain.url)
        async with connected(unencrypted, "police") as client:
            assert client.is_connected


async def test_a_server_may_ask_for_our_certificate(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers, ours = authority.issue("127.0.0.1"), authority.issue("oneplan.test")
    honest = NatsServer._tls

    def asks(server: NatsServer) -> str:
        asked = f'handshake_first: auto\n  ca_file: "{authority.cert}"\n  verify: true'
        return honest(server).replace("handshake_first: auto", asked)

    monkeypatch.setattr(NatsServer, "_tls", asks)
    settings = Settings(
        data_dir=tmp_path / "data",
        nats_tls_ca=authority.cert,
        nats_server_tls_cert=servers.cert,
        nats_server_tls_key=servers.key,
    )
    with running_bus(settings) as bus:
        assert await complaint(bus)
        known = bus.model_copy(update={"nats_tls_cert": ours.cert, "nats_tls_key": ours.key})
        async with connected(known, "police") as client:
            assert client.is_connected


def test_files_that_cannot_be_used_are_named(authority: Authority, tmp_path: Path) -> None:
    pair, other = authority.issue("one.test"), authority.issue("two.test")
    settings = Settings(
        data_dir=tmp_path,
        nats_tls_ca=authority.cert,
        nats_tls_cert=pair.cert,
        nats_tls_key=pair.key,
    )
    assert nats_tls(settings) is not None
    for wrong in (
        {"nats_tls_ca": tmp_path / "none.pem"},
        {"nats_tls_ca": pair.key},
        {"nats_tls_key": tmp_path / "none.pem"},
        {"nats_tls_key": other.key},
        {"nats_tls_cert": tmp_path / "none.pem"},
    ):
        (name,) = wrong
        with pytest.raises(CredentialsError, match=name):
            nats_tls(settings.model_copy(update=wrong))
    pair.key.chmod(0o640)
    with pytest.raises(CredentialsError, match=f"run: chmod 600 {pair.key}"):
        nats_tls(settings)


async def test_an_embedded_server_with_a_key_that_others_can_read_does_not_start(
    authority: Authority, tmp_path: Path
) -> None:
    pair = authority.issue("three.test")
    pair.key.chmod(0o604)
    settings = Settings(
        data_dir=tmp_path,
        nats_tls_ca=authority.cert,
        nats_server_tls_cert=pair.cert,
        nats_server_tls_key=pair.key,
    )
    with pytest.raises(CredentialsError, match="chmod 600"):
        NatsServer(settings, port=ANY_PORT).start()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"nats_tls_cert": "c"}, "both nats_tls_cert and nats_tls_key"),
        ({"nats_server_tls_key": "k"}, "both nats_server_tls_cert and nats_server_tls_key"),
        ({"http_tls_cert": "c"}, "both http_tls_cert and http_tls_key"),
        ({"nats_server_tls_cert": "c", "nats_server_tls_key": "k"}, "set nats_tls_ca too"),
        ({"nats_tls_cert": "c", "nats_tls_key": "k"}, "set nats_tls_ca too"),
    ],
)
def test_half_of_the_settings_is_refused(given: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Settings(**given)  # type: ignore[arg-type]


def test_the_certificates_of_a_deployment_are_made_once_and_its_ca_signs_no_more(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "tls"
    assert ensure_certificates(folder, ("nats-1", "nats.example.nl", "127.0.0.1"), NOW)
    before = {file: file.read_bytes() for file in folder.iterdir()}
    assert {file.name for file in before} == {CA, CERT, KEY}
    assert not ensure_certificates(folder, ("nats-1",), NOW)
    assert {file: file.read_bytes() for file in folder.iterdir()} == before
    assert stat.S_IMODE((folder / KEY).stat().st_mode) == 0o600

    ca = x509.load_pem_x509_certificate(before[folder / CA])
    cert = x509.load_pem_x509_certificate(before[folder / CERT])
    cert.verify_directly_issued_by(ca)
    names = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["nats-1", "nats.example.nl"]
    assert names.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address("127.0.0.1")]
    assert cert.not_valid_after_utc - NOW <= timedelta(days=VALID_DAYS)
    # The one key that is kept is not the CA's.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / CERT, folder / KEY)
    with pytest.raises(ssl.SSLError):
        context.load_cert_chain(folder / CA, folder / KEY)
