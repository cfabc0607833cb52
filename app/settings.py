"""Settings: flags > `QM_*` environment > `config.toml` of the home > defaults. The only reader of the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError, TomlConfigSettingsSource

from memory.domain.errors import InputError

CONFIG_FILE = "config.toml"
DATABASE_FILE = "quartermaster.db"
_HOME_VARIABLE = "QM_HOME"
_TRACING = ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2")


class _Section(BaseModel):
    """A table of config.toml. No `BaseSettings`: that would read bare variables such as USER and MODEL as settings."""

    model_config = ConfigDict(extra="forbid")


class ModelSettings(_Section):
    """An OpenAI-compatible server for one tier; without a `model` the tier falls to the next lower one."""

    base_url: str = "http://127.0.0.1:11434/v1"
    model: str = ""
    timeout_s: int = Field(default=60, ge=1, le=600)


class MailSettings(_Section):
    """The mail account. The password is in the vault under the name `mail`, never here."""

    address: str = ""
    name: str = ""
    user: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: Literal["tls", "starttls", "none"] = "starttls"
    imap_host: str = ""
    imap_port: int = 993
    imap_security: Literal["tls", "starttls", "none"] = "tls"
    certificate: str = ""
    sent_folder: str = ""
    poll_s: int = Field(default=60, ge=1, le=3600)

    @field_validator("poll_s")
    @classmethod
    def _as_clocks_count(cls, seconds: int) -> int:
        even = 60 % seconds == 0 if seconds <= 60 else seconds % 60 == 0 and 3600 % seconds == 0
        if not even:
            raise ValueError("give a number of seconds that divides a minute or an hour evenly, for example 10, 60 or 300")
        return seconds

    @property
    def configured(self) -> bool:
        """Whether mail can be sent and received at all."""
        return bool(self.address and self.smtp_host and self.imap_host)

    def connector_settings(self) -> dict[str, str]:
        """Return the settings under the names that the mail connector reads."""
        given = {
            "mail_address": self.address,
            "mail_name": self.name,
            "mail_user": self.user,
            "mail_certificate": self.certificate,
            "mail_sent_folder": self.sent_folder,
            "smtp_host": self.smtp_host,
            "smtp_port": str(self.smtp_port),
            "smtp_security": self.smtp_security,
            "imap_host": self.imap_host,
            "imap_port": str(self.imap_port),
            "imap_security": self.imap_security,
        }
        return {name: value for name, value in given.items() if value}


class Settings(BaseSettings):
    """Everything that can be set. Secrets are not settings: they are in the vault."""

    model_config = SettingsConfigDict(env_prefix="QM_", env_nested_delimiter="__", extra="forbid")

    operator_name: str = "Operator"
    operator_email: str = "operator@localhost.invalid"
    company: str = ""
    postal_address: str = Field(default="", max_length=300)
    """Where letters to you go, its parts behind semicolons: it stands on letters that are printed."""
    home_currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")
    tax_rate_bp: int = Field(default=1900, ge=0, le=5000)
    timezone: str = "UTC"
    country: str = Field(default="", pattern=r"^([A-Z]{2})?$")
    """Whose public holidays are no working days (ISO 3166-1: DE); empty for none but weekends."""
    region: str = Field(default="", pattern=r"^[A-Za-z0-9]{0,8}$")
    """The part of the country, where its holidays differ (ISO 3166-2 without the country: BY)."""
    demo: bool = False

    database_url: str = ""
    edge: bool = False
    """Whether finding vendors and reading contracts may be done by workers at the edge (`qm worker --edge`)."""
    edge_wait_s: int = Field(default=60, ge=1, le=600)
    """How many seconds a case waits for the edge before the work is done here."""
    chroma_host: str = ""
    chroma_port: int = 8000
    embeddings: Literal["local", "openai"] = "local"
    embeddings_base_url: str = "https://api.openai.com/v1"
    embeddings_model: str = "text-embedding-3-small"

    tier: Literal["rules", "fast", "deep"] = "rules"
    fast: ModelSettings = Field(default_factory=ModelSettings)
    deep: ModelSettings = Field(default_factory=ModelSettings)
    model_ceiling_tokens: int = Field(default=400_000, ge=0)
    vault_passphrase: SecretStr = SecretStr("")

    mail: MailSettings = Field(default_factory=MailSettings)
    dashboard_port: int = Field(default=8501, ge=1, le=65535)

    @field_validator("country", mode="before")
    @classmethod
    def _in_capitals(cls, code: object) -> object:
        return code.strip().upper() if isinstance(code, str) else code

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of the time zone data is an OSError
            raise ValueError(f"there is no time zone {name!r}; give a name like Europe/Berlin or UTC") from None
        return name

    @model_validator(mode="after")
    def _region_of_a_country(self) -> Settings:
        if self.region and not self.country:
            raise ValueError('a region needs its country: country = "DE", region = "BY"')
        return self

    @property
    def holiday_place(self) -> str:
        """Whose public holidays days are counted with: `DE`, `DE-BY`, or "" for none."""
        return f"{self.country}-{self.region.upper()}" if self.region else self.country

    @property
    def zone(self) -> ZoneInfo:
        """The operator's time zone: what Monday morning and midnight mean. Stored times are UTC."""
        return ZoneInfo(self.timezone)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: flags, environment, the home's config.toml."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(home: Path, **flags: Any) -> Settings:
    """Return the settings of a home; raises `InputError` naming the file or variable, the field and the mend."""
    config = home / CONFIG_FILE

    class Placed(Settings):
        model_config = SettingsConfigDict(toml_file=config)

    environ = {name: value for name, value in os.environ.items() if name.startswith("QM_") and name != _HOME_VARIABLE}
    unknown = sorted(name for name in environ if not _known_variable(name))
    if unknown:
        raise InputError(f"unknown setting in the environment: {', '.join(unknown)}", hint="unset it; `qm doctor` lists the settings")
    try:
        return Placed(**flags)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors(include_input=False))
        raise InputError(
            f"the settings of {config} cannot be used: {wrong}", hint=f"mend {config} or the QM_ variable of that name"
        ) from None
    except SettingsError as error:
        raise InputError(
            f"a QM_ variable cannot be used: {error}", hint="write a table's variables one by one, for example QM_MAIL__ADDRESS"
        ) from None
    except ValueError as error:
        raise InputError(f"{config} is not readable TOML: {error}", hint="mend the line it names") from None


def _known_variable(name: str) -> bool:
    """Whether a variable names a setting (QM_TIER) or one of a table (QM_MAIL__ADDRESS)."""
    first, _, rest = name.removeprefix("QM_").lower().partition("__")
    known = Settings.model_fields.get(first)
    if known is None or not rest:
        return known is not None and "__" not in name
    table = known.annotation
    return isinstance(table, type) and issubclass(table, _Section) and rest in table.model_fields


def tracing_switched_on() -> str | None:
    """Return the name of the variable that makes LangChain send prompts to a tracing service, or None."""
    return next((name for name in _TRACING if os.environ.get(name, "").lower() in {"true", "1", "yes"}), None)


def home_folder(given: Path | None) -> Path:
    """Return the home: `--home`, else `QM_HOME`, else the platform's data folder."""
    if given is not None:
        return given.expanduser().resolve()
    named = os.environ.get(_HOME_VARIABLE)
    if named:
        return Path(named).expanduser().resolve()
    from platformdirs import user_data_path

    return user_data_path("quartermaster")
