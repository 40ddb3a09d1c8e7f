"""The settings table: name, default, help and environment variable of everything an installation may choose.

One table drives the command line, the docs (`docs/operators.md` is checked against it) and the Dagster
resources. Nothing is read at import: `Settings.load` reads the environment when it is called.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError

from greenroom.domain.base import Frozen
from greenroom.errors import BadInput

PREFIX = "GREENROOM_"


class Settings(Frozen):
    home: Path = Field(default=Path(".greenroom"), description="Folder that holds all state of this installation.")
    ledger_url: str = Field(default="", description="Database URL of the ledger; empty: SQLite in the home folder.")
    keys_url: str = Field(
        default="", description="Database URL of the wrapped keys, apart from the ledger's; empty: SQLite in keys/."
    )
    store_url: str = Field(default="", description="Folder or s3:// URL of the blob store; empty: in the home folder.")
    dagster_postgres_url: str = Field(
        default="", description="PostgreSQL URL for Dagster's own storage; empty: SQLite in the home folder."
    )
    installation: str = Field(
        default="greenroom.local", description="Name of this installation: origin of its log and of its credentials."
    )
    certificate_chain: Path | None = Field(
        default=None, description="PEM file, signing certificate first, instead of the chain made on first use."
    )
    signing_key: Path | None = Field(default=None, description="PEM private key of the signing certificate.")
    signer_url: str = Field(
        default="", description="Address of a signer that holds the private key outside, instead of signing_key."
    )
    signer_key: str = Field(
        default="GREENROOM_SIGNER_TOKEN", description="Environment variable that holds the token of the signer."
    )
    timestamp_url: str = Field(
        default="", description="Authority that stamps each signature with the time (RFC 3161); empty: none is asked."
    )
    timestamp_roots: Path | None = Field(
        default=None, description="PEM file of the roots whose time stamps count once a certificate has expired."
    )
    feed_host: str = Field(default="127.0.0.1", description="Address the feed listens on.")
    feed_port: int = Field(default=8000, ge=0, le=65535, description="Port the feed listens on; 0 takes a free one.")
    witnesses: str = Field(
        default="", description="Outside witnesses that cosign the log's checkpoints: URL#KEY, comma between; or none."
    )
    weights_folder: Path | None = Field(
        default=None, description="Folder of large models' weights; empty: weights in the home folder."
    )
    speech_folder: Path | None = Field(
        default=None, description="Folder of VITS speech models, one folder a language (en, es); empty: espeak-ng."
    )
    account: str = Field(default="studio", description="Account that makes clips when --as names none.")
    operators: str = Field(
        default="",
        description="Accounts that act as operators besides that one, comma between: two for second opinions.",
    )
    review_hours: float = Field(
        default=24.0, gt=0, le=720, description="Hours in which a person should have decided what waits for one."
    )
    planner: Literal["grammar", "openai", "transformers"] = Field(
        default="grammar", description="What plans a prompt; the grammar plans where a language model does not answer."
    )
    planner_url: str = Field(
        default="", description="An OpenAI-compatible endpoint for the planner, as https://host/v1 (planner openai)."
    )
    planner_model: str = Field(
        default="", description="The planner's model: its name at the endpoint, or the folder of a transformers model."
    )
    planner_key: str = Field(
        default="OPENAI_API_KEY", description="Environment variable that holds the key of the planner's endpoint."
    )
    planner_seconds: float = Field(
        default=60.0, gt=0, le=600, description="Seconds the planner's language model may take for one answer."
    )
    text_safety: Literal["rules", "openai", "transformers"] = Field(
        default="rules", description="What judges words: the policy's rules alone, or they and a reasoning model."
    )
    text_safety_url: str = Field(
        default="", description="An OpenAI-compatible endpoint that judges words, as https://host/v1 (openai)."
    )
    text_safety_model: str = Field(
        default="", description="The model that judges words: its name at the endpoint, or a transformers folder."
    )
    text_safety_key: str = Field(
        default="OPENAI_API_KEY", description="Environment variable that holds the key of the endpoint for words."
    )
    text_safety_seconds: float = Field(
        default=60.0, gt=0, le=600, description="Seconds that the judgement of words may take; later holds."
    )
    picture_reasoning: Literal["off", "openai", "transformers"] = Field(
        default="off", description="A vision-language model that judges frames by the policy's text, beside the rest."
    )
    picture_reasoning_url: str = Field(
        default="", description="An OpenAI-compatible endpoint that judges frames, as https://host/v1 (openai)."
    )
    picture_reasoning_model: str = Field(
        default="", description="The model that judges frames: its name at the endpoint, or a transformers folder."
    )
    picture_reasoning_key: str = Field(
        default="OPENAI_API_KEY", description="Environment variable that holds the key of the endpoint for frames."
    )
    picture_reasoning_seconds: float = Field(
        default=120.0, gt=0, le=600, description="Seconds that one look at frames may take; later holds."
    )
    threads: int = Field(default=0, ge=0, description="Threads for rendering and models; 0: one a core.")

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None, **chosen: object) -> Self:
        """The settings in force: `chosen` before `environment` (the process's own by default) before the default.

        Raises `BadInput` that names each value that cannot be used.
        """
        environment = os.environ if environment is None else environment
        values: dict[str, object] = {
            name: environment[variable] for name, variable in cls.variables().items() if environment.get(variable)
        }
        values |= {name: value for name, value in chosen.items() if value is not None}
        try:
            settings = cls.model_validate(values)
        except ValidationError as error:
            wrong = "; ".join(
                f"{PREFIX}{str(detail['loc'][0]).upper()}: {detail['msg']}, got {detail['input']!r}"
                for detail in error.errors()
            )
            raise BadInput(f"settings cannot be used: {wrong}", "See docs/operators.md for the table.") from error
        return settings.model_copy(update={"home": settings.home.expanduser().absolute()})

    @classmethod
    def variables(cls) -> dict[str, str]:
        """Environment variable of each setting, by its name."""
        return {name: PREFIX + name.upper() for name in cls.model_fields}

    @property
    def ledger(self) -> str:
        return self.ledger_url or f"sqlite:///{self.home / 'ledger.db'}"

    @property
    def store(self) -> str:
        return self.store_url or str(self.home / "store")

    @property
    def keys(self) -> Path:
        return self.home / "keys"

    @property
    def keystore(self) -> str:
        return self.keys_url or f"sqlite:///{self.keys / 'keys.db'}"

    @property
    def weights(self) -> Path:
        return self.weights_folder or self.home / "weights"

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def warehouse(self) -> Path:
        return self.home / "warehouse"

    @property
    def index(self) -> Path:
        return self.home / "index"

    @property
    def hash_lists(self) -> Path:
        return self.home / "hash_lists"

    @property
    def cache(self) -> Path:
        return self.home / "cache"
