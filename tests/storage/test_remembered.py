from __future__ import annotations

import pytest

from storage.database import Database
from storage.remembered import Remembered


def test_it_is_a_mapping_that_outlives_who_wrote_it(database: Database) -> None:
    memory = Remembered(database)
    assert (len(memory), list(memory), memory.get("a")) == (0, [], None)
    memory["b"], memory["a"] = "2", "1"
    memory["b"] = "3"
    assert dict(Remembered(database)) == {"a": "1", "b": "3"}
    del memory["a"]
    assert list(Remembered(database)) == ["b"]
    with pytest.raises(KeyError):
        memory["a"]
    with pytest.raises(KeyError):
        del memory["a"]
