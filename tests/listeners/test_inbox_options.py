"""The inbox's options: what is refused, which secrets are needed, and what a data set is called."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from listeners.inbox.options import InboxOptions
from listeners.registry import SOURCES


class TestOptions:
    @pytest.mark.parametrize(
        ("options", "told"),
        [
            ({}, "either 'folder'"),
            ({"folder": "a", "host": "b"}, "either 'folder'"),
            ({"host": "mail.acme.test", "encryption": "none"}, "in the clear"),
            ({"host": "mail.acme.test", "token_url": "http://acme.test/token"}, "https"),
            ({"host": "imaps://mail.acme.test"}, "host"),
            ({"host": "mail.acme.test", "mailbox": "a\r\nb"}, "one line"),
        ],
    )
    def test_wrong_ones_are_refused(self, options: dict[str, Any], told: str) -> None:
        with pytest.raises(ValidationError, match=told):
            InboxOptions.model_validate(options)

    def test_which_secrets_are_needed(self) -> None:
        def needed(**options: Any) -> tuple[str, ...]:
            return SOURCES["inbox"].secrets(InboxOptions.model_validate(options))

        assert needed(folder="a") == ()
        assert needed(host="mail.acme.test") == ("IMAP_USER", "IMAP_PASSWORD")
        assert needed(host="mail.acme.test", token_url="https://login.acme.test/token") == (
            "IMAP_USER",
            "IMAP_CLIENT_ID",
            "IMAP_CLIENT_SECRET",
        )


def test_a_data_set_is_named_after_its_folder() -> None:
    options = InboxOptions.model_validate({"folder": "a b:c/"}, context={"folder": Path("x")})
    assert options.dataset == "a-b-c"
