"""What the sender of a mail wrote, without what was quoted from earlier mails and without the signature.

The rule, on plain text:
1. What follows a line "-- " (RFC 3676, section 4.3) is the signature.
2. Lines that begin with ">" are quoted, and so is the paragraph right above them if it ends in ":" and holds
   a digit or an "@" ("On 20 Nov 2026, care@... wrote:"), in any language.
3. What follows "-----Original Message-----", in any language, or a block of header lines that begins with
   From and goes on with To, as Outlook writes it, is quoted.
4. If nothing would be left, everything stays: then the mail is a forwarded one.

On HTML the elements go that mail programs quote and sign with; then the same rule is applied to the text.
Wrong guesses cost words, never a mail.
"""

from __future__ import annotations

import re

from listeners.markup import text_of

_SIGNATURE = re.compile(r"^--[ \t]?$")
_DASHED = re.compile(r"^\s*-{3,}\s*[^\W\d_][^-]{2,60}\s*-{3,}\s*$")
_FROM = re.compile(
    r"^\W{0,3}(from|von|de|da|van|fra|från|od|lähettäjä|от|发件人|差出人)\W{0,3}:\s", re.IGNORECASE
)
_TO = re.compile(
    r"^\W{0,3}(to|an|à|a|para|aan|til|till|do|vastaanottaja|кому|收件人|宛先)\W{0,3}:\s", re.IGNORECASE
)
_HEADERS = 6
"""Lines of such a block within which To must come."""
_ATTRIBUTION_LINES = 3
_DATED = re.compile(r"[\d@]")
_EMPTY_LINES = re.compile(r"\n{3,}")

_QUOTED_ELEMENTS = (
    "blockquote[type=cite], .gmail_quote, .gmail_quote_container, .yahoo_quoted, .moz-cite-prefix, "
    ".protonmail_quote, .gmail_signature, .moz-signature, #Signature"
)
_OUTLOOK_QUOTES = re.compile(
    r"<[^<>]{1,200}\bid=[\"']?(?:x_)?(?:divRplyFwdMsg|appendonsend)\b", re.IGNORECASE
)
"""Everything after it is quoted."""
_LONGEST_MARKUP = 300_000
"""Characters: to parse more of it takes seconds."""


def own_words(text: str) -> str:
    """The text without quotations and signature."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    lines = _without_quoted(_before_the_end(whole.split("\n")))
    kept = _EMPTY_LINES.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip()
    return kept or whole


def own_words_of_html(markup: str) -> str:
    """The text of HTML without quotations and signature."""
    markup = markup[:_LONGEST_MARKUP]
    quoted = _OUTLOOK_QUOTES.search(markup)
    try:
        written = text_of(markup[: quoted.start()] if quoted else markup, _QUOTED_ELEMENTS)
        return own_words(written or text_of(markup))
    except RecursionError:  # nested thousands deep: no mail program writes so
        return ""


def _before_the_end(lines: list[str]) -> list[str]:
    """What stands above the signature and above a mail that is quoted as a whole."""
    for number, line in enumerate(lines):
        if _SIGNATURE.match(line) or _DASHED.match(line) or _is_header_block(lines, number):
            return lines[:number]
    return lines


def _is_header_block(lines: list[str], number: int) -> bool:
    if not _FROM.match(lines[number]):
        return False
    return any(_TO.match(line) for line in lines[number + 1 : number + _HEADERS])


def _without_quoted(lines: list[str]) -> list[str]:
    kept: list[str] = []
    quoting = False
    for line in lines:
        if line.lstrip().startswith(">"):
            if not quoting:
                _drop_attribution(kept)
            quoting = True
        else:
            quoting = quoting and not line.strip()
            kept.append(line)
    return kept


def _drop_attribution(kept: list[str]) -> None:
    """Take away the paragraph at the end, if it only says whose words come next."""
    end = len(kept)
    while end and not kept[end - 1].strip():
        end -= 1
    start = end
    while start and kept[start - 1].strip():
        start -= 1
    paragraph = " ".join(kept[start:end]).rstrip()
    if end - start <= _ATTRIBUTION_LINES and paragraph.endswith((":", "\uff1a")) and _DATED.search(paragraph):
        del kept[start:]
