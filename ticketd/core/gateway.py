"""What a gateway brings: one JSON object for each message of a chat, a call, a form; read whole, every fault named."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ticketd.core.addresses import is_address, is_handle, normalise, phone_number
from ticketd.core.errors import Refused
from ticketd.core.fields import CHANNELS, PRIORITIES, SEVERITIES, known_word, tag_changes
from ticketd.core.inbound import Attachment
from ticketd.core.text import clean_text, file_name, header_text

_KEYS = {
    "external_id": str, "customer": dict, "department": str, "subject": str, "text": str, "channel": str,
    "priority": str, "severity": str, "tags": list, "fields": dict, "language": str, "at": str, "ack": bool,
    "join": bool, "ticket": int, "attachments": list,
}  # fmt: skip
_CUSTOMER = {
    "address": str, "name": str, "phone": str, "handle": str, "organisation": str, "verified": bool,
}  # fmt: skip
_ATTACHMENT = {"name": str, "type": str, "content": str}
_TYPES = {str: "a text", dict: "an object", list: "a list", bool: "true or false", int: "a number"}
_LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Brought:
    """One message of a customer, as a gateway tells of it."""

    text: str
    external_id: str = ""
    address: str = ""
    """The customer as tickets name them: a mail address, else a handle (`line:U4af`), else `tel:` and a number."""
    name: str = ""
    phone: str = ""
    organisation: str = ""
    others: tuple[str, ...] = ()
    """Further addresses and handles of the same person; only where the gateway has verified that."""
    is_verified: bool = False
    """Whether the gateway says that the address is this person's."""
    department: str = ""
    subject: str = ""
    channel: str = "api"
    language: str = ""
    at: datetime | None = None
    changes: tuple[tuple[str, str], ...] = ()
    """Fields that are set at once, as `ticketd set` takes them."""
    tags: tuple[str, ...] = ()
    acknowledged: bool = True
    joins: bool = False
    ticket: int = 0
    attachments: tuple[Attachment, ...] = ()


@dataclass(slots=True)
class _Reading:
    """One object, and what is wrong with it."""

    values: dict[str, Any]
    faults: list[str] = field(default_factory=list)

    def text(self, key: str, into: Mapping[str, Any] | None = None) -> str:
        value = (self.values if into is None else into).get(key, "")
        return clean_text(value).strip() if isinstance(value, str) else ""

    def listed(self, key: str, allowed: Sequence[str], default: str) -> str:
        word = known_word(self.text(key)) or default
        if word and word not in allowed:
            self.faults.append(f"{key}: '{word}' is none; use one of {', '.join(allowed)}")
        return word


def read_object(
    value: object, departments: Sequence[str], languages: Sequence[str], now: datetime
) -> Brought | list[str]:
    """A message, or one sentence for each fault."""
    if not isinstance(value, dict):
        return ['this is no object; write {"customer": {…}, "department": "…", "text": "…"}']
    read = _Reading(value)
    _keys(read, value, _KEYS, "")
    customer = value.get("customer")
    person = customer if isinstance(customer, dict) else {}
    _keys(read, person, _CUSTOMER, "customer.")
    address, others = _who(read, person)
    text, number = read.text("text"), value.get("ticket")
    if not text:
        read.faults.append("text: it is missing, or empty")
    department = read.text("department")
    if department not in departments and not (number and not department):
        read.faults.append(
            f"department: '{department}' is none; use one of {', '.join(departments)}"
        )
    if len(read.text("external_id")) > _LONGEST_ID:
        read.faults.append(f"external_id: at most {_LONGEST_ID} signs")
    first = next(iter(text.splitlines()), "")
    brought = Brought(
        text=text,
        external_id=read.text("external_id"),
        address=address,
        name=header_text(read.text("name", person)),
        phone=phone_number(read.text("phone", person)),
        organisation=header_text(read.text("organisation", person)),
        others=others,
        is_verified=person.get("verified") is True,
        department=department,
        subject=header_text(read.text("subject") or first, 120),
        channel=read.listed("channel", CHANNELS, "api"),
        language=read.listed("language", languages, ""),
        at=_moment(read, now),
        changes=_changes(read),
        tags=_tags(read),
        acknowledged=value.get("ack", True) is True,
        joins=value.get("join") is True,
        ticket=number if isinstance(number, int) and not isinstance(number, bool) else 0,
        attachments=_files(read),
    )
    return read.faults or brought


def _keys(read: _Reading, given: Mapping[str, Any], known: Mapping[str, type], where: str) -> None:
    for key, value in given.items():
        wanted = known.get(key)
        if wanted is None:
            read.faults.append(f"{where}{key}: there is no such key; there are {', '.join(known)}")
        elif value is not None and (
            not isinstance(value, wanted) or (wanted is int and isinstance(value, bool))
        ):
            read.faults.append(f"{where}{key}: it has to be {_TYPES[wanted]}")


def _who(read: _Reading, person: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """How tickets name the customer, and what else the same person is known by."""
    address, handle = normalise(read.text("address", person)), read.text("handle", person)
    phone = read.text("phone", person)
    if address and not is_address(address):
        read.faults.append(f"customer.address: '{address}' is no mail address")
    if handle and not is_handle(handle):
        read.faults.append(
            f"customer.handle: '{handle}' is none; write the service in front: line:U4af4980629"
        )
    if phone and not phone_number(phone):
        read.faults.append(f"customer.phone: '{phone}' is no number; write +66 81 234 5678")
    number = f"tel:{phone_number(phone)}" if phone_number(phone) else ""
    names = [name for name in (address, handle, number) if name]
    if not names:
        read.faults.append("customer: an address, a handle or a phone number is needed")
        return "", ()
    # Whoever types an address into a form has not proven it.
    return names[0], tuple(names[1:]) if person.get("verified") is True else ()


def _moment(read: _Reading, now: datetime) -> datetime | None:
    text = read.text("at")
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        read.faults.append(f"at: '{text}' is no moment with its offset: 2026-11-25T09:00:00+07:00")
        return None
    return min(at, now)


def _changes(read: _Reading) -> tuple[tuple[str, str], ...]:
    given = read.values.get("fields")
    own = given if isinstance(given, dict) else {}
    for name, value in own.items():
        if isinstance(value, dict | list):
            read.faults.append(f"fields.{name}: it has to be a text or a number")
    found = [
        ("priority", read.listed("priority", PRIORITIES, "")),
        ("severity", read.listed("severity", SEVERITIES, "")),
        *((str(name), str(value)) for name, value in own.items()),
    ]
    return tuple((name, value) for name, value in found if value)


def _tags(read: _Reading) -> tuple[str, ...]:
    given = read.values.get("tags")
    words = tuple(f"+{tag}" for tag in given) if isinstance(given, list) else ()
    try:
        tag_changes(words)
    except Refused:
        read.faults.append("tags: a tag is a word of at most 40 signs, without + - # : and commas")
    return words


def _files(read: _Reading) -> tuple[Attachment, ...]:
    given = read.values.get("attachments")
    found = []
    for at, file in enumerate(given if isinstance(given, list) else []):
        if not isinstance(file, dict):
            read.faults.append(f"attachments[{at}]: it has to be an object")
            continue
        _keys(read, file, _ATTACHMENT, f"attachments[{at}].")
        try:
            content = base64.b64decode(read.text("content", file), validate=True)
        except (binascii.Error, ValueError):
            read.faults.append(f"attachments[{at}].content: it is no base64")
            continue
        kind = read.text("type", file) or "application/octet-stream"
        found.append(Attachment(file_name(read.text("name", file)), header_text(kind), content))
    return tuple(found)
