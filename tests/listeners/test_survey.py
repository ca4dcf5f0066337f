"""Answers to surveys: exact rows, exports as tools write them, and options."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.mention import Kind
from listeners.files.growing import Batch, take
from listeners.registry import SOURCES
from listeners.survey.options import SurveyOptions
from listeners.survey.read import Answers, columns_of
from listeners.survey.score import SCALES
from nlp.duplicates import sign
from tests.listeners.any_json import check, like
from tests.listeners.contract import ids
from tests.listeners.scenarios.base import NOW
from tests.listeners.survey_exports import FULL, Exports, lines, told
from tests.listeners.survey_exports import exports as exports


class TestAnswers:
    def test_every_field(self, exports: Exports) -> None:
        exports.put("a.jsonl", lines(FULL))
        ((found,),) = [page.mentions for page in exports.poll()]
        assert (found.source, found.external_id, found.kind) == ("survey", "nps:r7", Kind.SURVEY_ANSWER)
        assert (found.text, found.rating, found.language) == ("Nobody answers", 1.0, "en")
        assert found.posted_at == datetime(2026, 11, 20, 11, 35, 52, tzinfo=UTC)
        assert found.edited_at == datetime(2026, 11, 21, tzinfo=UTC)
        assert (found.thread_id, found.url) == ("nps:t1", "https://example.org/r7")
        assert found.author is not None
        assert (found.author.external_id, found.author.name) == ("nps:ann@example.org", "Ann B.")

    @pytest.mark.parametrize(
        ("options", "score", "text", "stars"),
        [
            ({}, 3, "NPS 3/10, no comment", 1.0),
            ({"measure": "csat"}, 2, "CSAT 2/5, no comment", 2.0),
            ({"measure": "ces"}, 1, "CES 1/7, no comment", 1.0),
            ({"measure": "csat", "scale": [0, 100]}, 62.5, "CSAT 62.5/100, no comment", 3.5),
        ],
    )
    def test_without_a_comment(
        self, exports: Exports, options: dict[str, Any], score: float, text: str, stars: float
    ) -> None:
        exports.put("a.jsonl", lines({"id": 1, "score": score}))
        ((found,),) = [page.mentions for page in exports.poll(**options)]
        assert (found.text, found.rating) == (text, stars)

    def test_two_customers_without_a_comment_are_no_copies(self, exports: Exports) -> None:
        """Else the second detractor would be hidden behind the first one's alert."""
        exports.put("a.jsonl", lines(*({"id": n, "score": 3, "author": f"a{n % 3 or ''}"} for n in range(3))))
        exports.put("b.jsonl", lines(*({"id": n, "score": 10} for n in (8, 9))))
        found = [mention for page in exports.poll() for mention in page.mentions]
        signed = [signature for mention in found if (signature := sign(mention)) is not None]
        assert len(found) == 5
        assert len(set(signed)) == len(signed) == 3

    def test_a_comment_without_a_score(self, exports: Exports) -> None:
        exports.put("a.jsonl", lines({"id": 1, "text": "Nice", "score": "n/a"}, {"id": 2, "score": ""}))
        pages = exports.poll()
        assert [(m.text, m.rating) for page in pages for m in page.mentions] == [("Nice", None)]
        assert told(pages) == [
            ("a.jsonl:2", "there is neither a score nor a comment: 'score' and 'text' are missing or empty")
        ]

    def test_a_csv_as_a_tool_writes_it(self, exports: Exports) -> None:
        exports.put(
            "a.csv",
            "\ufeffResponse ID,How likely,Why?,Date,kind,likes\r\n"
            '17,"0 - Not at all","Late,\r\nagain",20.11.2026,web,lots\r\n18,11,,20.11.2026,web,lots\r\n',
        )
        columns = {"id": "Response ID", "score": "How likely", "text": "Why?", "posted_at": "Date"}
        pages = exports.poll(columns=columns, date_format="%d.%m.%Y")
        ((found,),) = [page.mentions for page in pages]
        assert (found.external_id, found.rating, found.text) == ("nps:17", 1.0, "Late,\r\nagain")
        assert found.kind is Kind.SURVEY_ANSWER  # their column `kind` is a question of theirs
        assert told(pages) == [("a.csv:4", "the score 11 is not within 0 to 10; see 'measure' and 'scale'")]

    def test_answers_without_an_id(self, exports: Exports) -> None:
        rows = [
            {"mail": m, "day": d, "score": 1} for m, d in (("a", 1), ("a", 2), ("b", 1), ("a", 1), ("", ""))
        ]
        exports.put("a.jsonl", lines(*rows))
        pages = exports.poll(id_from=["mail", "day"])
        found = ids(pages)
        assert len(found) == 4
        assert len(set(found)) == 3
        assert told(pages)[0][1] == "'mail', 'day' are all missing or empty"

    def test_where(self, exports: Exports) -> None:
        exports.put("a.jsonl", lines({"id": 1, "score": 1, "q": "nps"}, {"id": 2, "score": 5, "q": "csat"}))
        assert ids(exports.poll(where={"q": "nps"})) == ["nps:1"]

    @given(st.lists(like(FULL | {"score": "7"}), max_size=4), st.sampled_from(sorted(SCALES)))
    def test_anything(self, records: list[Any], measure: str) -> None:
        options = SurveyOptions.model_validate({"path": "a.csv", "measure": measure})
        reader, batch = Answers(options=options, columns=columns_of(options)), Batch()
        for record in (each for each in records if isinstance(each, dict)):
            take(record, batch, NOW, reader, "survey", place="a", raw=record)
        assert len(batch.mentions) + len(batch.rejected) == sum(isinstance(each, dict) for each in records)
        check(batch.mentions, batch.rejected)


class TestOptions:
    @pytest.mark.parametrize(
        ("options", "reason"),
        [
            ({"path": "a.xlsx"}, "folder, or a file that ends in"),
            ({"measure": "stars"}, "'nps', 'csat' or 'ces'"),
            ({"scale": [1, 5]}, "an NPS goes from 0 to 10"),
            ({"best_is_low": True}, "an NPS goes from 0 to 10"),
            ({"measure": "csat", "scale": [5, 1]}, "lowest score first"),
            ({"columns": {"stars": "x"}}, "columns"),
        ],
    )
    def test_wrong_ones_are_refused(self, options: dict[str, Any], reason: str) -> None:
        with pytest.raises(ValidationError, match=reason):
            SurveyOptions.model_validate({"path": "a.csv", "measure": "nps", **options})

    def test_what_is_asked(self) -> None:
        asked = SOURCES["survey"].asked
        assert asked is not None
        options = SurveyOptions.model_validate({"path": "x/a.csv", "measure": "ces"})
        assert asked(options).request == "CES answers, scores 1 to 7, in a.csv"
