"""The settings of the house, from the environment: where the config, the data and the record are."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """`ARNA_CONFIG`, `ARNA_DATA`, `ARNA_RECORD`, `ARNA_SEGMENTS`; their defaults work in the project's own folder.

    `ARNA_KEPT_MEGABYTES`: how much memory of each worker keeps answers that were given.
    """

    model_config = SettingsConfigDict(env_prefix="ARNA_", frozen=True)

    config: Path = Path("config")
    data: Path = Path("data")
    record: str | None = None
    segments: str | None = None
    kept_megabytes: int = Field(64, ge=0, le=65_536)

    @property
    def record_url(self) -> str:
        """The record's database: `ARNA_RECORD`, or a SQLite file in the data folder."""
        return self.record or f"sqlite:///{self.data / 'record.sqlite'}"

    @property
    def segments_place(self) -> str:
        """Where sealed files lie: `ARNA_SEGMENTS`, a folder or an `s3://` address, or a folder in the data folder."""
        return self.segments or str(self.data / "segments")
