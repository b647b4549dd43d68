"""The settings of the house, from the environment: where the config, the data and the record are."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """`ARNA_CONFIG`, `ARNA_DATA` and `ARNA_RECORD`; each has a default that works in the project's own folder."""

    model_config = SettingsConfigDict(env_prefix="ARNA_", frozen=True)

    config: Path = Path("config")
    data: Path = Path("data")
    record: str | None = None

    @property
    def record_url(self) -> str:
        """The record's database: `ARNA_RECORD`, or a SQLite file in the data folder."""
        return self.record or f"sqlite:///{self.data / 'record.sqlite'}"
