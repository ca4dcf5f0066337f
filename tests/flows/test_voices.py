"""Who comes back: from real mentions in a real database to what the report says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.mention import Visibility
from core.voices import RULES, Telling
from flows.steps import voices
from listeners.registry import SOURCES
from reports.voices import Returning, Voices
from tests.flows.conftest import NOW
from tests.flows.on_both import BothHouse, on_both
from tests.reports.rendered import plain_words
from tests.storage.making import author, mention, store

__all__ = ["on_both"]

EARLY, LATE = "2026-10-10T10:00:00Z", "2026-11-10T10:00:00Z"


def post(number: int, who: str | None, text: str, at: str, **more: Any) -> dict[str, Any]:
    return {"id": str(number), "text": f"{text} {number}", "posted_at": at, "author": who, **more}


POSTS = (
    post(1, "ann", "bad", EARLY, followers=20),
    post(2, "ann", "good", LATE, followers=20, url="https://social.example/2"),
    post(3, "ann", "so so", "2026-11-11T10:00:00Z", followers=20, url="https://social.example/3"),
    post(4, "bo", "bad", EARLY),
    post(5, "cy", "good", EARLY),
    post(6, "cy", "bad", LATE),
    post(7, "di", "good", LATE, followers=5_000),
    post(8, "Acme_Care", "good", EARLY, followers=9_000_000),
    post(9, "Acme_Care", "good", LATE, followers=9_000_000),
    post(10, None, "bad", EARLY),
    post(11, None, "bad", LATE),
    post(12, "ed", "so so", EARLY),
    post(13, "ed", "good", LATE),
    # The clock in Madrid is changed on 25 October: the 26th begins there at 23:00 UTC.
    post(14, "fay", "bad", "2026-10-25T22:59:59Z"),
    post(15, "gil", "so so", "2026-10-25T23:00:00Z"),
    post(16, "hal", "bad", "2026-09-27T21:59:59Z"),
    post(17, "ira", "so so", "2026-09-27T22:00:00Z"),
)


def a_brand(house: BothHouse, *posts: dict[str, Any], **brand: Any) -> None:
    path = house.mentions("m.jsonl", *(posts or POSTS))
    targets = [house.archive("acme", path), *brand.pop("targets", [])]
    house.configure(
        {"name": "Acme", "handles": ["@acme_care"], "targets": targets, **brand}, timezone="Europe/Madrid"
    )


def gathered(house: BothHouse) -> Voices:
    with house.open() as wiring:
        return voices.gather(wiring, "Acme", NOW)


def text_of(house: BothHouse) -> str:
    with house.open() as wiring:
        return plain_words(voices.voices(wiring, "Acme", NOW))


def test_of_those_heard_before_so_many_came_back(on_both: BothHouse) -> None:
    a_brand(on_both)
    on_both.run()
    found = gathered(on_both)
    assert (found.start, found.middle) == (date(2026, 9, 28), date(2026, 10, 26))
    assert found.returning == Returning(
        before=6,  # ann, bo, cy, ed, fay, ira
        back=3,
        back_happy=2,
        back_unhappy=1,
        turned_happy=1,
        turned_unhappy=1,
        complained=3,
        quiet=2,
        since=5,  # ann, cy, di, ed, gil
    )
    assert "Of 6 authors who mentioned **Acme** in the 28 days before" in text_of(on_both)
    assert "3 came back in the last 28 days (too few for a percentage)" in text_of(on_both)


BACK = """SELECT count(*) FROM (SELECT m.author_id FROM mentions m JOIN authors a ON a.id = m.author_id
    JOIN sightings s ON s.mention_id = m.id AND s.brand = 'Acme' AND s.relevant
    WHERE a.handle <> 'Acme_Care' AND m.visibility = 'live' AND m.posted_at < '2026-11-22 12:00:00'
    AND m.posted_at >= '2026-09-27 22:00:00' AND m.source = 'archive' GROUP BY m.author_id
    HAVING min(m.posted_at) < '2026-10-25 23:00:00' {}) AS found"""


def test_it_agrees_with_plain_sql(on_both: BothHouse) -> None:
    many = [
        post(
            100 + n,
            f"a{n % 61}",
            ("bad", "good", "so so")[n % 3],
            f"2026-{9 + n % 3:02}-{n % 28 + 1:02}T08:00:00Z",
        )
        for n in range(300)
    ]
    a_brand(on_both, *POSTS, *many)
    on_both.run()
    zone = "" if on_both.settings.database_url.startswith("sqlite") else "+00"
    sql = BACK.replace(":00'", f":00{zone}'")
    found = gathered(on_both).returning
    assert found.before == on_both.one(sql.format(""))
    assert found.back == on_both.one(sql.format(f"AND max(m.posted_at) >= '2026-10-25 23:00:00{zone}'"))
    assert 30 < found.back < found.before
    assert f"{found.back / found.before * 100:.0f} % (between" in text_of(on_both)


def test_who_is_listed(on_both: BothHouse) -> None:
    a_brand(on_both)
    on_both.run()
    found = gathered(on_both)
    assert [(each.handle, each.followers, each.posts) for each in found.reach] == [
        ("di", 5_000, 1),
        ("ann", 20, 2),
    ]
    assert [(each.handle, each.days, each.posts) for each in found.loyal] == [
        ("ann", 3, 3), ("cy", 2, 2), ("ed", 2, 2)
    ]  # fmt: skip
    ann = found.loyal[0]
    assert (ann.happy, ann.unhappy, ann.last, ann.link) == (
        (0, 1),
        (1, 0),
        date(2026, 11, 11),
        "https://social.example/3",
    )
    assert "Acme" not in {each.handle for each in (*found.reach, *found.loyal)}


def test_ignored_authors_are_left_out_whatever_they_were_found_by(on_both: BothHouse) -> None:
    a_brand(on_both, query={"ignore_authors": ["@Ann", "di"]})
    on_both.run()
    found = gathered(on_both)
    assert found.reach == []
    assert [each.handle for each in found.loyal] == ["cy", "ed"]
    assert (found.returning.before, found.returning.back, found.returning.since) == (5, 2, 3)


def test_what_is_deleted_is_gone_with_its_author(on_both: BothHouse) -> None:
    a_brand(on_both)
    on_both.run()
    a_brand(on_both, *POSTS[:6], post(7, "di", "", LATE, visibility="deleted"), *POSTS[7:])
    on_both.clock.pass_(minutes=1)
    on_both.run()
    assert "di" not in {each.handle for each in gathered(on_both).reach}
    assert gathered(on_both).returning.since == 4
    assert "5,000" not in text_of(on_both)


@pytest.mark.parametrize("source", sorted({*RULES, "somebodys_plugin"}))
def test_each_sources_terms_are_kept(on_both: BothHouse, source: str) -> None:
    rule = RULES[source].telling if source in RULES else Telling.LEFT_OUT
    a_brand(on_both, post(1, None, "bad", EARLY))
    on_both.run()
    with on_both.open() as wiring:
        told = [
            mention(f"t{n}", f"text {n}", source=source, author=author("zoe", source=source, followers=77),
                    posted_at=NOW.replace(month=month, day=1))
            for n, month in enumerate((10, 11))
        ]  # fmt: skip
        store(wiring.database, *told)
    found = gathered(on_both)
    assert found.returning.before == found.returning.back == (rule is not Telling.LEFT_OUT)
    named = {each.handle for each in (*found.reach, *found.loyal)}
    assert named == ({"@zoe"} if rule is Telling.NAMED else set())
    assert ("zoe" in text_of(on_both)) == (rule is Telling.NAMED)


def test_every_source_has_a_rule() -> None:
    assert set(RULES) == set(SOURCES)
    assert {"reddit", "youtube", "inbox", "survey"} <= {
        name for name, rule in RULES.items() if rule.telling is Telling.LEFT_OUT
    }


def test_the_report_says_whose_authors_are_left_out(on_both: BothHouse) -> None:
    reddit = {"source": "reddit", "name": "acme-reddit", "subreddit": "acme", "listing": "new"}
    a_brand(on_both, targets=[reddit])
    found = gathered(on_both)
    assert [source for source, _ in found.left_out] == ["reddit"]
    assert "Not looked at: reddit" in text_of(on_both)


def test_a_competitors_customers_are_counted_and_not_named(on_both: BothHouse) -> None:
    a_brand(on_both, competitor=True)
    on_both.run()
    found = gathered(on_both)
    assert (found.returning.back, found.reach, found.loyal) == (3, [], [])
    assert "counted and not named" in text_of(on_both)


def test_nobody_yet(on_both: BothHouse) -> None:
    a_brand(on_both, post(1, "ann", "good", LATE))
    assert gathered(on_both).returning == Returning()
    assert "There is no answer yet" in text_of(on_both)
    on_both.run()
    assert "1 author was" in text_of(on_both)


def test_visibilities_that_are_gone_are_those_that_are_left_out() -> None:
    assert {v.value for v in Visibility if v.gone} == {"deleted", "removed", "protected"}
