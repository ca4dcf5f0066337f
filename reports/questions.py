"""What is asked and complained about again and again, and whether answers helped: FAQ candidates."""

from __future__ import annotations

from collections.abc import Sequence

from core.text import plain
from reports.charts import Series, small_multiples
from reports.document import (
    Block,
    Bullets,
    Folded,
    Heading,
    Line,
    Link,
    Paragraph,
    Piece,
    Report,
    Strong,
    Table,
)
from reports.examples import example_table
from reports.how_to_read import CHANGE, HOLE, WEEK
from reports.keys import key_of
from reports.question_figures import AskedQuestion, Questions, Rate
from reports.rates import FEWEST
from reports.wording import moment, plural, words

LABEL = 160
"""Characters of the post that speaks for a question."""
COMPACT, DRAWN = 5, 6
NO_LABEL = "(the posts that said it are gone)"


def report(found: Questions) -> Report:
    """The report."""
    brand = found.frame.brand
    title = f"{brand}: questions"
    return Report(
        key=key_of("questions", brand),
        title=title,
        compact=[Paragraph(_sentence(found)), *_left(found), *_overview(found, COMPACT), _as_of(found)],
        full=[Heading(title, 1), *_full(found), Heading("How to read this"), Bullets(_HOW_TO_READ)],
    )


_HOW_TO_READ: Sequence[Line] = (
    [
        Strong("A question"),
        " is what at least three people asked or complained about in different words. The post that stands "
        "for it is the one nearest to all the others; its number stays the same. The grouping is the "
        "model's, and about one post in five is beside the point.",
    ],
    [
        Strong("Texts"),
        " are different ones: the same words posted again on one day are one. The brand's own posts are left "
        "out. ",
        Strong("Distinctive words"),
        " are those by which a question's posts differ most from all the others'.",
    ],
    [
        Strong("Rates"),
        " are of a thousand texts about the brand, in up to 28 days before and after the day of publication, "
        f"without that day. With fewer than {FEWEST} texts on both sides together a change is “too few to "
        "tell”; else it is called one only if chance explains it in fewer than one of 20 cases (the exact "
        "test of two rates). What else happened at that time is not known to it.",
    ],
    WEEK,
    CHANGE,
    HOLE,
)


_HOW_TO_ANSWER = (
    "When an answer is published, say so: earful questions answer NUMBER --url ADDRESS. From then on the "
    "rates before and after stand here."
)


def _sentence(found: Questions) -> list[Piece]:
    if not found.asked:
        return [
            f"Nobody was heard asking {found.frame.brand} the same thing as others in the last two weeks, "
            "or not enough people were."
        ]
    first = found.asked[0]
    change = f"; {first.change}" if first.change else ""
    answered = [each for each in found.asked if each.answer]
    helped = [each for each in answered if each.answer and each.answer.effect.startswith("down")]
    said: list[Piece] = [
        "Asked or complained about most in the last 7 days: ",
        Strong(first.label or NO_LABEL),
        f" (no. {first.number}, {plural(first.now, 'text')}{change}). ",
    ]
    if not answered:
        return [*said, "No answer is recorded yet."]
    said.append(f"{plural(len(answered), 'question has', 'questions have')} an answer")
    return [*said, f"; {plural(len(helped), 'is', 'are')} asked clearly less since." if helped else "."]


def _left(found: Questions) -> list[Block]:
    """What was not looked at, said where the figures stand."""
    lines: list[Line] = []
    if found.waiting:
        lines.append(f"{plural(found.waiting, 'post')} will be looked at by the next run.")
    if found.left_out:
        lines.append(
            f"{plural(found.left_out, 'text')} of the last 28 days could not be compared with the others: "
            "there are too many. They are the oldest ones."
        )
    return [Bullets(lines)] if lines else []


def _overview(found: Questions, most: int) -> list[Block]:
    if not found.asked:
        return []
    header = ("No.", "What people say", "This week", "Last week", "Change", "Answered", "Since then")
    rows: list[list[Line]] = [
        [
            str(each.number),
            each.label or NO_LABEL,
            f"{each.now:,}",
            "not known" if each.before is None else f"{each.before:,}",
            each.change,
            Link(f"{each.answer.published_at.astimezone(found.frame.zone):%d %b %Y}", each.answer.url)
            if each.answer
            else "no",
            each.answer.effect if each.answer else "",
        ]
        for each in found.asked[:most]
    ]
    return [Table(header, rows, right=(0, 2, 3))]


def _as_of(found: Questions) -> Block:
    return Paragraph(f"As of {moment(found.frame.as_of, found.frame.zone)}.")


def _full(found: Questions) -> list[Block]:
    blocks: list[Block] = [Heading("Most frequent"), *_drawn(found), *_overview(found, len(found.asked))]
    if found.more:
        blocks.append(Paragraph(f"{plural(found.more, 'more question')} came up in these two weeks."))
    if found.alone:
        blocks.append(
            Paragraph(
                f"{plural(found.alone, 'post')} of the last 28 days asked or complained about what fewer "
                "than three people did."
            )
        )
    answers = [each for each in found.asked if each.answer]
    if answers:
        blocks += [Heading("Before and after an answer"), _answers(answers, found)]
    if found.asked:
        blocks.append(Heading("Each question"))
    for each in found.asked:
        blocks += [Folded(f"No. {each.number}: {each.label or NO_LABEL}", _one(each, found))]
    return [*blocks, Paragraph(_HOW_TO_ANSWER)]


def _drawn(found: Questions) -> list[Block]:
    drawn = [each for each in found.asked if any(each.days)][:DRAWN]
    if not drawn or not found.days:
        return []
    series = [
        Series(
            name=f"{each.number}: {plain(each.label or NO_LABEL, 60)}",
            days=found.days,
            values=each.days,
            holes=found.holes,
        )
        for each in drawn
    ]
    return [
        small_multiples(
            series,
            alt=f"Texts a day that ask each of the {len(drawn)} most frequent questions, over "
            f"{len(found.days)} days.",
            title="Texts a day",
        )
    ]


def _answers(answered: Sequence[AskedQuestion], found: Questions) -> Block:
    header = ("No.", "Answer", "Published", "Per 1,000 texts before", "after", "Change", "By", "Note")
    rows: list[list[Line]] = []
    for each in answered:
        answer = each.answer
        if answer is None:
            continue
        rows.append(
            [
                str(each.number),
                Link("open", answer.url),
                moment(answer.published_at, found.frame.zone),
                _rate(answer.before),
                _rate(answer.after),
                answer.effect,
                answer.by,
                plain(answer.note, LABEL),
            ]
        )
    return Table(header, rows, right=(0, 3, 4))


def _rate(rate: Rate | None) -> str:
    if rate is None:
        return "not known"
    return f"{rate.per_thousand} ({rate.texts:,} of {rate.of:,} in {plural(rate.days, 'day')})"


def _one(each: AskedQuestion, found: Questions) -> list[Block]:
    told = [
        f"First seen {each.first_seen:%d %B %Y}",
        f"{each.asking} % of its posts ask, the others complain",
        f"topic: {words(each.topic)}" if each.topic else "no topic in particular",
        f"distinctive words: {', '.join(each.words)}" if each.words else "",
    ]
    return [
        Paragraph(". ".join(part for part in told if part) + "."),
        example_table(each.examples, found.frame.zone),
    ]
