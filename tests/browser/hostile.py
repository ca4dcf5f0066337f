"""Mentions whose authors want more than to be read, and the listening socket that their addresses lead to."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

MEGABYTE = 1_000_000

# Each begins an unhappy customer's sentence. `{at}` is the listening socket.
ATTACKS = (
    "<script>window.owned=1;fetch('{at}/script')</script>",
    "<img src={at}/img.png onerror=window.owned=1>",
    "<svg onload=window.owned=1><image href={at}/svg.png /></svg>",
    '<iframe src="{at}/frame"></iframe><object data={at}/object></object>',
    "<video src={at}/video autoplay></video><audio src={at}/audio autoplay></audio>",
    "<style>@import url({at}/style.css);</style><link rel=stylesheet href={at}/link.css>",
    '<meta http-equiv=refresh content="0;url={at}/meta"><base href={at}/base/>',
    "<form action={at}/form><input name=owned autofocus onfocus=window.owned=1></form>",
    '<p class="owned fixed inset-0 z-50 bg-destructive" style="position:fixed;inset:0">covered</p>',
    "</title></style></textarea></script><script>document.title='owned'</script>",
    "![owned-picture]({at}/markdown.png)",
    "[owned-link](javascript:window.owned=1) [owned-data](data:text/html,<script>owned</script>)",
    "<a href=javascript:window.owned=1 id=owned>owned-anchor</a> <{at}/autolink>",
    "{at}/bare www.owned.example mail owned@owned.example",
    "| owned | table |\n|---|---|\n| ![x]({at}/cell.png) | owned |",
    "```mermaid\ngraph TD; A[<img src={at}/mermaid.png>]\n```",
    "# owned-heading\n\n---\n\n> owned-quote **owned-bold** ~~owned-struck~~ `owned-code`",
    "[^owned]: ![x]({at}/footnote.png) [owned]: {at}/reference ![owned][owned]",
    "&lt;img src={at}/entity.png&gt; &#60;img src={at}/numeric.png&#62;",
    "\"><img src={at}/quoted.png> '><img src={at}/single.png> --><img src={at}/comment.png> ]]>",
    "\u202e<img src={at}/reversed.png>\u202c \u2066owned\u2069 \u200bowned\u200b",
    "{{{{7*7}}}} ${{7*7}} <%= 7*7 %> {{% include '{at}/template' %}}",
    "<details open ontoggle=window.owned=1><summary>owned-summary</summary></details>",
    "<math><mtext><img src={at}/math.png></mtext></math><template><img src={at}/t.png></template>",
)

# No two alike: copies of one text are shown as one.
GRIEVANCES = (
    "My suitcase was lost and nobody answers the phone, this is the worst service I have had.",
    "Three hours late again and not one word of apology from anybody. I want my money back.",
    "Your app crashed while I was paying and charged me twice! Disgusting, refund me at once.",
    "The agent was rude to my mother and laughed at her. Shame on you, never again.",
    "My booking was cancelled overnight without any notice. I am furious and stranded.",
    "Cold food, filthy toilets, broken seat. How can you ask for four hundred dollars for that?",
    "I have been on hold for two hours. Terrible customer service, really terrible.",
    "You lost our pram and refuse to pay for it. Awful company, avoid them.",
    "The website ate my voucher and support keeps ignoring every complaint I send.",
    "Sat on the ground with no water and no information, what a miserable failure.",
)
# These thank, so that what people are happy about has to stand the same.
THANKS = (
    "<img src={at}/praise.png> Wonderful crew this morning, thank you so much, best trip for years!",
    "**owned-thanks** I love how quickly your team solved my problem. Great service!",
    "[owned-praise]({at}/thanks) The new seats are fantastic and the staff were lovely.",
)
NAMES = (
    "<img src={at}/name.png>",
    "![name]({at}/name-markdown.png)",
    "**owned-name** | `owned`",
    "\u202eowned\u202c <script>window.owned=1</script>",
    "[name](javascript:window.owned=1)",
)
ADDRESSES = (
    "javascript:window.owned=1",
    "data:text/html,<script>window.owned=1</script>",
    '{at}/post" onmouseover="window.owned=1',
    "{at}/post) ![x]({at}/out-of-link.png",
    "https://user:secret@owned.example/post",
    "vbscript:owned",
    "{at}/plain-post",
    "//127.0.0.1/owned",
)


def hostile_mentions(port: int, newest: datetime) -> list[dict[str, Any]]:
    """Records of an archive file, an hour and a bit apart.

    Args:
        port: of the listening socket.
        newest: when the last was posted.
    """
    at = f"http://127.0.0.1:{port}"
    texts = [
        f"{attack.format(at=at)} {GRIEVANCES[i % len(GRIEVANCES)]} Case {i}{'abcdefgh'[i % 8]}."
        for i, attack in enumerate(ATTACKS)
    ]
    texts += [thanks.format(at=at) for thanks in THANKS]
    texts.append("Terrible! My bag is lost. " + f"<img src={at}/megabyte.png> " * (MEGABYTE // 42))
    return [
        {
            "id": f"h{i:03d}",
            "text": text,
            "posted_at": (newest - timedelta(minutes=70 * i)).isoformat(),
            "author": f"owned{i}{NAMES[i % len(NAMES)].format(at=at)}",
            "author_name": NAMES[(i + 1) % len(NAMES)].format(at=at),
            "author_url": ADDRESSES[(i + 3) % len(ADDRESSES)].format(at=at),
            "followers": 1_000 * i,
            "url": ADDRESSES[i % len(ADDRESSES)].format(at=at),
            "language": "en",
            "rating": 5 if "thank" in text or "Great" in text or "lovely" in text else 1,
        }
        for i, text in enumerate(texts)
    ]


@dataclass
class Ear:
    """What reached the listening socket."""

    port: int
    heard: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """What every address in the hostile texts contains."""
        return f"127.0.0.1:{self.port}"


@contextmanager
def listening() -> Iterator[Ear]:
    """A socket that takes every connection, whatever it speaks, and notes its first bytes."""
    ear = Ear(0)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(2)
            try:
                first = self.request.recv(200)
            except OSError:
                first = b""
            ear.heard.append(first.split(b"\r\n")[0].decode("latin-1") or "a connection")
            self.request.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        ear.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield ear
        finally:
            server.shutdown()
            thread.join()
