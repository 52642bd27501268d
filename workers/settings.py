"""Settings from the environment and an optional file.

Every field is read from `EDI_<NAME>` (EDI_DATABASE_URL, ...), else from the TOML file named by EDI_SETTINGS, else from `quayside.toml` in
the current folder, else its default holds. A name in the file that is no setting is an error, so that a misspelt one is seen; secrets
belong into the environment. `load_settings` raises `WrongSettings`, whose text names the setting and not its value.

>>> load_settings(max_attempts=5).max_attempts
5
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from workers.environment import FILE_VARIABLE, PREFIX, WrongSettings, expanded, settings_file

QUEUE = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$"
"""What a queue may be called."""


class Settings(BaseSettings):
    """All settings, with their defaults. Times are in seconds."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True)

    database_url: str = Field("sqlite:///quayside.db", repr=False, description="The records: sqlite:///FILE or postgresql://...")
    broker_url: str | None = Field(None, repr=False, description="The queue of the workers: redis://HOST:PORT/DB; none by default")
    processes: int | None = Field(None, ge=1, le=512, description="Processes of `edi process`; as many as cores by default")
    batch_files: int = Field(250, ge=1, le=10_000, description="Files of one task at most")
    max_attempts: int = Field(3, ge=1, le=100, description="Attempts of workers at one receipt before it is quarantined")
    max_findings: int = Field(1000, ge=1, le=1_000_000, description="Findings kept per file; beyond it only counts grow")
    large_bytes: int = Field(4_000_000, ge=1, description="Receipts of more bytes wait in the queue for large ones")
    part_bytes: int = Field(2_000_000, ge=1, description="Large EDIFACT receipts are processed in parts of so many bytes")
    lease_seconds: int = Field(60, ge=1, description="So long a receipt is left to its worker; a worker at work renews it")
    retry_seconds: int = Field(10, ge=0, description="So long a receipt rests after a first failed attempt; each further rest doubles")
    sweep_seconds: int = Field(10, ge=1, description="How often it is looked for what is late")
    work_seconds: int = Field(10, ge=1, description="So long one task of a worker goes on taking receipts")
    memory_megabytes: int = Field(4096, ge=256, description="A child of a worker that wants more memory fails on its receipt instead")
    retention_days: int | None = Field(None, ge=1, le=36_500, description="So long original bytes are kept; for ever by default")
    folders: Path | None = Field(None, description="The drop folders: one folder for each partner; none by default")
    settle_seconds: int = Field(1, ge=0, description="A dropped file is taken when it did not change for so long")
    unfinished_seconds: int = Field(60, ge=0, description="A dropped file whose end is missing is taken when it did not change for so long")
    poll_seconds: int = Field(5, ge=1, description="How often drop folders are looked at, whatever the system tells of changes in them")
    folder_events: bool = Field(True, description="Let the system tell of changes in drop folders; it cannot on network mounts")
    file_bytes: int = Field(1 << 32, ge=1, description="A dropped file of more bytes is not taken but set aside")
    archive_entries: int = Field(1000, ge=1, le=100_000, description="Entries of a dropped archive at most")
    archive_bytes: int = Field(1 << 30, ge=1, description="Bytes that a dropped archive unpacks to at most")
    queue_url: str | None = Field(None, repr=False, description="The server of the customs queues; that of EDI_BROKER_URL by default")
    queue: str = Field("quayside.in", pattern=QUEUE, description="The customs queue that `edi queue consume` reads")
    queue_prefetch: int = Field(100, ge=1, le=10_000, description="Messages that RabbitMQ sends ahead")
    queue_bytes: int = Field(64 << 20, ge=1, description="A message with more bytes is no document and goes to the dead letters")
    queue_lease: int = Field(60, ge=5, description="After this time Redis gives a message that was taken and not received to another one")
    reply_prefix: str = Field("quayside.reply.", min_length=1, description="A sender may have his answers in queues whose names begin so")
    delivery_tries: int = Field(50, ge=1, le=1000, description="Attempts at delivering an answer before it is given up")
    delivery_seconds: int = Field(5, ge=0, le=3600, description="So long an answer rests after a first failed attempt; rests double")
    outbox_seconds: int = Field(5, ge=1, description="How often it is looked for answers that are due")
    callback_seconds: int = Field(10, ge=1, le=300, description="So long the address of a partner may take to answer")
    callback_private: bool = Field(False, description="Whether addresses of partners may be private ones, this machine included")
    visibility_timeout: int = Field(3600, ge=5, description="After this time Redis gives an unfinished task to another worker")
    task_time_limit: int = Field(3000, ge=1, description="A task that runs longer is ended; keep it below visibility_timeout")
    restore_interval: int = Field(5, ge=1, description="How often a worker looks for the tasks of lost workers")
    directories: Path = Field(
        default_factory=lambda: Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "quayside" / "directories",
        description="Folder of what `edi directory add` and `edi schema add` imported: UN/EDIFACT directories, XML schemas",
    )
    partners: Path | None = Field(None, description="Folder of the partner profiles; none by default")
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least severity of what is logged")

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: Any, env_settings: Any, dotenv_settings: Any, file_secret_settings: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What a caller passes goes before the environment, the environment before the file."""
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=settings_file()))


def load_settings(**given: Any) -> Settings:
    """The settings that hold here and now; values given go before environment and file."""
    path = settings_file()
    if os.environ.get(FILE_VARIABLE) and not path.is_file():
        raise WrongSettings(f"The settings file {path} named by {FILE_VARIABLE} does not exist.")
    try:
        return Settings(**given)
    except ValidationError as error:
        problems = "; ".join(f"{PREFIX}{'.'.join(map(str, item['loc'])).upper()}: {item['msg']}" for item in error.errors())
        raise WrongSettings(f"Settings are wrong: {problems}. They come from the environment and from {path}.") from None
    except (OSError, ValueError) as error:
        reason = f"The settings file {path} cannot be read ({type(error).__name__})."
        raise WrongSettings(f"{reason} Write it as TOML: one name = value per line.") from None


def find_directories() -> Path:
    """The folder of imported directories that holds here and now; the default where the settings are wrong, which other commands say."""
    try:
        return expanded(load_settings().directories)
    except WrongSettings:
        return expanded(Settings.model_fields["directories"].get_default(call_default_factory=True))
