"""What is asked again and again, as a report."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from core.asking import MOST, SPAN
from core.counts import Counts
from core.days import day_of, days_from, same_time_on, start_of
from core.text import plain
from flows.steps.collected import collected, hole_days
from flows.steps.examples import EXCERPT
from nlp.distinctive import distinctive
from reports import questions as rendered
from reports.figures import Example
from reports.question_figures import Answered, AskedQuestion, Questions, Rate
from reports.questions import LABEL
from storage import asked, asking, daily, left_over
from storage import questions as stored
from storage.asking import AskingPost, Member
from storage.daily import ABOUT

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from flows.wiring import Wiring
    from reports.document import Report
    from storage.database import Transaction
    from storage.questions import Answer, Question

LISTED = 25
EXAMPLES = 3
SAMPLE = 100
"""Of a question's posts, the newest that are looked at for its topic and its words."""
DAYS = 28
WEEK = timedelta(days=7)
DAY = timedelta(days=1)


def questions(wiring: Wiring, brand: str, now: datetime) -> Report:
    """The report; days must have been counted, and questions updated, before."""
    return rendered.report(asked_questions(wiring, brand, now))


def asked_questions(wiring: Wiring, brand: str, now: datetime, listed: int = LISTED) -> Questions:
    """A brand's questions, the most frequent of the last seven days first.

    Args:
        wiring: everything.
        brand: whose.
        now: the end of the report; what was posted then or later does not count.
        listed: how many at most; those that were answered in the last 28 days are listed in any case.
    """
    configured = wiring.brand(brand)
    zone = wiring.catalogue.zone
    today = day_of(now, zone)
    first = today - timedelta(days=DAYS - 1)
    with wiring.database.reading() as tx:
        known = collected(tx, wiring, configured, start_of(first, zone), now)
        heard_before = known.reaches(today - 2 * WEEK + DAY)
        posts_of = _by_question(asking.asked_in(tx, brand, start_of(first, zone), now))
        answers = stored.answers(tx, [q.id for q in stored.list_questions(tx, brand, start_of(first, zone))])
        recent = {
            number for number, each in answers.items() if start_of(first, zone) <= each.published_at < now
        }
        weeks = {number: _weeks(posts_of.get(number, ()), now, zone) for number in {*posts_of, *recent}}
        ranked = sorted(
            (number for number, (this, last) in weeks.items() if this or last or number in recent),
            key=lambda number: (-weeks[number][0], -weeks[number][1], number),
        )
        shown = [number for place, number in enumerate(ranked) if place < listed or number in recent]
        members = {number: asking.members(tx, brand, number, SAMPLE, now) for number in shown}
        found = distinctive([[m.text for m in members[number]] for number in shown])
        rows = [
            _asked(
                stored.question(tx, number),
                members[number],
                words,
                weeks[number] if heard_before else (weeks[number][0], None),
                posts_of.get(number, ()),
                _answered(tx, answers.get(number), brand, now, zone),
                zone,
                first,
                today,
            )
            for number, words in zip(shown, found, strict=True)
        ]
        alone = left_over.count_left_over(tx, brand, now - SPAN)
        texts = left_over.count_texts_left_over(tx, brand, now - SPAN)
        waiting = asked.count_unasked(tx, brand)
    return Questions(
        frame=known.frame,
        days=tuple(days_from(first, today)),
        holes=hole_days(known, first, today),
        asked=tuple(rows),
        more=len(ranked) - len(shown),
        alone=alone,
        waiting=waiting,
        left_out=max(0, texts - MOST),
    )


def _by_question(posts: Sequence[AskingPost]) -> Mapping[int, Sequence[AskingPost]]:
    found: dict[int, list[AskingPost]] = defaultdict(list)
    for post in posts:
        found[post.question_id].append(post)
    return found


def _texts(posts: Sequence[AskingPost], zone: ZoneInfo) -> Counter[date]:
    """Different texts by day: copies of one day are one."""
    return Counter(day for day, _ in {(day_of(post.posted_at, zone), post.copy_group) for post in posts})


def _weeks(posts: Sequence[AskingPost], now: datetime, zone: ZoneInfo) -> tuple[int, int]:
    """The last seven days, today so far with them; the seven before until the same time of day."""
    today = day_of(now, zone)
    begin, earlier = start_of(today - WEEK + DAY, zone), start_of(today - 2 * WEEK + DAY, zone)
    until = same_time_on(today - WEEK, now, zone)
    this = [post for post in posts if begin <= post.posted_at < now]
    last = [post for post in posts if earlier <= post.posted_at < until]
    return _texts(this, zone).total(), _texts(last, zone).total()


def _asked(
    question: Question,
    members: Sequence[Member],
    words: Sequence[str],
    weeks: tuple[int, int | None],
    posts: Sequence[AskingPost],
    answer: Answered | None,
    zone: ZoneInfo,
    first: date,
    today: date,
) -> AskedQuestion:
    by_day = _texts(posts, zone)
    label = next((m.text for m in members if m.mention_id == question.label_id), "")
    return AskedQuestion(
        number=question.id,
        label=plain(label or (members[0].text if members else ""), LABEL),
        words=words,
        now=weeks[0],
        before=weeks[1],
        asking=round(100 * sum(post.asks for post in posts) / len(posts)) if posts else 0,
        days=tuple(by_day[day] for day in days_from(first, today)),
        topic=_topic(members),
        first_seen=day_of(question.first_seen_at, zone),
        examples=_examples(members),
        answer=answer,
    )


def _topic(members: Sequence[Member]) -> str:
    """The topic of most of its texts, if it is that of a third of them."""
    counted = Counter(topic for m in members for topic, p in m.topics.items() if p >= ABOUT)
    best = min(counted, key=lambda topic: (-counted[topic], topic), default="")
    return best if best and 3 * counted[best] >= len(members) else ""


def _examples(members: Sequence[Member]) -> tuple[Example, ...]:
    """The newest, each text once."""
    posts = Counter(member.copy_group for member in members)
    newest = {member.copy_group: member for member in reversed(members)}
    chosen = sorted(newest.values(), key=lambda m: (m.posted_at, m.mention_id), reverse=True)[:EXAMPLES]
    return tuple(
        Example(
            text=plain(member.text, EXCERPT),
            source=member.source,
            posted_at=member.posted_at,
            link=member.url,
            posts=posts[member.copy_group],
        )
        for member in chosen
    )


def _answered(
    tx: Transaction, answer: Answer | None, brand: str, now: datetime, zone: ZoneInfo
) -> Answered | None:
    """With the rates before and after; an answer of later than the report is none."""
    if answer is None or answer.published_at >= now:
        return None
    day, today = day_of(answer.published_at, zone), day_of(now, zone)
    begun = asking.first_asked(tx, brand)
    earliest = day - timedelta(days=DAYS)
    if begun is not None:
        earliest = max(earliest, day_of(begun, zone))
    return Answered(
        url=answer.url,
        published_at=answer.published_at,
        by=answer.by,
        note=answer.note,
        before=_rate(tx, brand, answer.question_id, earliest, day - DAY, zone),
        # Today is not over, and was not counted yet.
        after=_rate(
            tx, brand, answer.question_id, day + DAY, min(day + timedelta(days=DAYS), today - DAY), zone
        ),
    )


def _rate(
    tx: Transaction, brand: str, question_id: int, first: date, last: date, zone: ZoneInfo
) -> Rate | None:
    """Over whole days; None: there are none."""
    if last < first:
        return None
    posts = asking.asked_in(tx, brand, start_of(first, zone), start_of(last + DAY, zone), question_id)
    days = Counts.total(daily.days(tx, brand, first, last).values())
    return Rate(
        texts=_texts(posts, zone).total(),
        of=days.texts - days.without_text,
        days=(last - first).days + 1,
    )
