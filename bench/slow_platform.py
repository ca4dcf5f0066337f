"""A platform in a process of its own: feeds and a search with nothing new, after 50 ms. Prints its port."""

from __future__ import annotations

import asyncio
import json

LATENCY_SECONDS = 0.05
HITS = json.dumps({"hits": [], "nbHits": 0, "page": 0, "nbPages": 0, "hitsPerPage": 100}).encode()
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>
<item><guid>1</guid><title>Acme opens a line</title><link>https://example.org/1</link>
<pubDate>Sun, 01 Nov 2026 08:00:00 GMT</pubDate></item></channel></rss>"""


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer request after request on one connection, as platforms do."""
    try:
        while line := await reader.readline():
            known = False
            while (header := await reader.readline()) not in (b"\r\n", b""):
                known = known or header.lower().startswith(b"if-none-match:")
            await asyncio.sleep(LATENCY_SECONDS)
            feed = b"/feed/" in line
            status = b"304 Not Modified" if feed and known else b"200 OK"
            body = b"" if feed and known else FEED if feed else HITS
            kind = b"application/rss+xml" if feed else b"application/json"
            head = (b"HTTP/1.1 " + status, b'ETag: "1"', b"Content-Type: " + kind)
            length = f"Content-Length: {len(body)}".encode()
            writer.write(b"\r\n".join((*head, length, b"", body)))
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def main() -> None:
    """Serve until the process is ended."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
