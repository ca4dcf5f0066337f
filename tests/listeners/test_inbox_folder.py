"""A drop folder: which files are read, when, how far, and how often."""

from __future__ import annotations

import json
import os
from datetime import timedelta

import pytest

from core.errors import SourceGone, SourceUnavailable
from core.mention import Page
from tests.listeners import inbox_drop
from tests.listeners.contract import checkpoint, ids
from tests.listeners.inbox_drop import HOOK, Drop
from tests.listeners.scenarios.inbox import a_mail

drop = inbox_drop.drop


class TestFolder:
    def test_oldest_first_and_each_once(self, drop: Drop) -> None:
        for number in (1, 2, 3):
            drop.put(f"{9 - number}.eml", a_mail(number), age=1000 - number)
        pages = drop.poll(page_size=2)
        assert [ids([page]) for page in pages] == [["1@example.org", "2@example.org"], ["3@example.org"]]
        (again,) = drop.poll(checkpoint(pages))
        assert (again.mentions, again.checkpoint) == ((), checkpoint(pages))

    def test_a_file_that_comes_late_with_an_old_time_is_read(self, drop: Drop) -> None:
        drop.put("a.eml", a_mail(1), age=100)
        stored = checkpoint(drop.poll())
        drop.put("b.eml", a_mail(2), age=1_000_000)
        assert ids(drop.poll(stored)) == ["2@example.org"]

    def test_a_changed_file_is_read_again_and_one_that_is_taken_away_is_forgotten(self, drop: Drop) -> None:
        path = drop.put("a.json", json.dumps(HOOK))
        stored = checkpoint(drop.poll())
        drop.put("a.json", json.dumps(HOOK | {"text": "Late again, and again"}))
        pages = drop.poll(stored)
        assert [m.text for page in pages for m in page.mentions] == ["Late again, and again"]
        path.unlink()
        assert json.loads(str(checkpoint(drop.poll(checkpoint(pages)))))["seen"] == []

    def test_all_are_read_once_more_where_a_mended_option_can_read_more(self, drop: Drop) -> None:
        drop.put("a.json", json.dumps(HOOK), age=200)
        drop.put("b.json", json.dumps(HOOK | {"id": "8", "rating": 10}), age=100)
        first = drop.poll()
        assert ids(first) == ["hooks:7"]
        assert ids(drop.poll(checkpoint(first), settle_seconds=1)) == []
        mended = drop.poll(checkpoint(first), rating_scale=[0, 10])
        assert ids(mended) == ["hooks:7", "hooks:8"]
        assert ids(drop.poll(checkpoint(mended), rating_scale=[0, 10])) == []

    def test_what_was_read_is_not_read_once_more_where_nobody_noted_how(self, drop: Drop) -> None:
        drop.put("a.json", json.dumps(HOOK))
        seen = {"seen": json.loads(str(checkpoint(drop.poll())))["seen"]}
        assert ids(drop.poll(json.dumps(seen), rating_scale=[0, 10])) == []

    def test_a_file_that_may_still_be_written_is_left(self, drop: Drop) -> None:
        drop.put("a.eml", a_mail(1), age=2)
        drop.put("b.eml", a_mail(2), age=-7200)  # another clock
        pages = drop.poll(settle_seconds=5)
        assert ids(pages) == ["2@example.org"]
        drop.put("a.eml", a_mail(1), age=6)
        assert ids(drop.poll(checkpoint(pages), settle_seconds=5)) == ["1@example.org"]

    def test_what_is_not_ours_is_left_alone(self, drop: Drop) -> None:
        outside = drop.folder.parent / "secret.eml"
        outside.write_bytes(bytes(a_mail(1)))
        (drop.folder / "link.eml").symlink_to(outside)
        os.mkfifo(drop.folder / "pipe.eml")
        (drop.folder / "folder.eml").mkdir()
        drop.put(".b.eml", a_mail(2))
        drop.put("c.tmp", a_mail(3))
        (page,) = drop.poll()
        assert (page.mentions, page.rejected) == ((), ())
        assert len(list(drop.folder.iterdir())) == 5

    def test_a_long_file_is_handed_over_in_pieces_and_marked_at_its_end(self, drop: Drop) -> None:
        lines = "".join(json.dumps(HOOK | {"id": n}) + "\n" for n in range(5))
        drop.put("a.jsonl", lines)
        pages = drop.poll(page_size=2)
        assert [len(page.mentions) for page in pages] == [2, 2, 1]
        assert len(ids(drop.poll(pages[0].checkpoint))) == 5
        assert ids(drop.poll(pages[2].checkpoint)) == []

    def test_a_large_mail_is_read_as_far_as_it_goes(self, drop: Drop) -> None:
        mail = a_mail(1, "My ticket.", Subject="")
        mail.add_attachment(b"\x00" * 3_000_000, maintype="image", subtype="png", filename="a.png")
        drop.put("a.eml", mail)
        ((found,),) = [page.mentions for page in drop.poll(max_bytes=4096)]
        assert found.text == "My ticket."

    @pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
    def test_a_file_that_may_not_be_read_is_told_and_read_later(self, drop: Drop) -> None:
        drop.put("a.eml", a_mail(1)).chmod(0)
        drop.put("b.eml", a_mail(2))
        got: list[Page] = []
        with pytest.raises(SourceUnavailable, match=r"a\.eml cannot be read"):
            got.extend(iter(drop.listener().poll(None)))
        (drop.folder / "a.eml").chmod(0o600)
        assert "1@example.org" in ids(drop.poll(checkpoint(got)))

    def test_no_folder(self, drop: Drop) -> None:
        drop.folder.rmdir()
        with pytest.raises(SourceGone, match="no folder"):
            drop.poll()
        drop.folder.write_text("a file")
        with pytest.raises(SourceGone):
            drop.poll()

    def test_terms_are_the_teams(self, drop: Drop) -> None:
        drop.put("a.eml", a_mail(1))
        ((found,),) = [page.mentions for page in drop.poll(keep_days=30, may_export_text=True)]
        assert (found.terms.keep_for, found.terms.may_export_text) == (timedelta(days=30), True)
