"""Slack, Teams, Discord, e-mail, webhooks and a hundred more, each by one address: the Apprise adapter.

Addresses: https://appriseit.com/services/. Whatever an address asks for, an alert is sent as plain text,
redirects are not followed, certificates are checked, and nothing waits longer than MAX_TIMEOUT for a reply.

The idempotency key goes out as the header `Idempotency-Key` and as the field `idempotency_key` of webhooks
(json, form, xml), with alert_id, priority, brand, link, mentions and posted_at next to it; in e-mail as the
header `X-Idempotency-Key`. Other services have no place for it. An address with several recipients counts
as delivered when all took it: if one fails, all get it again, under the same key.
"""

from __future__ import annotations

import copy
import math
import warnings
from collections.abc import Callable
from datetime import datetime
from typing import Any

from apprise import Apprise, AppriseAsset, AppriseAttachment, NotifyBase, NotifyFormat, NotifyType
from apprise.attachment.memory import AttachMemory
from apprise.plugins import url_to_dict

from alerts.digest import name_of
from alerts.failure import overhear, what_went_wrong
from alerts.message import Rendered, render
from core.alert import Message, Priority
from core.errors import ChannelRetryable, ConfigError, EarfulError

CONNECT_TIMEOUT, READ_TIMEOUT, MAX_TIMEOUT = 10.0, 20.0, 60.0

_WEBHOOKS = frozenset({"json", "jsons", "form", "forms", "xml", "xmls"})
_MAIL = frozenset({"mailto", "mailtos"})
_TYPES = {Priority.HIGH: NotifyType.WARNING, Priority.URGENT: NotifyType.FAILURE}


class AppriseChannel:
    """One Apprise address.

    Args:
        url: the address; it holds the secret and never shows in an error.
        place: where it is configured, for errors.
        read: fetches report pages that are to be attached; None: their address is said instead.

    Raises:
        ConfigError: the address is unknown, incomplete, or asks for something unsafe.
    """

    def __init__(
        self,
        url: str,
        *,
        place: str = "the channel's address",
        read: Callable[[str], bytes] | None = None,
    ) -> None:
        self._place = place
        self._read = read
        self._asset = AppriseAsset(
            app_id="Earful",
            app_desc="Earful",
            app_url="",
            http_redirects=False,
            image_url_mask="",  # no picture is fetched from a third party when an alert is read
            image_url_logo="",
            storage_mode="memory",
            pgp_autogen=False,
            pem_autogen=False,
        )
        with overhear(), warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Apprise's own, as it loads its plugins
            parsed = url_to_dict(url)  # type: ignore[no-untyped-call]
        if not parsed:
            raise ConfigError(
                place,
                "is not an address that Apprise knows; expected for example slack://..., mailtos://..., "
                "jsons://... (see https://appriseit.com/services/)",
            )
        self._parsed = _made_safe(parsed, place)
        self._service = str(self._plugin(self._parsed).service_name)

    def send(self, message: Message, key: str, now: datetime) -> None:
        """Send the message as plain text (see alerts.channels.Channel.send)."""
        # A new plugin each time: what belongs to one message never leaks into the next.
        plugin = self._plugin(_addressed(self._parsed, message, key))
        attached = self._attached(plugin, message)
        text = _fitted(plugin, message, now, attached=attached is not None)
        with overhear() as heard:
            try:
                taken = plugin.notify(
                    body=text.body,
                    title=text.title,
                    notify_type=_TYPES.get(message.priority, NotifyType.INFO),
                    body_format=NotifyFormat.TEXT,
                    attach=attached,
                )
            except Exception as error:  # a plugin's own bug must not stop the other channels
                raise ChannelRetryable(f"{self._service} failed inside: {type(error).__name__}") from None
        if not taken:
            raise what_went_wrong(heard, self._service, self._place)

    def _attached(self, plugin: NotifyBase, message: Message) -> AppriseAttachment | None:
        """The message's report page as a file, for services that take files from everybody.

        Raises:
            ChannelRetryable: the page cannot be read at present.
        """
        if not message.attachment or self._read is None or str(self._parsed.get("schema", "")) not in _MAIL:
            return None
        try:
            content = self._read(message.attachment)
        except EarfulError as error:
            raise ChannelRetryable(f"the report page that goes with it: {error}") from None
        # As bytes in memory: where the page lies, Apprise could not always fetch it.
        named = {"name": name_of(message.attachment), "mimetype": "text/html"}
        page = AttachMemory(content=content, **named)  # type: ignore[no-untyped-call]
        return AppriseAttachment([page], asset=self._asset)

    def _plugin(self, parsed: dict[str, Any]) -> NotifyBase:
        with overhear():
            plugin = Apprise.instantiate(copy.deepcopy(parsed), asset=self._asset)
        if plugin is None:
            raise ConfigError(
                self._place,
                f"starts like a {parsed.get('schema')}:// address, but the rest is incomplete or malformed",
            )
        return plugin


def _made_safe(parsed: dict[str, Any], place: str) -> dict[str, Any]:
    """The address's parts without anything that would weaken what the module promises."""
    if parsed.get("verify") is False:
        raise ConfigError(place, "switches the certificate check off (verify=no); remove that")
    return {
        **parsed,
        "format": "text",
        "overflow": "upstream",  # we cut ourselves, and say so
        "redirect": False,
        "emojis": False,
        "retry": 0,
        "cto": _seconds(parsed, "cto", CONNECT_TIMEOUT, place),
        "rto": _seconds(parsed, "rto", READ_TIMEOUT, place),
    }


def _seconds(parsed: dict[str, Any], name: str, default: float, place: str) -> float:
    try:
        value = float(parsed.get(name, default))
    except (TypeError, ValueError):
        value = math.nan
    if not 0 < value <= MAX_TIMEOUT:
        raise ConfigError(place, f"{name} must be a number of seconds, more than 0 and up to {MAX_TIMEOUT:g}")
    return value


def _addressed(parsed: dict[str, Any], message: Message, key: str) -> dict[str, Any]:
    """The address's parts with what belongs to this message; the given parts stay as they are."""
    schema = str(parsed.get("schema", ""))
    if schema in _MAIL:
        return {**parsed, "headers": {**(parsed.get("headers") or {}), "X-Idempotency-Key": key}}
    if schema not in _WEBHOOKS:
        return parsed
    fields: dict[str, Any] = {
        "alert_id": message.alert_id if schema.startswith("json") else str(message.alert_id or ""),
        "priority": message.priority.value,
        "brand": message.brand,
        "link": message.link,
        "post": message.post,
        **{
            name: count if schema.startswith("json") else str(count)
            for name, count in (
                ("mentions", message.mentions),
                ("copies", message.copies),
                ("authors", message.authors),
            )
        },
        "posted_at": message.posted_at.isoformat(),
    }
    return {
        **parsed,
        "headers": {**(parsed.get("headers") or {}), "Idempotency-Key": key},
        "payload": {**fields, **(parsed.get("payload") or {}), "idempotency_key": key},
    }


def _fitted(plugin: NotifyBase, message: Message, now: datetime, *, attached: bool = False) -> Rendered:
    """The text within the service's limits; some count the title as part of the body."""
    title_limit = plugin.title_maxlen if plugin.title_maxlen > 0 else 250
    room = int(plugin.body_maxlen) - int(plugin.overflow_buffer)
    if plugin.title_maxlen <= 0 or plugin.overflow_amalgamate_title:
        room -= min(len(message.headline), title_limit) + 4
    return render(message, now=now, title_limit=title_limit, body_limit=max(room, 40), attached=attached)
