"""The settings of the house, from the environment: where the config, the data and the record are."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """`ARNA_CONFIG` and the others of docs/settings.md; their defaults work in the project's own folder."""

    model_config = SettingsConfigDict(env_prefix="ARNA_", frozen=True)

    config: Path = Path("config")
    data: Path = Path("data")
    record: str | None = None
    segments: str | None = None
    kept_megabytes: int = Field(64, ge=0, le=65_536)
    proxies: str = ""
    token: SecretStr | None = None

    @property
    def record_url(self) -> str:
        """The record's database: `ARNA_RECORD`, or a SQLite file in the data folder."""
        return self.record or f"sqlite:///{self.data / 'record.sqlite'}"

    @property
    def proxy_list(self) -> tuple[str, ...]:
        """The addresses and networks of the proxies whose word is taken."""
        return tuple(said.strip() for said in self.proxies.split(",") if said.strip())

    @property
    def token_of_ours(self) -> str | None:
        """The token by which another machine of the record knows us."""
        return None if self.token is None else self.token.get_secret_value()

    @property
    def segments_place(self) -> str:
        """Where sealed files lie: `ARNA_SEGMENTS`, a folder or an `s3://` address, or a folder in the data folder."""
        return self.segments or str(self.data / "segments")
