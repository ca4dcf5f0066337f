from __future__ import annotations

import inspect
import re
from datetime import UTC, datetime

from core import errors
from core.errors import ConfigError, EarfulError, QuotaExhausted, RateLimited, SourceError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CLASSES = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, EarfulError)]


def drawn() -> dict[str, str]:
    """Class -> its base, as drawn in the module's docstring."""
    found = {}
    above: list[tuple[int, str]] = [(0, "EarfulError")]
    for line in (errors.__doc__ or "").splitlines():
        branch = re.match(r"([ |]*)\+ (\w+)", line)
        if not branch:
            continue
        depth = len(branch.group(1))
        while above[-1][0] >= depth:
            above.pop()
        found[branch.group(2)] = above[-1][1]
        above.append((depth, branch.group(2)))
    return found


def test_the_tree_is_as_drawn() -> None:
    assert drawn() == {c.__name__: c.__bases__[0].__name__ for c in CLASSES if c is not EarfulError}


def test_every_trouble_with_a_source_has_a_word_of_its_own_in_the_ledger() -> None:
    words = [c.state for c in CLASSES if issubclass(c, SourceError)]
    assert len(set(words)) == len(words)


def test_a_configuration_error_names_the_place_first() -> None:
    error = ConfigError("brands.yaml:3 (brands[0].name)", "expected a name")
    assert str(error) == "brands.yaml:3 (brands[0].name): expected a name"
    assert (error.place, error.problem) == ("brands.yaml:3 (brands[0].name)", "expected a name")


def test_waiting_has_a_time() -> None:
    assert RateLimited("wait", NOON).retry_at == NOON
    assert QuotaExhausted("spent").resets_at is None
    assert QuotaExhausted("spent", NOON).resets_at == NOON
