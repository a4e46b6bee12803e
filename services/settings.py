"""Settings: from the environment (``ONEPLAN_...``) and one file, ``oneplan.toml``.

The environment wins over the file. Secrets are never settings: NATS seeds and API tokens lie in
files of mode 0600 below ``credentials_dir``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from domain.values import AgencyCode, AgencyKind
from services.identity.settings import IdentitySettings

SETTINGS_FILE = "oneplan.toml"


class AgencySettings(BaseModel):
    """One agency that may publish and read.

    ``kind`` may be left out where the code says it: ``police`` is of the kind ``police``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: AgencyCode
    name: str
    kind: AgencyKind
    oin: Annotated[str, Field(pattern=r"^[0-9]{20}$")] | None = None

    @model_validator(mode="before")
    @classmethod
    def _kind_by_its_code(cls, given: Any) -> Any:
        if isinstance(given, dict) and "kind" not in given and given.get("code") in set(AgencyKind):
            return {**given, "kind": given["code"]}
        return given

    @property
    def sources(self) -> tuple[str, ...]:
        """The CloudEvents sources that are this agency's."""
        named = f"urn:oneplan:agency:{self.code}"
        return (named,) if self.oin is None else (named, f"urn:nld:oin:{self.oin}")


AGENCIES = (
    AgencySettings(code="police", name="Politie", kind=AgencyKind.POLICE),
    AgencySettings(code="prosecution", name="Openbaar Ministerie", kind=AgencyKind.PROSECUTION),
    AgencySettings(code="victim-support", name="Slachtofferhulp", kind=AgencyKind.VICTIM_SUPPORT),
    AgencySettings(code="probation", name="Reclassering", kind=AgencyKind.PROBATION),
    AgencySettings(
        code="child-protection",
        name="Raad voor de Kinderbescherming",
        kind=AgencyKind.CHILD_PROTECTION,
    ),
    AgencySettings(code="halt", name="Halt", kind=AgencyKind.HALT),
    AgencySettings(code="youth-care", name="Jeugdzorg", kind=AgencyKind.YOUTH_CARE),
    AgencySettings(code="veilig-thuis", name="Veilig Thuis", kind=AgencyKind.VEILIG_THUIS),
    AgencySettings(code="school", name="School", kind=AgencyKind.SCHOOL),
    AgencySettings(code="shelter", name="Opvang", kind=AgencyKind.SHELTER),
    AgencySettings(code="municipality", name="Gemeente", kind=AgencyKind.MUNICIPALITY),
)


class Settings(IdentitySettings):
    """All that can be set. ``oneplan doctor`` shows what is in force and what is wrong with it."""

    model_config = SettingsConfigDict(env_prefix="ONEPLAN_", extra="forbid", frozen=True)

    data_dir: Path = Path("var/oneplan")
    """Where the embedded database, the NATS data folder and the run file lie."""
    database_url: str | None = None
    """``postgresql://user@host:port/name``, or nothing for SQLite in ``data_dir``.
    A password comes from PGPASSWORD or a password file, not from here."""
    nats_url: str | None = None
    """``nats://host:port``, several with commas between, or nothing for the embedded server that
    ``oneplan up`` starts."""
    nats_accounts: Path | None = None
    """The file with the accounts that the NATS servers of ``nats_url`` include; when not set, that
    of the embedded server."""
    nats_tls_ca: Path | None = None
    """The certificates (PEM) of who may vouch for the NATS servers. When set, NATS is spoken to
    over TLS only. The embedded server with a certificate needs it too."""
    nats_tls_cert: Path | None = None
    """Our own certificate (PEM), for NATS servers that ask for one."""
    nats_tls_key: Path | None = None
    """The key of ``nats_tls_cert`` (PEM, mode 0600)."""
    nats_server_tls_cert: Path | None = None
    """The embedded NATS server's certificate (PEM) for 127.0.0.1; without it there is no TLS."""
    nats_server_tls_key: Path | None = None
    """The key of ``nats_server_tls_cert`` (PEM, mode 0600)."""
    credentials_dir: Path | None = None
    """Where the service's seed and the register of agencies lie; ``data_dir/credentials`` when not
    set."""
    notary_dir: Path | None = None
    """Where the notary keeps its book and checkpoints; ``data_dir/notary`` when not set. In
    production on another disk than the database's."""
    keys_dir: Path | None = None
    """Where the agencies' seeds and tokens lie until they are handed out, and the administrator's
    seed; ``credentials_dir`` when not set. The services need nothing of it."""
    keys_url: str | None = None
    """Where the keys of persons lie: ``postgresql://...`` of another database than the events', or
    ``sqlite:////folder/keys.sqlite``. Nothing means ``keys.sqlite`` beside the credentials, which
    goes with the embedded SQLite only: on PostgreSQL say where they are."""
    stream_replicas: Annotated[int, Field(ge=1, le=5)] = 1
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=0, le=65535)] = 8080
    """0 takes a free port."""
    web_processes: Annotated[int, Field(ge=1, le=64)] = 1
    """How many processes answer on that port below ``oneplan up``. A processor each is enough; in
    containers scale the service ``web`` instead."""
    monitor_host: str = "127.0.0.1"
    monitor_port: Annotated[int, Field(ge=0, le=65535)] | None = None
    """Where a service says how it is: ``/live``, ``/ready`` and ``/metrics``, without a sign-in.
    Nothing means nowhere. ``oneplan up`` gives each of its services a port of its own: this one and
    those after it, or any that are free."""
    otlp_endpoint: str | None = None
    """Where traces go: an OTLP/HTTP address, ``http://collector:4318``. Without it, and without
    OpenTelemetry's own ``OTEL_EXPORTER_OTLP_ENDPOINT``, there are none and they cost nothing."""
    http_tls_cert: Path | None = None
    """The web service's certificate with its chain (PEM); without it HTTP is not encrypted."""
    http_tls_key: Path | None = None
    """The key of ``http_tls_cert`` (PEM, mode 0600)."""
    agencies: tuple[AgencySettings, ...] = AGENCIES
    """Who is in the register of agencies from the start, see ``services/bus/agencies.py``. Others
    come and go on a running service with ``oneplan agency``."""
    intake_batch: Annotated[int, Field(ge=1, le=5000)] = 200
    """Messages in one fetch and one transaction at most."""
    intake_wait: Annotated[float, Field(gt=0, le=5)] = 0.02
    """Seconds a fetch waits for more messages."""
    intake_workers: Annotated[int, Field(ge=1, le=16)] = 1
    """How many intakes ``oneplan up`` runs, each a process of its own."""
    intake_partitions: Annotated[int, Field(ge=1, le=64)] = 1
    """Into how many partitions the families are divided; as many intakes can work at once, and with
    1 the others stand by. A family's events keep their order whatever name they go by. The intake
    that begins to sort makes as many as its own settings say, see docs/runbook.md."""
    intake_takeover: Annotated[float, Field(ge=0.5, le=60)] = 5
    """Seconds after which another intake goes on for one that is silent."""
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given in code comes first, then the environment, then the one file."""
        path = Path(os.environ.get("ONEPLAN_SETTINGS_FILE", SETTINGS_FILE))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, path)

    @property
    def sqlite_path(self) -> Path:
        """The embedded database, used when no ``database_url`` is set."""
        return self.data_dir / "oneplan.sqlite"

    @property
    def counts_path(self) -> Path:
        """Where several web processes count requests together; made anew at each start."""
        return self.data_dir / "counts.sqlite"

    @property
    def credentials(self) -> Path:
        """The folder with seeds and tokens."""
        return self.credentials_dir or self.data_dir / "credentials"

    @property
    def notary(self) -> Path:
        """The folder with the notary's book."""
        return self.notary_dir or self.data_dir / "notary"

    @property
    def keys(self) -> Path:
        """The folder with the seeds and tokens that the services do not need."""
        return self.keys_dir or self.credentials

    @property
    def accounts_file(self) -> Path:
        """The accounts that the NATS servers include."""
        return self.nats_accounts or self.data_dir / "nats" / "accounts.conf"

    @model_validator(mode="after")
    def _certificates_have_keys(self) -> Self:
        for name in ("nats_tls", "nats_server_tls", "http_tls"):
            cert, key = getattr(self, f"{name}_cert"), getattr(self, f"{name}_key")
            if (cert is None) is not (key is None):
                raise ValueError(f"set both {name}_cert and {name}_key, or neither")
        if self.nats_tls_ca is None and (self.nats_tls_cert or self.nats_server_tls_cert):
            raise ValueError("set nats_tls_ca too: without it NATS is not spoken to over TLS")
        return self

    def agency_of_source(self, source: str) -> str | None:
        """The code of the agency of the settings behind a CloudEvents source, or None.

        A running service asks the register instead: agencies come and go there.
        """
        return next((one.code for one in self.agencies if source in one.sources), None)
