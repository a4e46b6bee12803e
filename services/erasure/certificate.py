"""Certificate: what was destroyed, when, by whom and why, signed with Ed25519 (RFC 8032)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict

from domain.erasure import (
    Destroyed,
    ErasureApproved,
    ErasureCarriedOut,
    ErasureEvent,
    ErasureGround,
    ErasureRequested,
    ErasureTarget,
)
from domain.values import UtcDateTime
from services.keys.master import MasterFiles, create_secret, read_secret
from services.settings import Settings

KEY_FILE = "certificates.key"


class CertificateError(Exception):
    """A certificate cannot be given, or does not hold."""


class Certificate(BaseModel):
    """A certificate of erasure (verklaring van vernietiging). All times are in UTC.

    ``digest`` is the SHA-256 of the canonical JSON of all places that were erased, each as event,
    path and subjects. ``public_key`` and ``signature`` are in hexadecimal; signed is the canonical
    JSON (RFC 8785's key order) of all but the signature.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    certificate: Literal["nl.oneplan.erasure-certificate.v1"] = "nl.oneplan.erasure-certificate.v1"
    erasure_id: str
    target: ErasureTarget
    ground: ErasureGround
    requested_by: str
    requested_at: UtcDateTime
    approved_by: str
    approved_at: UtcDateTime
    carried_out_by: str
    carried_out_at: UtcDateTime
    subjects: tuple[str, ...]
    destroyed: Destroyed
    digest: str
    event: str
    """The event that says so, as aggregate and version."""
    public_key: str
    signature: str = ""

    def signed(self, key: Ed25519PrivateKey) -> Self:
        """The same with a signature. Signing it again gives the same one."""
        return self.model_copy(update={"signature": key.sign(self.body()).hex()})

    def body(self) -> bytes:
        """What is signed."""
        content = self.model_dump(mode="json", exclude={"signature"})
        return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)

    def verify(self, public_key: str) -> None:
        """Raises CertificateError unless this key has signed exactly this."""
        if public_key != self.public_key:
            raise CertificateError(
                f"it was signed with the key {self.public_key[:16]}..., not with this one"
            )
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
            key.verify(bytes.fromhex(self.signature), self.body())
        except (InvalidSignature, ValueError) as error:
            raise CertificateError("the signature does not fit: it was changed") from error

    def in_words(self) -> str:
        """For people to read."""
        gone = ", ".join(f"{stream} {count}" for stream, count in self.destroyed.messages.items())
        lines = [
            "CERTIFICATE OF ERASURE (verklaring van vernietiging)",
            "",
            f"Erasure        {self.erasure_id}",
            f"Of             {self.target.subject}",
            f"Ground         {self.ground.value}",
            f"Asked by       {self.requested_by}, {self.requested_at:%Y-%m-%d %H:%M:%S} UTC",
            f"Approved by    {self.approved_by}, {self.approved_at:%Y-%m-%d %H:%M:%S} UTC",
            f"Carried out by {self.carried_out_by}, {self.carried_out_at:%Y-%m-%d %H:%M:%S} UTC",
            "",
            f"Keys destroyed      {self.destroyed.keys}",
            f"Events unreadable   {self.destroyed.events}, in {self.destroyed.fields} fields",
            f"Messages taken out  {gone or 'none'}",
            "Views were built anew; the events themselves stay, without what was erased.",
            "",
            f"SHA-256 of the places  {self.digest}",
            f"Recorded as            {self.event}",
            f"Signed with            {self.public_key}",
            f"Signature              {self.signature}",
        ]
        return "\n".join(lines)


def certificate_of(events: list[ErasureEvent], settings: Settings) -> Certificate:
    """The signed certificate of an erasure, the same each time.

    Raises:
        CertificateError: when it was not carried out.
        KeysError: when the signing key is damaged or can be read by others.
    """
    by_type = {type(one): one for one in events}
    asked, agreed = by_type.get(ErasureRequested), by_type.get(ErasureApproved)
    done = by_type.get(ErasureCarriedOut)
    if not (
        isinstance(asked, ErasureRequested)
        and isinstance(agreed, ErasureApproved)
        and isinstance(done, ErasureCarriedOut)
    ):
        raise CertificateError("this erasure was not carried out, so there is no certificate")
    key = signing_key(settings)
    return Certificate(
        erasure_id=done.erasure_id,
        target=done.target,
        ground=asked.ground,
        requested_by=asked.provenance.actor,
        requested_at=asked.recorded_at,
        approved_by=agreed.provenance.actor,
        approved_at=agreed.recorded_at,
        carried_out_by=done.provenance.actor,
        carried_out_at=done.recorded_at,
        subjects=done.subjects,
        destroyed=done.destroyed,
        digest=done.digest,
        event=f"{done.originator_id}:{done.originator_version}",
        public_key=public_key(key),
    ).signed(key)


def ensure_key_files(settings: Settings) -> None:
    """Make the master key and the key that signs certificates, unless they are there."""
    MasterFiles(settings).create()
    signing_key(settings)


def signing_key(settings: Settings) -> Ed25519PrivateKey:
    """The key that signs certificates, made if there is none. Raises KeysError."""
    path = settings.keys / KEY_FILE
    create_secret(path)
    return Ed25519PrivateKey.from_private_bytes(read_secret(path))


def public_key(key: Ed25519PrivateKey) -> str:
    """Its public key in hexadecimal: what others need to verify a certificate."""
    return key.public_key().public_bytes_raw().hex()


def read_certificate(path: Path) -> Certificate:
    """The certificate in a JSON file. Raises CertificateError when it is none."""
    try:
        return Certificate.model_validate_json(path.read_bytes())
    except ValueError as error:
        raise CertificateError(f"{path} holds no certificate of erasure") from error
