"""Owns network addresses: of hosts, of networks and of cards, checked as the database would."""

from __future__ import annotations

import ipaddress
import re

from desktop.schema.describe import Column
from desktop.values.base import BadValue, BaseKind, quoted
from desktop.values.locale import Locale

_ADDRESS = re.compile(r"[0-9a-fA-F:.]+(?:/\d{1,3})?\Z")
_CARD = re.compile(r"[0-9a-fA-F]+(?:[:.-][0-9a-fA-F]+)*\Z")


class NetworkKind(BaseKind):
    """inet, cidr, macaddr and macaddr8 as the database's own text."""

    def parse(self, text: str, column: Column, locale: Locale) -> object:
        """The address as text, or None for nothing; BadValue for anything else."""
        text = text.strip()
        if not text:
            return None
        if column.type_name.startswith("macaddr"):
            return _card(text, 16 if column.type_name == "macaddr8" else 12)
        return _network(text) if column.type_name == "cidr" else _host(text)


def _host(text: str) -> str:
    try:
        if _ADDRESS.match(text):
            ipaddress.ip_interface(text)
            return text
    except ValueError:
        pass  # told below, in the same words as what does not even look like one
    raise BadValue(f"{quoted(text)} is not a network address; write it like 192.0.2.1 or 2001:db8::1/64.")


def _network(text: str) -> str:
    try:
        if _ADDRESS.match(text):
            interface = ipaddress.ip_interface(text)
            if interface.ip != interface.network.network_address:
                raise BadValue(
                    f"{quoted(text)} is one address in a network; the network is {interface.network}."
                )
            return text
    except ValueError as error:
        if isinstance(error, BadValue):
            raise
    raise BadValue(f"{quoted(text)} is not a network; write it like 192.0.2.0/24 or 2001:db8::/32.")


def _card(text: str, digits: int) -> str:
    found = len(re.sub("[:.-]", "", text))
    if _CARD.match(text) and found in (12, digits):
        return text
    raise BadValue(f"{quoted(text)} is not a hardware address; write it like 08:00:2b:01:02:03.")
