"""The folder of what is built at first use; damaged files in it are in test_runtime.py."""

from __future__ import annotations

import os
from pathlib import Path

from nlp.runtime.shelf import Shelf


def test_what_a_killed_process_left_half_written_goes(tmp_path: Path) -> None:
    for name, age in (("left.part", 7_200), ("being-written.part", 60)):
        (tmp_path / name).write_bytes(b"half")
        then = tmp_path.stat().st_mtime - age
        os.utime(tmp_path / name, (then, then))
    Shelf(tmp_path).put("tiny", b"whole")
    assert [path.name for path in tmp_path.glob("*.part")] == ["being-written.part"]
    assert Shelf(tmp_path).get("tiny") == b"whole"
