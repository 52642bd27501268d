"""The ways to a partner: a file in his out folder, a message on a queue, a call to his address. Sending twice has the effect of once.

A file bears the same name and bytes each time, a message the same message id, a call the same Idempotency-Key. What a partner's own
document says of where to answer (reply_to) is believed only below the prefix of the settings. What fails raises `NotDelivered`, with a
sentence; `GivenUp` where trying again cannot help. No sentence holds a token or what the partner's server said.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple

from edi.partner_channels import KEY, QUEUE
from edi.profiles import Channels, Profile
from edi.records.deliveries import Delivery
from workers.answers import ENDINGS
from workers.callbacks import call
from workers.delivery_faults import GivenUp, NotDelivered
from workers.environment import expanded
from workers.out_folders import write_files

if TYPE_CHECKING:
    from workers.settings import Settings

FOLDER, ON_QUEUE, ADDRESS = "folder", "queue", "address"
_TYPES = {"edi": "application/EDIFACT", "json": "application/json", "xml": "application/xml", "bin": "application/octet-stream"}


class Destination(NamedTuple):
    """Where answers go: a folder of a partner's key, a queue by name, or an address."""

    kind: str
    name: str


class Parcel(NamedTuple):
    """What is sent: `id` is the same each time this delivery is sent, and of no other delivery."""

    id: str
    name: str
    content_type: str
    type: str
    content: bytes
    receipt_id: int
    partner: str
    correlation: str | None = None


def parcel(delivery: Delivery, content: bytes) -> Parcel:
    """A delivery with its bytes. The id is made of them too, because a restored database gives numbers out again.

    >>> import datetime
    >>> item = Delivery("kai", 12, 7, (7, 1), 0, datetime.datetime.now(datetime.UTC), "CONTRL", "folder", None, None)
    >>> parcel(item, b"UNB").name
    '00000012-7.contrl.edi'
    """
    ending = ENDINGS.get(delivery.type, "bin")
    name = f"{delivery.number:08d}-{delivery.receipt_id}.{delivery.type.lower()}.{ending}"
    digest = sha256(f"{delivery.partner}/{delivery.number}/{delivery.receipt_id}/".encode() + content).hexdigest()[:40]
    return Parcel(digest, name, _TYPES[ending], delivery.type, content, delivery.receipt_id, delivery.partner, delivery.correlation)


def destination(delivery: Delivery, profile: Profile | None, settings: Settings) -> Destination:
    """Where an answer goes: as the profile says, else the way the document came."""
    answers = profile.channels.answers if profile else ""
    if answers.startswith(QUEUE):
        return Destination(ON_QUEUE, answers.removeprefix(QUEUE))
    if "://" in answers:
        return Destination(ADDRESS, answers)
    if FOLDER in (answers, delivery.channel):
        if not KEY.fullmatch(delivery.partner):
            raise GivenUp("The partner has no key that can name a folder.")
        return Destination(FOLDER, delivery.partner)
    return Destination(ON_QUEUE, _reply_queue(delivery, settings))


def _reply_queue(delivery: Delivery, settings: Settings) -> str:
    from workers.letters import reply_queue

    advice = "Name a channel for answers in the profile of the partner, then `edi outbox retry`."
    if not delivery.reply_to:
        raise GivenUp(f"The document came without reply_to. {advice}")
    prefix = settings.reply_prefix
    name = reply_queue(delivery.reply_to, prefix)
    if name is None:
        raise GivenUp(f"The document asks for answers on a queue whose name does not begin with {prefix}. {advice}")
    return name


class Ways:
    """Sends parcels; a queue server is connected to when one is first needed, and one that is away is asked once in a round."""

    def __init__(
        self, settings: Settings, broker_of: Callable[[Settings], Any] | None = None, environment: Mapping[str, str] = os.environ
    ) -> None:
        self.settings = settings
        self.broker_of = broker_of
        self.environment = environment
        self.broker: Any = None
        self.away = ""

    def send(self, where: Destination, item: Parcel, channels: Channels) -> None:
        """Send a parcel; it has arrived when this returns."""
        if where.kind == FOLDER:
            self.send_files(where, [item])
        elif where.kind == ON_QUEUE:
            self._publish(where.name, item)
        else:
            self._call(where.name, item, channels.token_variable)

    def send_files(self, where: Destination, items: Sequence[Parcel]) -> None:
        """Send parcels to one folder, in order; all have arrived when this returns, and any may have where it raises."""
        if self.settings.folders is None:
            raise NotDelivered("No drop folders are set. Set EDI_FOLDERS to the folder that holds those of the partners.")
        write_files(expanded(self.settings.folders), where.name, [(item.name, item.content) for item in items])

    def _publish(self, queue: str, item: Parcel) -> None:
        from workers.letters import BrokerUnreachable

        if self.away:
            raise NotDelivered(self.away)
        try:
            self.broker = self.broker or self._opened()
            self.broker.publish(
                queue,
                item.content,
                message_id=item.id,
                correlation_id=item.correlation,
                content_type=item.content_type,
                type=item.type,
                headers={"receipt": str(item.receipt_id), "partner": item.partner},
            )
        except BrokerUnreachable as error:
            self._look_for(queue)
            raise NotDelivered(str(error)) from None

    def _look_for(self, queue: str) -> None:
        """After a failure: whether the server is away for all, or answers, and this queue alone is missing."""
        from workers.letters import BrokerUnreachable

        try:
            if self.broker is not None:
                self.broker.count(queue)
        except BrokerUnreachable as error:
            self.away = str(error)
            self._close_broker()

    def _opened(self) -> Any:
        if self.broker_of:
            return self.broker_of(self.settings)
        from workers.brokers import broker_of

        return broker_of(self.settings)

    def _call(self, address: str, item: Parcel, token_variable: str) -> None:
        token = self.environment.get(token_variable, "") if token_variable else ""
        if token_variable and not token:
            raise NotDelivered(f"The variable {token_variable} that the profile names holds no token. Set it where the outbox runs.")
        call(address, item.content, _headers(item, token), self.settings.callback_private, self.settings.callback_seconds)

    def _close_broker(self) -> None:
        broker, self.broker = self.broker, None
        if broker is not None:
            broker.close()

    def __enter__(self) -> Ways:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._close_broker()


def _headers(item: Parcel, token: str) -> dict[str, str]:
    from urllib.parse import quote

    named = {
        **{"Content-Type": item.content_type, "Idempotency-Key": item.id, "User-Agent": "quayside"},
        **{"Quayside-Type": item.type, "Quayside-Receipt": str(item.receipt_id), "Quayside-Partner": item.partner},
    }
    if item.correlation:
        named["Quayside-Correlation"] = quote(item.correlation, safe=" !#$&'()*+,/:;=?@[]")
    return named | ({"Authorization": f"Bearer {token}"} if token else {})
