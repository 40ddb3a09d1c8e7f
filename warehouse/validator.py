"""The worker that validates: `python -m warehouse.validator`, one JSON question a line in, one JSON answer a line out.

It runs Great Expectations on frames of the new rows, read from both files as a reader would read them. An expectation
that could not be evaluated is an error and no failure of the data: nothing is called bad, or good, that was not seen.
"""

import contextlib
import os
import sys
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TextIO, cast

from warehouse.expectations import SUITE, Expected, frame
from warehouse.tables import TABLES
from warehouse.validation import Answer, Expectation, Question, Validation

if TYPE_CHECKING:
    import duckdb
    from pyarrow import RecordBatch

SLICE = 50_000  # rows of a frame looked at at once: keys are counted before, so a slice needs no other
_SHOWN = 3  # rows named in an answer


class Suite:
    """The expectations, bound to Great Expectations once."""

    def __init__(self) -> None:
        import great_expectations as gx

        self._gx = gx
        self._context = gx.get_context(mode="ephemeral")
        frames = self._context.data_sources.add_pandas("frames").add_dataframe_asset("rows")
        self._rows = frames.add_batch_definition_whole_dataframe("all")

    def validate(self, question: Question) -> Validation:
        """Every expectation of every table, on the rows past the question's revision."""
        from warehouse.reader import attach

        started = time.monotonic()
        found: list[Expectation] = []
        with contextlib.closing(attach(question.base, question.recent)) as connection:
            for table in TABLES:
                found += self._table(connection, table.name, question.after)
        return Validation(
            files=(question.base.name, question.recent.name, question.after),
            expectations=tuple(found),
            seconds=time.monotonic() - started,
        )

    def _table(self, connection: "duckdb.DuckDBPyConnection", name: str, after: int) -> Iterator[Expectation]:
        expected = [one for one in SUITE if one.table == name]
        rows, wrong, named = 0, [0] * len(expected), [list[str]() for _ in expected]
        for part in _slices(connection, frame(name), after):
            rows += part.num_rows
            for number, (count, which) in enumerate(self._slice(part, expected)):
                wrong[number] += count
                named[number] += which
        for one, count, which in zip(expected, wrong, named, strict=True):
            told = f": {', '.join(which[:_SHOWN])}" if which else ""
            yield Expectation(
                name=one.kind,
                table=name,
                column=one.column,
                success=count == 0,
                expected=one.words,
                observed=f"{count} of {rows} new rows not{told}",
                rows=rows,
            )

    def _slice(self, part: "RecordBatch", expected: list[Expected]) -> list[tuple[int, list[str]]]:
        """For each expectation: how many rows it does not hold for, and some of them."""
        gxe = self._gx.expectations
        made = [
            getattr(gxe, one.kind)(column=one.column, **one.arguments, meta={"at": at})
            for at, one in enumerate(expected)
        ]
        suite = self._gx.ExpectationSuite("rows", expectations=made)
        results = self._rows.get_batch({"dataframe": part.to_pandas()}).validate(suite, result_format="SUMMARY").results
        answers: dict[int, tuple[int, list[str]]] = {}
        for result in results or ():
            config = result.expectation_config
            at = int(config.meta["at"]) if config is not None and config.meta else -1
            subject = f"{expected[at].table}.{expected[at].column}"
            reason = _exception(result.exception_info or {})
            if at < 0 or reason is not None or "unexpected_count" not in result.result:
                raise RuntimeError(f"{subject} was not checked: {reason}")
            count = int(result.result["unexpected_count"])
            if result.success != (count == 0):
                raise RuntimeError(f"{subject}: success is {result.success}, and {count} rows are wrong")
            where = result.result.get("partial_unexpected_index_list") or []
            answers[at] = count, [str(part["row"][index]) for index in where[:_SHOWN]]
        return [answers[at] for at in range(len(expected))]


def _slices(connection: "duckdb.DuckDBPyConnection", sql: str, after: int) -> "Iterator[RecordBatch]":
    found = cast("Iterable[RecordBatch]", connection.execute(sql, {"after": after}).to_arrow_reader(SLICE))
    yield from (part for part in found if part.num_rows)


def _exception(info: dict[str, Any]) -> str | None:
    """What an expectation raised, if it did: one record, or one for each metric it is computed from."""
    records = [info] if "raised_exception" in info else list(info.values())
    raised = [str(one.get("exception_message")) for one in records if one.get("raised_exception")]
    return "; ".join(raised) or None


def serve(questions: TextIO, answers: TextIO) -> None:
    """Answer questions until there are none."""
    suite = Suite()
    for line in questions:
        answers.write(_answer(suite, line).model_dump_json() + "\n")
        answers.flush()


def _answer(suite: Suite, line: str) -> Answer:
    try:
        return Answer(validation=suite.validate(Question.model_validate_json(line)))
    except Exception as error:  # noqa: BLE001 - the edge of this process: whatever it is, the asker is told, and refuses
        return Answer(error=f"{type(error).__name__}: {error}")


def main() -> None:
    """Serve on standard input and output; what the libraries print goes to standard error."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # nothing leaves the machine
    os.environ["TQDM_DISABLE"] = "1"
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin, answers)


if __name__ == "__main__":
    main()
