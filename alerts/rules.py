"""Which mentions ask for follow-up, and why, in sentences that a support agent can act on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import ROUND_FLOOR, Decimal

from core.alert import Flag, Reason
from core.alerting import Rule
from core.mention import Mention
from core.reading import Reading

_MOST_PLACES = -4
_A_DAY_ANYWHERE = timedelta(hours=36)
"""From its midnight in UTC until it has ended furthest west."""


def judge(mention: Mention, reading: Reading, rules: Sequence[Rule]) -> Flag | None:
    """Decide whether a mention is flagged.

    Every rule that holds gives a reason; the first of them names the flag, and the priority is the
    highest among them.

    Args:
        mention: what was written. One that is gone (deleted, removed, protected) is never flagged.
        reading: what the model made of it. Where it does not support the text's language, conditions
            on the model do not hold: it abstains, and only stars and followers count.
        rules: in order of importance.
    """
    if mention.visibility.gone:
        return None
    held = [(rule, why) for rule in rules if (why := _why(rule, mention, reading)) is not None]
    if not held:
        return None
    return Flag(
        reasons=tuple(Reason(rule=rule.name, explanation=why) for rule, why in held),
        priority=max((rule.priority for rule, _ in held), key=lambda each: each.rank),
    )


def is_old(mention: Mention, now: datetime, after_days: int) -> bool:
    """Whether it was written, and edited last, so long ago that nobody is told of it."""
    return now - max(mention.posted_at, mention.edited_at or mention.posted_at) > timedelta(days=after_days)


def written_after(mention: Mention, then: datetime) -> bool:
    """Whether it was written, or edited last, after a time.

    Some sources know the day alone, which comes as its midnight: that may be any time of this day, anywhere.
    """
    written = max(mention.posted_at, mention.edited_at or mention.posted_at)
    if written.astimezone(UTC).time() == time():
        written += _A_DAY_ANYWHERE
    return written > then


def _why(rule: Rule, mention: Mention, reading: Reading) -> str | None:
    """One sentence if all conditions of the rule hold, else None."""
    clauses = list(_clauses(rule, mention, reading))
    if not clauses or None in clauses:
        return None
    sentence = ", and ".join(clause for clause in clauses if clause)
    return sentence[:1].upper() + sentence[1:]


def _clauses(rule: Rule, mention: Mention, reading: Reading) -> Iterator[str | None]:
    """For each condition that the rule sets: how it holds, or None if it does not."""
    if rule.complaint is not None:
        yield _by_model("the text reads as a complaint", reading, reading.complaint, rule.complaint)
    if rule.negative is not None:
        yield _by_model("the text reads as negative", reading, reading.negative, rule.negative)
    if rule.rating is not None:
        yield _rated(mention.rating, rule.rating)
    if rule.reach is not None:
        yield _reaches(mention.author.followers if mention.author else None, rule.reach)


def _by_model(what: str, reading: Reading, found: float, threshold: float) -> str | None:
    if not reading.supported or not found >= threshold:  # NaN compares false: never flagged
        return None
    # Both rounded down, to as many places as the threshold has: what is shown never contradicts the rule.
    percent = Decimal(str(threshold)) * 100
    places = min(max(int(percent.normalize().as_tuple().exponent), _MOST_PLACES), 0)
    shown, from_ = (
        (Decimal(str(share)) * 100).quantize(Decimal(1).scaleb(places), ROUND_FLOOR)
        for share in (found, threshold)
    )
    return f"{what} ({shown:f} %, flagged from {from_:f} %)"


def _rated(found: float | None, threshold: float) -> str | None:
    if found is None or not found <= threshold:
        return None
    return f"rated {found:g} of 5 stars (flagged up to {threshold:g})"


def _reaches(found: int | None, threshold: int) -> str | None:
    if found is None or found < threshold:
        return None
    return f"the author has {found:,} followers (flagged from {threshold:,})"
