"""What all declared facts have in common: they are frozen, strict, and know their source."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

LANGUAGES = ("en", "ru", "kk", "ky")


def _known_languages(names: dict[str, str]) -> dict[str, str]:
    unknown = sorted(set(names) - set(LANGUAGES))
    if unknown or not names.get("en"):
        raise ValueError(f"names need en and may have ru, kk, ky; unknown here: {', '.join(unknown) or 'none'}")
    return names


Names = Annotated[dict[str, str], AfterValidator(_known_languages)]


class Fact(BaseModel):
    """A declared fact; unknown keys are refused so that a typing slip is not silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)
