"""What is asked again and again, as a report."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    configured, days = wiring.brand(brand), _Days.until(now, wiring.catalogue.zone)
    with wiring.database.reading() as tx:
        known = collected(tx, wiring, configured, days.start, now)
        heard_before = known.reaches(days.today - 2 * WEEK + DAY)
        posts_of = _by_question(asking.asked_in(tx, brand, days.start, now))
        answers = stored.answers(tx, [q.id for q in stored.list_questions(tx, brand, days.start)])
        recent = {number for number, each in answers.items() if days.start <= each.published_at < now}
        weeks = {number: _weeks(posts_of.get(number, ()), days) for number in {*posts_of, *recent}}
        ranked = sorted(
            (number for number, (this, last) in weeks.items() if this or last or number in recent),
            key=lambda number: (-weeks[number][0], -weeks[number][1], number),
        )
        shown = [
            _Heard(
                question=stored.question(tx, number),
                members=asking.members(tx, brand, number, SAMPLE, now),
                posts=posts_of.get(number, ()),
                this_week=weeks[number][0],
                last_week=weeks[number][1] if heard_before else None,
                answer=_answered(tx, answers.get(number), brand, days),
            )
            for place, number in enumerate(ranked)
            if place < listed or number in recent
        ]
        alone = left_over.count_left_over(tx, brand, now - SPAN)
        texts = left_over.count_texts_left_over(tx, brand, now - SPAN)
        waiting = asked.count_unasked(tx, brand)
    found = distinctive([[member.text for member in each.members] for each in shown])
    return Questions(
        frame=known.frame,
        days=tuple(days),
        holes=hole_days(known, days.first, days.today),
        asked=tuple(_asked(each, words, days) for each, words in zip(shown, found, strict=True)),
        more=len(ranked) - len(shown),
        alone=alone,
        waiting=waiting,
        left_out=max(0, texts - MOST),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Days:
    """The report's days, today's so far among them."""

    first: date
    today: date
    now: datetime
    zone: ZoneInfo

    @classmethod
    def until(cls, now: datetime, zone: ZoneInfo) -> _Days:
        today = day_of(now, zone)
        return cls(first=today - timedelta(days=DAYS - 1), today=today, now=now, zone=zone)

    @property
    def start(self) -> datetime:
        return start_of(self.first, self.zone)

    def __iter__(self) -> Iterator[date]:
        return iter(days_from(self.first, self.today))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """What is known of one question."""

    question: Question
    members: Sequence[Member]
    posts: Sequence[AskingPost]
    """Of the report's days."""
    this_week: int
    last_week: int | None
    """None: nobody listened then."""
    answer: Answered | None


def _by_question(posts: Sequence[AskingPost]) -> Mapping[int, Sequence[AskingPost]]:
    found: dict[int, list[AskingPost]] = defaultdict(list)
    for post in posts:
        found[post.question_id].append(post)
    return found


def _texts(posts: Sequence[AskingPost], zone: ZoneInfo) -> Counter[date]:
    """Different texts by day: copies of one day are one."""
    return Counter(day for day, _ in {(day_of(post.posted_at, zone), post.copy_group) for post in posts})


def _weeks(posts: Sequence[AskingPost], days: _Days) -> tuple[int, int]:
    """The last seven days, today so far with them; the seven before until the same time of day."""
    today, now, zone = days.today, days.now, days.zone
    begin, earlier = start_of(today - WEEK + DAY, zone), start_of(today - 2 * WEEK + DAY, zone)
    until = same_time_on(today - WEEK, now, zone)
    this = [post for post in posts if begin <= post.posted_at < now]
    last = [post for post in posts if earlier <= post.posted_at < until]
    return _texts(this, zone).total(), _texts(last, zone).total()


def _asked(heard: _Heard, words: Sequence[str], days: _Days) -> AskedQuestion:
    question, members, posts = heard.question, heard.members, heard.posts
    by_day = _texts(posts, days.zone)
    label = next((m.text for m in members if m.mention_id == question.label_id), "")
    return AskedQuestion(
        number=question.id,
        label=plain(label or (members[0].text if members else ""), LABEL),
        words=words,
        now=heard.this_week,
        before=heard.last_week,
        asking=round(100 * sum(post.asks for post in posts) / len(posts)) if posts else 0,
        days=tuple(by_day[day] for day in days),
        topic=_topic(members),
        first_seen=day_of(question.first_seen_at, days.zone),
        examples=_examples(members),
        answer=heard.answer,
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


def _answered(tx: Transaction, answer: Answer | None, brand: str, days: _Days) -> Answered | None:
    """With the rates before and after; an answer of later than the report is none."""
    if answer is None or answer.published_at >= days.now:
        return None
    day, today, zone = day_of(answer.published_at, days.zone), days.today, days.zone
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
