"""What platforms' terms forbid to infer about the people who write there, and which topics would do so.

The rule is data: categories with the words that give them away, and the platforms that forbid them. Sources,
looked at in November 2026:

- X, developer terms, "More about restricted uses of the X APIs", section "Sensitive information"
  (docs.x.com/developer-terms/restricted-use-cases): never derive or infer, or store derived or inferred,
  information about a user's health (pregnancy included), negative financial status or condition, political
  affiliation or beliefs, racial or ethnic origin, religious or philosophical affiliation or beliefs, sex
  life or sexual orientation, trade union membership, alleged or actual commission of a crime. Sums that keep
  no personal data are allowed; Earful keeps who wrote a mention, so that this way out is not ours.
- Reddit, Responsible Builder Policy, "Zero Tolerance for Privacy Violations"
  (support.reddithelp.com, article 42728983564564): processing data to derive or infer potentially sensitive
  characteristics of its users, "e.g., health, political affiliation, sexual orientation". The list is open,
  so that X's longer one is taken for Reddit as well.

Words are matched, not meanings: what that finds and misses is in docs/topics.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

_WHO = (
    r"(?:customers?|people|persons?|passengers?|guests?|users?|authors?|travell?ers?|workers?|clients?|fans?"
    r"|communit(?:y|ies)|famil(?:y|ies)|couples?|parents?|m[ae]n|wom[ae]n|patients?|tenants?|somebody|someone"
    r"|buyers?|shoppers?|students?|voters?|supporters?|kids?|child(?:ren)?|pupils?|visitors?|diners?)"
)
_IS = (
    r"(?:author|customer|person|user|they|he|she|i|who|we|somebody|someone)"
    r" (?:is|are|am|was|were|has been)(?: an?)?"
)
_MY = r"(?:my|their|his|her|your|our|authors?|customers?|users?)"
_CANNOT = r"(?:can ?not|cant|could not|couldnt|unable to|struggl\w+ to)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """A kind of fact about a person that must not be inferred."""

    name: str
    keys: tuple[str, ...]
    """Topic keys that name it and nothing else."""
    words: tuple[str, ...]
    """Regular expressions over whole words of lower-case text without punctuation; any is enough."""


TRAITS: tuple[Trait, ...] = (
    Trait(
        name="health",
        keys=("health", "illness", "sickness", "medical", "disabled"),
        words=(
            r"pregnan\w*|expectant|(?:mother|mum|mom|parent)s? to be",
            r"maternity|miscarr\w*|ivf|fertility|abortions?",
            r"expecting (?:a |another |her |their )?(?:baby|child|twins)|menopaus\w*",
            r"(?:have|having) (?:a|another) (?:baby|child)|morning sickness",
            r"nausea|queasy|flu|fever|hearing aids?|hard of hearing",
            r"heart (?:attack|condition|disease)|(?:cannot|can not|cant) walk",
            r"(?:broken|fractured) (?:leg|arm|hip|wrist)|smokers?",
            r"illness(?:es)?|ill health",
            r"(?:is|are|was|were|am|fell|feel|being|made me|seriously|chronically) ill",
            rf"ill {_WHO}|sick {_WHO}|(?:{_IS}|been|got|made me|feel|felt|off) sick(?! of)|vomit\w*",
            r"hospital(?:s|ised|ized|isation|ization)?|diseases?",
            r"diabet\w*|insulin|cancer(?! of)|tumou?rs?|chemo\w*",
            r"depress(?:ed|ion)|anxiety|panic attacks?|bipolar",
            r"schizo\w*|autis\w*|adhd|ptsd|dementia|alzheimers?",
            r"suicid\w*|self harm\w*|mental(?:ly)? (?:health|ill|illness|state)|psychiatr\w*|therapists?",
            rf"wheelchairs?|disabilit\w*|(?:{_IS}|the) disabled",
            rf"disabled {_WHO}|(?:blind|deaf) {_WHO}|{_IS} (?:blind|deaf)",
            r"food poisoning|poisoned|allerg(?:y|ies|ic)|anaphyla\w*",
            r"c(?:o)?eliac|asthma\w*|epilep\w*|migraines?",
            r"side effects?|skin rash|rashes|gave (?:me|them) a rash",
            r"symptoms?|(?:been |was |were )?diagnosed with",
            r"covid\w*|coronavirus|hiv|infections?",
            r"alcoholi(?:cs?|sm)(?! (?:drink|beverage)s?)|rehab|addicts?|addiction",
            rf"obes\w*|overweight {_WHO}|{_WHO} (?:who are )?overweight",
            r"eating disorders?|anorexi\w*|bulimi\w*",
            r"medical (?:reasons?|conditions?|emergenc\w+|history|needs?|leave|problems?|status|treatment)",
            r"(?:doctors?|sick) notes?|medications?",
            r"prescriptions?(?! (?:glasses|lenses|sunglasses))|injured|injuries",
            rf"(?:an|{_MY}) (?:injury|illness|health|surgery)|state of health",
            r"health (?:conditions?|problems?|reasons?|status)",
        ),
    ),
    Trait(
        name="money troubles",
        keys=("poverty", "debt", "money_troubles", "hardship"),
        words=(
            (
                r"financial(?:ly)? (?:hardship|difficult\w*|troubl\w*"
                r"|problems?|distress\w*|status|situation|condition|struggl\w*)"
            ),
            r"(?:money|cash) (?:troubles?|problems?|worries)|hardship",
            r"debts?|indebted|overdrawn|arrears|insolven\w*|bankrupt\w*",
            r"lost (?:my|his|her|their|a|the) jobs?|unemploy\w*",
            r"jobless|laid off|redundanc(?:y|ies)|made redundant",
            rf"(?:living|lives?|{_WHO}) on (?:benefits|welfare)|poor {_WHO}|low income|poverty|homeless\w*",
            r"evict\w*|foreclos\w*|repossess\w*|pay ?day loans?",
            r"bad credit|credit (?:scores?|ratings?|history)",
            (
                r"behind (?:on|with) (?:my |their |his |her "
                r"|the )?(?:payments?|rent|bills?|mortgage|loan)|late payers?"
            ),
            (
                rf"{_CANNOT} pay (?:my|the|their|his|her) (?:bills?|rent"
                r"|mortgage|debts?|loan|instal\w+)(?! (?:by|with|in|online))"
            ),
            (
                rf"{_CANNOT} afford (?:to (?:eat|live|heat|pay)|food"
                r"|heating|rent|(?:my|the|their) (?:rent|bills?|mortgage))"
            ),
            r"(?:turned down|refused|rejected) for (?:a |the )?(?:loan|credit|mortgage)",
            r"make ends meet|broke until payday",
            r"no money left|on the dole|bailiffs?|make (?:the |my |their )?rent",
            r"default on|cost of living|living wage",
        ),
    ),
    Trait(
        name="politics",
        keys=("politics", "elections", "voting"),
        words=(
            r"politic(?:s|al|ally|ians?)|vot(?:e|es|ed|ing) (?:for|against)",
            r"voters?|which party|party (?:membership|affiliation|line)",
            r"republicans?|democrats?|socialis[mt]s?|communis[mt]s?",
            r"fascis[mt]s?|anarchis[mt]s?|conservatives|tory|tories",
            rf"{_IS} (?:conservative|liberal|leftist|progressive)",
            r"(?:left|right) wing\w*|far (?:left|right)|leftists?",
            r"trump|maga|brexit|(?:general|presidential|federal|local) elections?",
            r"election campaigns?|activis(?:m|ts?)",
            r"members? of the \w+ party|(?:against|for|hates?|supports?) the government",
            r"campaign(?:s|ing)? for|candidates?",
        ),
    ),
    Trait(
        name="race or ethnicity",
        keys=("race", "origin", "ethnicity"),
        words=(
            rf"ethnic\w*|racis[mt]s?|racial\w*|(?:{_MY}|by|or) race(?! (?:bike|car|day))",
            r"skin colou?rs?|people of colou?r",
            r"immigra\w+|migrants?|refugees?|asylum seekers?|foreigners",
            r"african americans?|hispanics?|latin(?:o|a|x)s?",
            r"minorit(?:y|ies)|foreign accents?|mother tongue|country of origin",
            (
                r"(?:black|white|brown|asian|african|arab|indian"
                rf"|chinese|mexican|roma|indigenous|turkish|polish) {_WHO}"
            ),
        ),
    ),
    Trait(
        name="religion or philosophy",
        keys=("religion", "faith", "belief", "beliefs"),
        words=(
            r"religio\w*|muslims?|islam\w*|jews?|jewish|judaism",
            r"hindu(?:s|ism)?|sikhs?|buddhis[mt]s?|mormons?|atheis[mt]s?",
            r"christian(?:s|ity)?(?! dior)|catholic(?:s|ism)?|protestants?",
            r"churchgo\w*|(?:go to|goes to|our|their) church|mosques?|synagogues?",
            r"halal|kosher|ramadan|hijabs?|headscar(?:f|ves)",
            rf"pray(?:s|ing|ers?)|believes? in god|{_MY} (?:faith|beliefs?)",
            r"philosophical|pagans?|scientolog\w*|jehovahs?",
            r"worship\w*|sabbath|shabbat|vicars?|priests?|imams?|rabbis?|pastors?|afterlife|life after death",
        ),
    ),
    Trait(
        name="sex life or orientation",
        keys=("sexuality", "gay", "orientation_of_author"),
        words=(
            r"lgbt\w*|gays?|lesbians?|bisexual\w*|homosexual\w*",
            r"heterosexual\w*|queer|transgender\w*|transsexual\w*|non ?binary",
            rf"trans {_WHO}|same sex|misgender\w*|gender identity",
            rf"sexual\w*|sex li(?:fe|ves)|{_MY} orientation|drag queens?",
            r"two (?:mums|moms|dads|mothers|fathers)|com(?:e|es|ing) out (?:to|as)",
            r"came out as|having an affair|adulter\w*|pronouns",
        ),
    ),
    Trait(
        name="union membership",
        keys=("union", "unions", "unionism"),
        words=(
            r"(?:trade|labou?r|workers?) unions?",
            r"union (?:members?|membership|reps?|dues|organi[sz]\w*)|unioni[sz]\w+|shop stewards?",
            r"(?:joined|join|in|of) (?:a|the) union",
            r"organi[sz]ed labou?r|picket lines?",
        ),
    ),
    Trait(
        name="crime",
        keys=("crime", "crimes", "criminals"),
        words=(
            r"shoplift\w*|criminal (?:record|offences?|offenses?|past|charges?|background)",
            r"criminals|(?<!a )crimes?",
            r"prison|jail\w*|convict(?:ed|ions?|s)|arrest(?:ed|s)?",
            r"felon\w*|fraudsters?|burglars?|murder\w*|rapists?|assault\w*",
            r"drug (?:deal\w*|use|users?|possession|abuse)|(?:sells?|selling|takes?|taking) drugs|smuggl\w*",
            (
                r"(?:commit\w*|accused of|suspected of|guilty of|convicted of"
                r"|charged with) (?:an? )?(?:fraud|thef\w*|crime\w*|offen[cs]e\w*|stealing|robbery)"
            ),
            rf"(?:{_WHO}|who) (?:steal|stole|stealing|defraud\w*)",
            r"fare dodg\w*|fare evasion|tax (?:dodg\w*|evasion|fraud)",
            r"stolen goods|(?:to|in) court for|hooligans?|beat(?:ing)? \w+ up",
            r"weed|cannabis|marijuana|cocaine",
        ),
    ),
)

IDIOMS: tuple[str, ...] = (
    r"european union|credit unions?|union (?:station|square|jack|street)|western union",
    r"battery health|health (?:insurance|food|club|and safety)|mental arithmetic",
    r"(?:in )?(?:good|bad) faith|infections? of the (?:pc|computer)|virus infections?|first aid",
    r"jail ?(?:break|broken|breaking)\w*|gay village|true crime",
    r"crime (?:series|novels?|films?|shows?|dramas?)",
)
"""What is said without meaning any of it: taken out before the words are looked for."""

_ALL = frozenset(trait.name for trait in TRAITS)
FORBIDDEN: Mapping[str, frozenset[str]] = {"x": _ALL, "reddit": _ALL}
"""Source -> the traits that its terms forbid to infer. One that is not here forbids none that we know of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Why a topic counts as sensitive."""

    trait: str
    where: str
    """`key`, `sentence` or `examples`."""
    words: str
    """The words that gave it away."""


def find_sensitive(key: str, sentence: str, examples: Iterable[str] = ()) -> Finding | None:
    """Whether a topic would infer what terms forbid; the first reason found.

    One word in key or sentence is enough. Of the examples at least two, or half of them, must speak of the
    same trait: that one customer mentions a pregnancy does not make late trains a topic of health.
    """
    return _find(key, sentence, tuple(example for example in examples if example.strip()))


@cache
def _find(key: str, sentence: str, examples: tuple[str, ...]) -> Finding | None:
    for trait in TRAITS:
        if key in trait.keys:
            return Finding(trait=trait.name, where="key", words=key)
    for where, text in (("key", key), ("sentence", sentence)):
        for trait in TRAITS:
            if found := _words_of(trait, text):
                return Finding(trait=trait.name, where=where, words=found)
    for trait in TRAITS:
        hits = [found for example in examples if (found := _words_of(trait, example))]
        if hits and (len(hits) >= 2 or 2 * len(hits) >= len(examples)):
            return Finding(trait=trait.name, where="examples", words=hits[0])
    return None


def forbidding(trait: str, sources: Iterable[str]) -> tuple[str, ...]:
    """Those of the sources whose terms forbid to infer the trait, in order."""
    return tuple(sorted({source for source in sources if trait in FORBIDDEN.get(source, frozenset())}))


def _words_of(trait: Trait, text: str) -> str:
    found = _pattern(trait.words).search(_pattern(IDIOMS).sub(" ", _plain(text)))
    return found.group() if found else ""


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})\b")


def _plain(text: str) -> str:
    """Lower case, words apart by one space, no punctuation: `don't` is `dont`, `left-wing` is `left wing`."""
    return " ".join(re.sub(r"[\W_]+", " ", re.sub(r"['\u2019]s\b|['\u2019]", "", text.casefold())).split())
