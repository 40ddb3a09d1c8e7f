"""Between domain types and rows: a column has the name of its field; nested values are documents."""

from typing import TypeVar

from sqlalchemy import RowMapping, Table

from greenroom.domain.base import Frozen
from ledger.columns import Document

Domain = TypeVar("Domain", bound=Frozen)


def row_of(table: Table, value: Frozen, **more: object) -> dict[str, object]:
    """The row of a domain value; `more` gives columns that are no field of it."""
    plain, documents = value.model_dump(mode="python"), value.model_dump(mode="json")
    row = {
        column.name: documents[column.name] if isinstance(column.type, Document) else plain[column.name]
        for column in table.columns
        if column.name in plain
    }
    return row | more


def domain_of(kind: type[Domain], row: RowMapping, **more: object) -> Domain:
    """The domain value of a row; `more` gives fields that are no column of it."""
    values = {name: row[name] for name in kind.model_fields if name in row}
    return kind.model_validate(values | more)
