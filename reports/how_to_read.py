"""How a brand's reports are to be read: one line on each thing that is not plain to everybody."""

from __future__ import annotations

from reports.change import ENOUGH, TOO_FEW
from reports.day_charts import FEWEST
from reports.document import Line, Strong

MENTIONS: Line = [
    Strong("Mentions"),
    " are posts. Everything else counts different texts: the same words posted again on one day, even a "
    "little changed, are one voice, however many posts say them. Very short texts are not put together.",
]

SENTIMENT: Line = [
    Strong("Negative, neutral, positive"),
    " are what the model made of each text; it is wrong at times. Shares are of the texts that it could "
    "read. A ",
    Strong("complaint"),
    " is a text that is one with a probability of at least 0.5; it is about a topic from 0.5 on, too, "
    "and may be about several, or none.",
]

NET: Line = [
    Strong("Net sentiment"),
    " is the share of positive texts less the share of negative ones: from \u2212100 (all negative) to "
    "+100 (all positive). The band beside it holds the true figure in 95 of 100 cases (Bonett and "
    "Price's interval for a difference of shares, 2012), if texts came independently of each other. A day "
    f"with fewer than {FEWEST} texts has none.",
]

WEEK: Line = [
    Strong("The last 7 days"),
    " are today so far and the six days before it; they are compared with the seven days before those, "
    "until the same time of day. “Last year” is the same weekday 52 weeks ago. Days begin at midnight "
    "where your team is.",
]

CHANGE: Line = [
    Strong("A change"),
    f" is called one only if chance explains it in fewer than one of 20 cases. “{TOO_FEW.capitalize()}” "
    f"means fewer than {ENOUGH} together (counts) or on either side (shares, net sentiment); “no clear "
    "change” that such a difference comes and goes by chance.",
]

WHY: Line = [
    Strong("Why"),
    " names the topic, the source or the one text that grew most and how much of the change that is. It "
    "says where a change happened, not what caused it. Topics overlap: their parts may add up to more.",
]

HOLE: Line = [
    Strong("A hole"),
    " is time in which something was not collected; it is no quiet day, and figures are too low. Such "
    "days are hatched in the charts.",
]

UNANSWERED: Line = [
    Strong("Unanswered"),
    " is an open alert that nobody has acknowledged. Alerts and what was collected are as of now, "
    "whatever time a report is about.",
]

EXAMPLES: Line = [
    Strong("Examples"),
    " are the texts of which the model is surest: each once, none of the brand's own posts, and none that "
    "the model asks a person to look at; no praise that reads as ironic or as a complaint. They are chosen "
    "for being clear, so they are no sample of all.",
]

TOPICS: Line = [
    Strong("Topics"),
    " overlap: a text may be about several, or none, so they do not add up to all. As many topics are looked "
    "at together, a change must be larger to be called one (Bonferroni's correction).",
]

SEVERITY: Line = [
    Strong("Severity"),
    " is how much the words of a complaint reproach the brand (Jin and Aletras, 2021), from no explicit "
    "reproach over disapproval and accusation to blame. It says nothing about how large the damage is.",
]

THANKS: Line = [
    Strong("By"),
    " is who wrote it, as the platform shows them. The link leads to the post, where they can be answered.",
]
