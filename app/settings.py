"""Settings, read from the environment (``WARROOM_…``) and handed to whoever needs them."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app import language
from app.records import CURRENCIES
from app.vocabulary import Instant, Stage, Watch, instant

ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?|https?://\[[0-9A-Fa-f:.]+\](:\d{1,5})?")
"""An origin as browsers write it."""


class Settings(BaseSettings):
    """One room. Every field can be set as an environment variable with the prefix ``WARROOM_``."""

    model_config = SettingsConfigDict(env_prefix="WARROOM_", extra="forbid")

    state_dir: Path = Path("warroom-data")
    database_url: str = ""
    """Empty: SQLite in ``state_dir``. ``postgresql://…`` for the big room."""
    secret: str = ""
    """64 hex digits that key the log's chain and salt account ids. Empty: made once and kept in ``state_dir``."""
    host: str = "127.0.0.1"
    port: int = 8750
    public_address: str = ""
    """Where people reach the room, ``https://room.example``: links that are given out begin so. Empty: without it."""
    theme: str = "night"
    language: str = "en"
    """What the walls, the desk and the notices speak: a language that has a catalogue."""
    zone: str = "UTC"
    watch_first_day: date = date(2018, 10, 1)
    limits_h: dict[Stage, int] = {
        Stage.DETECTED: 24,
        Stage.UNDER_REVIEW: 72,
        Stage.CONFIRMED: 48,
        Stage.REMOVAL_ORDERED: 12,
    }
    """How many hours a network may stay in a stage before the wall calls it overdue."""
    source_limits_s: dict[str, int] = {}
    """Longest silence in seconds that is normal for a source, by its CloudEvents ``source``. Unlisted: no limit."""
    alarm_reach: int = 1_000_000
    """Accounts that an open network may reach on one surface before an alarm is raised. 0: no limit."""
    alarm_spike: float = 2.0
    """How many times as many assets as normal may be detected in an hour before an alarm is raised. 0: no limit."""
    notify: list[str] = []
    """Where alarms are sent: addresses of Apprise, ``["mailto://…", "slack://…"]``. They hold passwords."""
    briefing_folders: dict[str, Path] = {}
    """Folders, by a name, into which briefings may be written beside the one in ``state_dir``: they must exist."""
    briefing_mail: list[str] = []
    """Where briefings are sent with their files: addresses of Apprise, ``["mailto://…"]``. They hold passwords."""
    currency: str = "USD"
    """The currency of totals over several currencies in snapshots (ISO 4217)."""
    rates_file: str = ""
    """A newer ``eurofxref-hist.zip`` of the ECB, or the ``.csv`` in it. Empty: the rates that came with the program."""
    flush_hz: float = 10.0
    queue_records: int = 50_000
    """Records that may wait for the writer before the doors answer 503."""

    @field_validator("language")
    @classmethod
    def _is_known(cls, code: str) -> str:
        return language.language(code).code

    @field_validator("currency")
    @classmethod
    def _is_currency(cls, code: str) -> str:
        if code not in CURRENCIES:
            raise ValueError(f"{code[:12]!r} is no ISO 4217 currency: give three capital letters, for example USD")
        return code

    @field_validator("public_address")
    @classmethod
    def _is_origin(cls, address: str) -> str:
        if address and not ORIGIN.fullmatch(address):
            raise ValueError("give scheme and host and nothing more: https://room.example")
        return address

    @property
    def url(self) -> str:
        """The SQLAlchemy address of the database."""
        if not self.database_url:
            return f"sqlite:///{self.state_dir / 'warroom.db'}"
        if self.database_url.startswith("postgresql://"):
            return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
        return self.database_url

    def watch(self) -> Watch:
        """The watch that these settings describe: its first day begins at midnight in the room's zone."""
        start = datetime.combine(self.watch_first_day, time(), ZoneInfo(self.zone))
        return Watch(
            Instant(instant(start)),
            self.zone,
            dict(self.limits_h),
            reach_limit=self.alarm_reach,
            spike=self.alarm_spike,
        )

    def secret_bytes(self) -> bytes:
        """The room's secret: from the setting, or from a file that is made at first use, readable by its owner only."""
        if self.secret:
            return bytes.fromhex(self.secret)
        path = self.state_dir / "secret"
        if not path.exists():
            self.state_dir.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(32))
        return bytes.fromhex(path.read_text().strip())

    def derived(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose, so that no two uses share a key."""
        return hashlib.blake2b(purpose.encode(), key=self.secret_bytes(), digest_size=32).digest()
