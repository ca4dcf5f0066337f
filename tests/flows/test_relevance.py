"""From what was found by words to what is read, told and counted: a pass over real storage."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.relevance import Why
from flows.steps.once import Pass, run_once
from flows.steps.relevance import SortedOut, sort_out
from storage import alert_files, figures, mentions, rulings
from storage.opinions import by_source
from storage.statements import dialect
from tests.flows.conftest import NOW, House

QUERY: dict[str, Any] = {"any": ["acme"], "exclude": ["coyote"], "languages": ["en"], "spam_accounts": 3}


def found(
    house: House, *records: dict[str, Any], query: dict[str, Any] | None = QUERY, **target: Any
) -> None:
    """What a search brought: a file stands for it, told to be judged by words."""
    path = house.mentions("found.jsonl", *records)
    searched = {**house.archive("search", path), "relevance": "words", **target}
    house.brands({"name": "Acme", "query": query, "targets": [searched]})


def run(house: House) -> Pass:
    with house.open() as wiring:
        return run_once(wiring)


def irrelevant(house: House) -> dict[str, Why | None]:
    with house.open() as wiring, wiring.database.reading() as tx:
        found = rulings.find_irrelevant(tx)
        return {item.mention.external_id.split(":")[-1]: item.relevance.why for item in found}


def number(house: House, external_id: str) -> int:
    with house.open() as wiring, wiring.database.reading() as tx:
        for item in (*rulings.find_irrelevant(tx), *mentions.find_mentions(tx)):
            if item.mention.external_id.endswith(f":{external_id}"):
                return item.id
    raise AssertionError(external_id)


def alerts(house: House) -> int:
    with house.open() as wiring, wiring.database.reading() as tx:
        return len(alert_files.list_alerts(tx))


def test_a_namesake_is_not_read_not_alerted_not_counted_and_not_lost(house: House) -> None:
    found(
        house,
        {"id": "ours", "text": "acme is bad", "author": "ann", "language": "en"},
        {"id": "theirs", "text": "that bad coyote and his acme anvil", "author": "bo", "language": "en"},
        {"id": "nobody", "text": "a bad day", "author": "cy", "language": "en"},
        {"id": "french", "text": "acme bad", "author": "di", "language": "fr"},
    )
    done = run(house)
    assert done.sorted_out == SortedOut(judged=4, irrelevant=3)
    assert (done.read, done.raised.opened) == (1, 1)
    assert house.reader.read_texts == ["acme is bad"]
    assert irrelevant(house) == {"theirs": Why.EXCLUDED, "nobody": Why.NO_WORD, "french": Why.LANGUAGE}
    with house.open() as wiring, wiring.database.reading() as tx:
        week = timedelta(days=7)
        assert by_source(tx, "Acme", NOW - week, NOW + week)["archive"].mentions == 1
        assert figures.totals(tx, house.reader.revision).mentions == 4
    again = run(house)
    assert (again.sorted_out, again.read) == (SortedOut(), 0)


def test_a_changed_query_judges_again(house: House) -> None:
    record = {"id": "1", "text": "acme train is bad", "author": "ann", "language": "en"}
    found(house, record, query={"any": ["acme"], "context": ["plane"]})
    assert run(house).sorted_out.irrelevant == 1
    assert irrelevant(house) == {"1": Why.NO_CONTEXT}
    found(house, record, query={"any": ["acme"], "context": ["plane", "train"]})
    done = run(house)
    assert (done.sorted_out, done.read, done.raised.opened) == (SortedOut(judged=1), 1, 1)
    assert irrelevant(house) == {}
    found(house, record, query={"any": ["acme"], "exclude": ["train"]})
    assert run(house).sorted_out.irrelevant == 1
    assert alerts(house) == 1, "what was told stays told"


def test_a_persons_word_stands_whatever_the_query_becomes(house: House) -> None:
    record = {"id": "1", "text": "the coyote line is bad", "author": "ann", "language": "en"}
    found(house, record)
    run(house)
    with house.open() as wiring, wiring.database.transaction() as tx:
        rulings.rule(tx, number(house, "1"), "Acme", relevant=True, by="kim", now=NOW)
    found(house, record, query={**QUERY, "exclude": ["line"]})
    done = run(house)
    assert (done.sorted_out, done.read, done.raised.opened) == (SortedOut(), 1, 1)
    assert irrelevant(house) == {}


def test_what_is_about_the_brand_by_its_source_is_not_judged(house: House) -> None:
    found(house, {"id": "1", "text": "a bad coyote", "author": "ann"}, relevance="all")
    done = run(house)
    assert (done.sorted_out, done.read) == (SortedOut(), 1)
    assert irrelevant(house) == {}


def test_an_answer_is_about_what_its_thread_is_about(house: House) -> None:
    found(
        house,
        {"id": "2", "text": "mine is bad as well", "author": "bo", "thread_id": "1"},
        {"id": "1", "text": "acme lost my bag, bad", "author": "ann"},
        {"id": "3", "text": "mine is bad as well, too", "author": "bo", "thread_id": "9"},
    )
    run(house)
    assert irrelevant(house) == {"3": Why.NO_WORD}


ADVERT = "win an acme ticket for two now, all you need is here: https://spam.example/{}"


def adverts(*numbers: int, hour: int = 8) -> list[dict[str, Any]]:
    at = f"2026-11-21T{hour:02}:00:00Z"
    return [
        {"id": f"s{n}", "text": ADVERT.format(n), "author": f"seller{n}", "language": "en", "posted_at": at}
        for n in numbers
    ]


@pytest.mark.parametrize("steps", [(3,), (1, 2, 3), (2, 3)], ids=str)
def test_spam_is_the_same_text_with_a_link_by_many_whatever_the_order(
    house: House, steps: tuple[int, ...]
) -> None:
    campaign = [
        {
            "id": f"c{n}",
            "text": "acme you left us standing in the rain again, so bad",
            "author": f"c{n}",
            "language": "en",
        }
        for n in range(5)
    ]
    for upto in steps:
        found(house, *campaign, *adverts(*range(upto)))
        run(house)
    assert irrelevant(house) == {f"s{n}": Why.SPAM for n in range(3)}
    with house.open() as wiring, wiring.database.transaction() as tx:
        rulings.rule(tx, number(house, "s1"), "Acme", relevant=True, by="kim", now=NOW)
    run(house)
    assert irrelevant(house) == {}, "it was a campaign of ours, somebody says"


def test_the_language_is_guessed_where_the_platform_says_none(house: House) -> None:
    german = "Der Zug von acme ist schon wieder ausgefallen und niemand sagt uns warum"
    found(
        house,
        {"id": "de", "text": german},
        {"id": "en", "text": "acme cancelled my train and nobody tells us why"},
    )
    run(house)
    assert irrelevant(house) == {"de": Why.LANGUAGE}
    found(house, {"id": "de", "text": german}, query={**QUERY, "languages": ["en", "tlh"]})
    run(house)
    assert irrelevant(house) == {}, "no model knows that language: nothing is sure"


def test_thousands_are_judged_in_batches_and_a_kill_loses_none(house: House) -> None:
    records = [
        {"id": str(n), "text": f"{'acme' if n % 2 else 'some'} text {n}", "language": "en"}
        for n in range(1_200)
    ]
    found(house, *records)
    with house.open() as wiring:
        from flows.steps.listen import listen_all

        list(listen_all(wiring, wiring.targets(), lambda count: None))

        class Killed(Exception):
            pass

        def die(_: int) -> None:
            raise Killed

        with pytest.raises(Killed):
            sort_out(wiring, die)
        batches: list[int] = []
        assert sort_out(wiring, batches.append) == SortedOut(judged=700, irrelevant=350)
        assert batches == [500, 200]
        assert sort_out(wiring) == SortedOut()
        with wiring.database.reading() as tx:
            assert dialect(tx) == "sqlite"
            (counted,) = rulings.count_irrelevant(tx)
            assert (counted.why, counted.mentions) == (Why.NO_WORD, 600)
