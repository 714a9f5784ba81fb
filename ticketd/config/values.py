"""What the values of the configuration may be, and the sentence for each that may not."""

import difflib
import re
from datetime import date, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict

from ticketd.config import hours
from ticketd.core.addresses import is_address, normalise
from ticketd.core.calendars import Interval
from ticketd.core.errors import Refused
from ticketd.core.reports.schedule import AGENTS, LEADS, parse_every
from ticketd.core.reports.sections import NAMES
from ticketd.core.signatures import why_no_signature

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_SIZES = {"": 1, "B": 1, "KB": 1000, "MB": 1000**2, "GB": 1000**3, "KIB": 1024, "MIB": 1024**2, "GIB": 1024**3,
          "K": 1024, "M": 1024**2, "G": 1024**3}  # fmt: skip


def _duration(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    match = re.fullmatch(r"\s*([0-9]{1,9})\s*([smhdw])\s*", str(value))
    if not match:
        raise ValueError(
            f"'{value}' is no length of time; write a number and s, m, h, d or w: 60s, 30d"
        )
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


def _within(value: Any) -> Any:
    """A length of time, or the words for none and for every one."""
    if str(value).lower() in {"never", "always"}:
        return timedelta(0) if str(value).lower() == "never" else timedelta(days=36_500)
    return _duration(value)


def _size(value: Any) -> Any:
    match = re.fullmatch(r"\s*([0-9]{1,15})\s*([KMG]?I?B?)\s*", str(value), re.IGNORECASE)
    if not match or match[2].upper() not in _SIZES:
        raise ValueError(f"'{value}' is no size; write a number and a unit: 64MiB")
    return int(match[1]) * _SIZES[match[2].upper()]


def _address(value: Any) -> Any:
    address = normalise(str(value))
    if not is_address(address):
        raise ValueError(f"'{value}' is no mail address; write one as name@example.com")
    return address


def _sender(value: Any) -> Any:
    return _domain_of_senders(value) if str(value).startswith("@") else _address(value)


def _domain_of_senders(value: Any) -> str:
    return f"@{_domain(str(value)[1:])}"


def _domain(value: Any) -> Any:
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", str(value)):
        raise ValueError(
            f"'{value}' is no domain; write one as tickets.example.com, in small letters"
        )
    return str(value)


def _name(value: Any) -> Any:
    if len(str(value)) > 40 or re.search(r"[\[\]#\x00-\x1f]", str(value)):
        raise ValueError(
            f"'{value}' cannot stand in a subject; at most 40 signs, and none of [ ] #"
        )
    return str(value)


def _zone(value: Any) -> Any:
    try:
        ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"'{value}' is no time zone; write one as Asia/Bangkok") from None
    return str(value)


def _listen(value: Any) -> Any:
    places = value if isinstance(value, list) else [] if value is None else [value]
    for place in places:
        if not re.fullmatch(r"/.+|(?:\[[0-9a-fA-F:.]+\]|[^:/\s]*):[0-9]{1,5}", str(place)):
            raise ValueError(
                f"'{place}' is no place to listen on; write host:port or a socket's full path"
            )
    return tuple(map(str, places))


def _signature(value: Any) -> Any:
    why = why_no_signature(str(value))
    if why:
        raise ValueError(why)
    return str(value)


def _one_place(value: Any) -> Any:
    if isinstance(value, list):
        raise ValueError("one place is enough: write host:port or a socket's full path")  # noqa: TRY004 - pydantic's
    return _listen(value)


def _every(value: Any) -> Any:
    try:
        parse_every(str(value))
    except Refused as error:
        raise ValueError(str(error)) from None
    return str(value)


def _reader(value: Any) -> Any:
    return value if value in {AGENTS, LEADS} else _address(value)


def _section(value: Any) -> Any:
    if value not in NAMES:
        near = difflib.get_close_matches(str(value), NAMES, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(NAMES)}"
        raise ValueError(f"there is no report '{value}'; {hint}")
    return value


def _several(value: Any) -> Any:
    """One alone needs no list."""
    return value if isinstance(value, list | tuple) else [value]


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Within = Annotated[timedelta, BeforeValidator(_within)]
Size = Annotated[int, BeforeValidator(_size)]
AddressText = Annotated[str, BeforeValidator(_address)]
Sender = Annotated[str, BeforeValidator(_sender)]
Domain = Annotated[str, BeforeValidator(_domain)]
Name = Annotated[str, BeforeValidator(_name)]
Zone = Annotated[str, BeforeValidator(_zone)]
Signature = Annotated[str, BeforeValidator(_signature)]
Places = Annotated[tuple[str, ...], BeforeValidator(_listen)]
BusinessTime = Annotated[timedelta, BeforeValidator(hours.business_time)]
Week = Annotated[tuple[tuple[Interval, ...], ...], BeforeValidator(hours.week)]
Days = Annotated[tuple[date | str, ...], BeforeValidator(hours.days)]
Customers = Annotated[tuple[str, ...], BeforeValidator(hours.customers)]
Place = Annotated[tuple[str, ...], BeforeValidator(_one_place)]


Every = Annotated[str, BeforeValidator(_every)]
Readers = Annotated[tuple[Annotated[str, BeforeValidator(_reader)], ...], BeforeValidator(_several)]
Sections = Annotated[
    tuple[Annotated[str, BeforeValidator(_section)], ...], BeforeValidator(_several)
]


class Section(BaseModel):
    """Unknown keys are faults; values that are wrong never stand in the message as a whole."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
