"""Where Dagster keeps its own records: under the home folder by default, in PostgreSQL when the settings say so.

`dagster.yaml` names these classes, so that one file serves a laptop and a server: which storage is used is a
setting, read when the instance opens. Clips, consents and verdicts are not here; they are in the ledger.
"""

from collections.abc import Mapping
from pathlib import Path

from dagster import DagsterInstance
from dagster._core.storage.base_storage import DagsterStorage
from dagster._core.storage.local_compute_log_manager import LocalComputeLogManager
from dagster._core.storage.root import LocalArtifactStorage
from dagster._serdes import ConfigurableClassData
from dagster_postgres import DagsterPostgresStorage

from greenroom.settings import Settings
from pipelines.slots import SqliteWithSlots

ROOT = Path(__file__).parent.parent  # where dagster.yaml stands


def _folder(name: str) -> str:
    folder = Settings.load().home / "dagster" / name
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)


class StorageBySettings(SqliteWithSlots):
    """SQLite in the home folder, or PostgreSQL by GREENROOM_DAGSTER_POSTGRES_URL."""

    @classmethod
    def from_config_value(  # type: ignore[override]  # may answer with PostgreSQL's class: both are DagsterStorage
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, object]
    ) -> DagsterStorage:
        url = Settings.load().dagster_postgres_url
        if url:
            return DagsterPostgresStorage(postgres_url=url, inst_data=inst_data)
        return SqliteWithSlots(base_dir=_folder("storage"), inst_data=inst_data)

    @classmethod
    def config_type(cls) -> dict[str, object]:  # nothing to configure in the file
        return {}


class ArtifactsInHome(LocalArtifactStorage):
    """Dagster's small files, in the home folder."""

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, object]
    ) -> "ArtifactsInHome":
        return cls(base_dir=_folder("artifacts"), inst_data=inst_data)

    @classmethod
    def config_type(cls) -> dict[str, object]:
        return {}


class LogsInHome(LocalComputeLogManager):
    """What the steps print, in the home folder."""

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, object]
    ) -> "LogsInHome":
        return cls(base_dir=_folder("logs"), inst_data=inst_data)

    @classmethod
    def config_type(cls) -> dict[str, object]:
        return {}


def open_instance() -> DagsterInstance:
    """The installation's Dagster instance, the same that `make dev` shows."""
    return DagsterInstance.from_config(str(ROOT))
