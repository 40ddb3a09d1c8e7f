"""What is expected of rows before they may be read: the suite, as data, and the SQL that lays its frames out.

Expected here is what holds for every row a sound ledger can hold, a denied clip's too; what a published clip must rest
on is asked by `queries/gaps.sql`. A row that fails keeps a whole refresh out, so what may happen is not unexpected.
Great Expectations itself is only in `warehouse.validator`.
"""

from dataclasses import dataclass, field

from greenroom.domain.briefs import Lane, Style
from greenroom.domain.clips import Relation
from greenroom.domain.consents import HANDLE, Attestation, Audience, LikenessKind
from greenroom.domain.removals import RemovalCause
from greenroom.domain.verdicts import Gate, Outcome
from warehouse.tables import BY_NAME, TABLES, Table, quoted

SHA256 = r"^[0-9a-f]{64}$"
CLOCKS = "INTERVAL 5 MINUTE"  # machines that write one ledger may disagree so far about what time it is


@dataclass(frozen=True, slots=True)
class Expected:
    """An expectation of one column by Great Expectations' name for it, with its arguments, and in words."""

    table: str
    column: str
    kind: str
    words: str
    arguments: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Derived:
    """A column of a table's frame that is no column of the table: SQL over `fresh`, the row in question, and `joins`.

    With `target` it says whether that table, in base or recent, has a row whose `found` equals `sql`.
    """

    table: str
    name: str
    sql: str
    target: str = ""
    found: str = "id"
    joins: str = ""


def _reference(table: str, column: str, target: str, found: str = "id", sql: str = "") -> Derived:
    return Derived(table, f"{column} exists", sql or f"fresh.{quoted(column)}", target, found)


DERIVED: tuple[Derived, ...] = (
    _reference("likenesses", "owner", "accounts"),
    _reference("consents", "likeness", "likenesses"),
    _reference("consents", "leaf", "log_leaves", "index"),
    _reference("withdrawals", "likeness", "likenesses"),
    _reference("withdrawals", "leaf", "log_leaves", "index"),
    _reference("removals", "clip", "clips"),
    _reference("removals", "by", "accounts"),
    _reference("removals", "leaf", "log_leaves", "index"),
    _reference("batches", "requested_by", "accounts"),
    _reference("briefs", "batch", "batches"),
    _reference("briefs", "requester", "accounts"),
    _reference("verdicts", "brief", "briefs"),
    _reference("outputs", "brief", "briefs"),
    _reference("takes", "brief", "briefs"),
    _reference("marks", "brief", "briefs"),
    _reference("clips", "brief", "briefs"),
    _reference("publications", "clip", "clips"),
    _reference("publications", "brief", "briefs"),
    _reference("publications", "leaf", "log_leaves", "index"),
    _reference("remarkings", "clip", "publications", "clip"),
    _reference("remarkings", "verdict", "verdicts"),
    _reference("remarkings", "leaf", "log_leaves", "index"),
    _reference("publication_likenesses", "clip", "publications", "clip"),
    _reference("publication_likenesses", "likeness", "likenesses"),
    _reference("publication_likenesses", "consent", "consents"),
    # the first leaf has none before it
    _reference("log_leaves", "leaf before", "log_leaves", "index", "greatest(fresh.index - 1, 0)"),
    Derived("edges", "leads elsewhere", "fresh.child <> fresh.parent"),
    # relations lead from later stages to earlier ones; a remix leads to an earlier clip: so no circle can be closed
    Derived(
        "edges",
        "parent is earlier",
        "fresh.relation <> 'remix_of' OR coalesce(older.revision < newer.revision, FALSE)",
        joins="LEFT JOIN (SELECT id, revision FROM clips WHERE id IN (SELECT parent FROM fresh)) AS older"
        " ON older.id = fresh.parent"
        " LEFT JOIN (SELECT id, revision FROM clips WHERE id IN (SELECT child FROM fresh)) AS newer"
        " ON newer.id = fresh.child",
    ),
)


def _sets() -> tuple[Expected, ...]:
    allowed: dict[tuple[str, str], list[str]] = {
        ("likenesses", "kind"): [one.value for one in LikenessKind],
        ("consents", "audience"): [one.value for one in Audience],
        ("consents", "attested_by"): [one.value for one in Attestation],
        ("batches", "lane"): [one.value for one in Lane],
        ("briefs", "lane"): [one.value for one in Lane],
        ("briefs", "style"): [one.value for one in Style],
        ("verdicts", "outcome"): [one.value for one in Outcome],
        ("removals", "cause"): [one.value for one in RemovalCause],
        ("edges", "relation"): [one.value for one in Relation],
        ("log_leaves", "kind"): ["consent", "withdrawal", "publication", "remarking", "removal"],
    }
    return tuple(
        Expected(table, column, "ExpectColumnValuesToBeInSet", f"one of {', '.join(values)}", {"value_set": values})
        for (table, column), values in allowed.items()
    )


def _between() -> tuple[Expected, ...]:
    bounds: dict[tuple[str, str], tuple[float | None, float | None]] = {
        ("consents", "version"): (1, None),
        ("briefs", "seconds"): (4, 12),
        ("briefs", "width"): (128, 1920),
        ("briefs", "height"): (128, 1920),
        ("briefs", "seed"): (0, None),
        ("verdicts", "gate"): (min(Gate), max(Gate)),
        ("verdicts", "policy_version"): (1, None),
        ("verdicts", "seconds"): (0, None),
        ("outputs", "seconds"): (0, None),
        ("takes", "frame_count"): (1, None),
        ("publications", "file_size"): (1, None),
        ("remarkings", "file_size"): (1, None),
        ("publication_likenesses", "position"): (0, None),
        ("log_leaves", "index"): (0, None),
        ("log_checkpoints", "size"): (0, None),
    }
    return tuple(
        Expected(
            table,
            column,
            "ExpectColumnValuesToBeBetween",
            f"at least {low:g}" if high is None else f"from {low:g} to {high:g}",
            {"min_value": low, "max_value": high},
        )
        for (table, column), (low, high) in bounds.items()
    )


def _patterns() -> tuple[Expected, ...]:
    hashes = {
        "verdicts": ("inputs",),
        "outputs": ("key",),
        "takes": ("frames_sha256", "master_sha256"),
        "marks": ("file_sha256",),
        "publications": ("file_sha256", "poster_sha256", "captions_sha256", "sidecar_sha256", "verdicts_sha256"),
        "remarkings": ("file_sha256", "poster_sha256", "captions_sha256", "sidecar_sha256", "verdict_sha256"),
        "log_leaves": ("hash",),
        "log_checkpoints": ("root",),
    }
    patterns = [(table, column, SHA256, "a SHA-256") for table, columns in hashes.items() for column in columns]
    patterns += [("accounts", "name", HANDLE, "a handle"), ("likenesses", "handle", HANDLE, "a handle")]
    return tuple(
        Expected(table, column, "ExpectColumnValuesToMatchRegex", words, {"regex": pattern})
        for table, column, pattern, words in patterns
    )


_TRUE: dict[str, object] = {"value_set": [True]}
_NULLABLE = {"consents": {"expires_at"}, "briefs": {"parent", "style", "language"}, "verdicts": {"clip"}}
_NULLABLE["removals"] = {"takedown"}
_NULLABLE["takes"] = {"weights"}


def _whole() -> tuple[Expected, ...]:
    """Of every table: keys are there once, nothing is missing that must be there, nothing is of the future."""
    found: list[Expected] = []
    for table in TABLES:
        once = Expected(table.name, "copies", "ExpectColumnValuesToBeInSet", "its key once", {"value_set": [1]})
        past = Expected(table.name, "is past", "ExpectColumnValuesToBeInSet", "recorded in the past", _TRUE)
        needed = [one.name for one in table.columns if one.name not in _NULLABLE.get(table.name, set())]
        found += (once, past)
        found.append(Expected(table.name, "missing", "ExpectColumnValuesToBeNull", f"all of {', '.join(needed)}", {}))
    return tuple(found)


SUITE: tuple[Expected, ...] = (
    *_whole(),
    *_sets(),
    *_between(),
    *_patterns(),
    *(Expected(one.table, one.name, "ExpectColumnValuesToBeInSet", one.name, _TRUE) for one in DERIVED),
)


def frame(name: str) -> str:
    """SQL of a table's frame: its rows past revision $after, with what is expected of them in columns.

    References are looked up from the new rows' side, so that a base of any size is only probed.
    """
    table = BY_NAME[name]
    derived = [one for one in DERIVED if one.table == name]
    wanted = {one.column for one in SUITE if one.table == name}
    columns = [f"fresh.{quoted(one.name)}" for one in table.columns if one.name in wanted]
    columns += ["copies.copies", f'fresh.recorded_at <= now() + {CLOCKS} AS "is past"', _missing(table)]
    joins = []
    for number, one in enumerate(derived):
        if not one.target:
            columns.append(f"({one.sql}) AS {quoted(one.name)}")
            joins.append(one.joins)
            continue
        known, found = f"known{number}", quoted(one.found)
        columns.append(f"{known}.{found} IS NOT NULL AS {quoted(one.name)}")
        lookup = f"SELECT DISTINCT {found} FROM {one.target} WHERE {found} IN (SELECT {one.sql} FROM fresh)"  # noqa: S608
        joins.append(f"LEFT JOIN ({lookup}) AS {known} ON {known}.{found} = {one.sql}")
    key = ", ".join(quoted(column) for column in table.key)
    shown = " || ' ' || ".join(f"fresh.{quoted(column)}" for column in table.key)
    return f"""
        WITH fresh AS MATERIALIZED (SELECT * FROM {name} WHERE revision > $after),
        copies AS (
            SELECT {key}, count(*) AS copies FROM {name} WHERE ({key}) IN (SELECT ({key}) FROM fresh) GROUP BY {key}
        )
        SELECT {shown} AS "row", {", ".join(columns)} FROM fresh JOIN copies USING ({key}) {" ".join(joins)}
    """  # noqa: S608 - of this module's names only


def _missing(table: Table) -> str:
    """The first column that must be there and is not, else NULL."""
    nullable = _NULLABLE.get(table.name, set())
    needed = [one.name for one in table.columns if one.name not in nullable]
    cases = " ".join(f"WHEN fresh.{quoted(column)} IS NULL THEN '{column}'" for column in needed)
    return f"CASE {cases} END AS missing"
