"""The warehouse's tables: what is kept of the ledger's rows, in which types and in which order on disk.

Belongs here: names, columns and where each comes from. A column without `source` is the handed column of its name;
with one, it is that SQL over the handed row: what is asked about is taken out of documents here, once, and what is
never asked about (a label's place in every frame, the timing of every word) stays in the ledger.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Rows = Iterable[tuple[str, Sequence[Mapping[str, object]]]]  # ledger table and some of its rows, again and again


@dataclass(frozen=True, slots=True)
class Column:
    """A column, its DuckDB type, and the SQL over a handed row that it comes from."""

    name: str
    kind: str
    source: str = ""

    @property
    def expression(self) -> str:
        return f"CAST({self.source or quoted(self.name)} AS {self.kind})"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the warehouse.

    `key` names a row, over base and recent; `order` is how base is sorted (columns, perhaps DESC), so that a look-up by
    it reads one row group of many; `indexed` are the columns looked up that it is not sorted by; `rows` selects among
    those handed.
    """

    name: str
    ledger: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    order: tuple[str, ...]
    indexed: tuple[str, ...] = ()
    rows: str = "TRUE"

    @property
    def ddl(self) -> str:
        return f"CREATE TABLE {self.name} ({', '.join(f'{quoted(one.name)} {one.kind}' for one in self.columns)})"

    @property
    def selection(self) -> str:
        """The table's columns out of rows as the ledger hands them."""
        columns = ", ".join(f"{one.expression} AS {quoted(one.name)}" for one in self.columns)
        return f"SELECT {columns} FROM handed WHERE {self.rows}"  # noqa: S608 - of the names below only


def quoted(name: str) -> str:
    """`name` as SQL reads it, whatever keyword it is."""
    return f'"{name}"'


def literal(text: str) -> str:
    """`text` as an SQL string, whatever is in it."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _columns(**kinds: str) -> tuple[Column, ...]:
    return tuple(Column(name, kind) for name, kind in kinds.items())


def _taken(document: str, kind: str, **paths: str) -> tuple[Column, ...]:
    """Columns taken out of a JSON document by path."""
    return tuple(Column(name, kind, f"json_extract_string({document}, '$.{path}')") for name, path in paths.items())


_MOMENT = "TIMESTAMPTZ"
_RECORDED = _columns(recorded_at=_MOMENT, revision="BIGINT")
_TEXT = "VARCHAR"
_MADE = _columns(code_version=_TEXT, run=_TEXT, seconds="DOUBLE")

_INVISIBLE = "coalesce(json_type({}, '$.invisible') = 'OBJECT', FALSE)"

_RESTS = (*_columns(clip=_TEXT, position="INTEGER", likeness=_TEXT, consent=_TEXT), *_RECORDED)

TABLES: tuple[Table, ...] = (
    Table(
        "accounts",
        "accounts",
        (*_columns(id=_TEXT, name=_TEXT, roles="JSON"), *_RECORDED),
        key=("id",),
        order=("id",),
    ),
    Table(
        "likenesses",
        "likenesses",
        (*_columns(id=_TEXT, handle=_TEXT, kind=_TEXT, species=_TEXT, owner=_TEXT), *_RECORDED),
        key=("id",),
        order=("id",),
    ),
    Table(
        "consents",
        "consents",
        (
            *_columns(id=_TEXT, likeness=_TEXT, version="INTEGER", audience=_TEXT, voice="BOOLEAN"),
            *_columns(remix="BOOLEAN", house="BOOLEAN", never="JSON", restrictions="JSON", languages="JSON"),
            *_columns(expires_at=_MOMENT, attested_by=_TEXT, statement=_TEXT, leaf="BIGINT"),
            Column("given_at", _MOMENT, "coalesce(given_at, recorded_at)"),  # NULL in rows before receipts
            *_RECORDED,
        ),
        key=("id",),
        order=("id",),
    ),
    Table(
        "withdrawals",
        "withdrawals",
        (*_columns(id=_TEXT, likeness=_TEXT, by=_TEXT, reason=_TEXT, leaf="BIGINT"), *_RECORDED),
        key=("id",),
        order=("likeness",),
    ),
    Table(
        "batches",
        "batches",
        (*_columns(id=_TEXT, lane=_TEXT, day="DATE", requested_by=_TEXT), *_RECORDED),
        key=("id",),
        order=("id",),
    ),
    Table(
        "briefs",
        "briefs",
        (
            *_columns(id=_TEXT, batch=_TEXT, prompt=_TEXT, requester=_TEXT, likenesses="JSON", parent=_TEXT),
            *_columns(seconds="DOUBLE", width="INTEGER", height="INTEGER", style=_TEXT, language=_TEXT),
            *_columns(seed="BIGINT", generator=_TEXT, lane=_TEXT, day="DATE"),
            *_RECORDED,
        ),
        key=("id",),
        order=("id",),  # ids sort by time of making
    ),
    Table(
        "verdicts",
        "verdicts",
        (
            *_columns(id=_TEXT, brief=_TEXT, clip=_TEXT, gate="TINYINT", outcome=_TEXT, rules="JSON", evidence="JSON"),
            *_columns(policy_version="INTEGER", inputs=_TEXT),
            *_MADE,
            *_RECORDED,
        ),
        key=("id",),
        order=("brief", "gate"),
    ),
    Table(
        "outputs",
        "outputs",
        (*_columns(key=_TEXT, stage=_TEXT, brief=_TEXT), *_MADE, *_RECORDED),
        key=("key",),
        order=("brief", "stage"),
    ),
    Table(
        "takes",
        "outputs",
        (
            *_columns(key=_TEXT, brief=_TEXT),
            *_taken("document", _TEXT, generator="generator", model="model", weights="weights"),
            *_taken("document", "BIGINT", seed="seed"),
            *_taken("document", "DOUBLE", seconds="seconds"),
            *_taken("document", "INTEGER", width="width", height="height", frames_per_second="frames_per_second"),
            *_taken("document", "INTEGER", frame_count="frame_count"),
            *_taken("document", _TEXT, frames_sha256="frames_sha256", master_sha256="master.sha256"),
            *_columns(code_version=_TEXT, run=_TEXT),
            *_RECORDED,
        ),
        key=("key",),
        order=("brief",),
        rows="stage = 'take'",
    ),
    Table(
        "marks",
        "outputs",
        (
            *_columns(key=_TEXT, brief=_TEXT),
            *_taken("document", _TEXT, manifest="manifest", file_sha256="file.sha256", prompt_salt="prompt_salt"),
            Column("labelled", "BOOLEAN", "json_array_length(document, '$.label') > 0"),
            Column("invisible", "BOOLEAN", _INVISIBLE.format("document")),  # as gate 7 found them
            *_columns(code_version=_TEXT, run=_TEXT),
            *_RECORDED,
        ),
        key=("key",),
        order=("brief",),
        rows="stage = 'marks'",
    ),
    Table(
        "clips",
        "clips",
        (*_columns(id=_TEXT, brief=_TEXT), *_RECORDED),
        key=("id",),
        order=("id",),
    ),
    Table(
        "edges",
        "edges",
        (*_columns(child=_TEXT, parent=_TEXT, relation=_TEXT, run=_TEXT, code_version=_TEXT), *_RECORDED),
        key=("child", "parent", "relation"),
        order=("child",),
    ),
    Table(
        "publications",
        "publications",
        (
            *_columns(id=_TEXT, clip=_TEXT, brief=_TEXT),
            *_taken("marked", _TEXT, manifest="manifest", file_sha256="file.sha256", prompt_salt="prompt_salt"),
            *_taken("marked", _TEXT, poster_sha256="poster.sha256", captions_sha256="captions.sha256"),
            *_taken("marked", _TEXT, sidecar_sha256="sidecar.sha256"),
            *_taken("marked", "BIGINT", file_size="file.size", poster_size="poster.size"),
            Column("labelled", "BOOLEAN", "json_array_length(marked, '$.label') > 0"),
            Column("invisible", "BOOLEAN", _INVISIBLE.format("marked")),
            *_columns(verdicts="JSON", verdicts_sha256=_TEXT, policy_version="INTEGER", run=_TEXT, leaf="BIGINT"),
            *_RECORDED,
        ),
        key=("id",),
        order=("recorded_at DESC", "clip DESC"),  # as the feed shows them: its first rows rule out all row groups after
        indexed=("clip",),
    ),
    Table(
        "remarkings",
        "remarkings",
        (
            *_columns(id=_TEXT, clip=_TEXT, brief=_TEXT),
            *_taken("marked", _TEXT, manifest="manifest", file_sha256="file.sha256", prompt_salt="prompt_salt"),
            *_taken("marked", _TEXT, poster_sha256="poster.sha256", captions_sha256="captions.sha256"),
            *_taken("marked", _TEXT, sidecar_sha256="sidecar.sha256"),
            *_taken("marked", "BIGINT", file_size="file.size"),
            Column("labelled", "BOOLEAN", "json_array_length(marked, '$.label') > 0"),
            Column("invisible", "BOOLEAN", _INVISIBLE.format("marked")),
            *_columns(verdict=_TEXT, verdict_sha256=_TEXT, policy_version="INTEGER", code_version=_TEXT, run=_TEXT),
            *_columns(leaf="BIGINT"),
            *_RECORDED,
        ),
        key=("id",),
        order=("clip", "revision"),
    ),
    Table(
        "publication_likenesses",
        "publication_likenesses",
        _RESTS,
        key=("clip", "position"),
        order=("recorded_at DESC", "clip DESC"),  # as publications: a page of the feed reads one row group of each
        indexed=("clip",),
    ),
    Table(
        "uses",
        "publication_likenesses",
        _RESTS,
        key=("clip", "position"),
        order=("likeness", "recorded_at"),  # the same rows for who asks where a likeness is used
    ),
    Table(
        "removals",
        "removals",
        (
            *_columns(id=_TEXT, clip=_TEXT, cause=_TEXT, by=_TEXT, reason=_TEXT, takedown=_TEXT, leaf="BIGINT"),
            *_RECORDED,
        ),
        key=("id",),
        order=("clip",),
    ),
    Table(
        "log_leaves",
        "log_leaves",
        (*_columns(index="BIGINT", kind=_TEXT, hash=_TEXT), *_RECORDED),
        key=("index",),
        order=("index",),
    ),
    Table(
        "log_checkpoints",
        "log_checkpoints",
        (*_columns(size="BIGINT", root=_TEXT, note=_TEXT), *_RECORDED),
        key=("size",),
        order=("size",),
    ),
)

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}
LEDGER_TABLES: tuple[str, ...] = tuple(dict.fromkeys(table.ledger for table in TABLES))  # what to hand over
