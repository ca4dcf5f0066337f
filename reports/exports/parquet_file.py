"""Parquet, for programs that read a great deal: typed columns, compressed, texts exactly as stored.

The library is large, so it is an extra of Earful: pip install -c constraints.txt -e '.[parquet]'.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, BinaryIO

from reports.exports.columns import Column, Value


def available() -> bool:
    """Whether the library is installed."""
    return find_spec("pyarrow") is not None


class ParquetFile:
    """Rows as Parquet; each part is a row group."""

    def __init__(self, file: BinaryIO, columns: Sequence[Column]) -> None:
        import pyarrow as pa  # only who wants Parquet has it, and waits for it
        import pyarrow.parquet as pq

        types: dict[str, Any] = {
            "text": pa.string(),
            "whole": pa.int64(),
            "number": pa.float64(),
            "yes_no": pa.bool_(),
            "time": pa.timestamp("us", tz="UTC"),
        }
        self._pa = pa
        self._schema = pa.schema([(column.name, types[column.kind]) for column in columns])
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")

    def write(self, rows: Sequence[Sequence[Value]]) -> None:
        """Add rows."""
        if rows:
            arrays = [
                self._pa.array(values, type=field.type)
                for field, values in zip(self._schema, zip(*rows, strict=True), strict=True)
            ]
            self._writer.write_table(self._pa.table(arrays, schema=self._schema))

    def close(self) -> None:
        """Write the footer."""
        self._writer.close()
