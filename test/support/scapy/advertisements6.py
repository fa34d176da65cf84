"""Advertisements over IPv6. Scapy's VRRP layer knows no IPv6 addresses: the message is laid out here,
and what is around it, with the checksum, is scapy's.
"""

import struct

from scapy.layers.inet6 import IPv6, IPv6ExtHdrFragment, in6_chksum
from scapy.layers.l2 import Ether
from scapy.packet import Padding, Raw
from scapy.utils import checksum
from scapy.pton_ntop import inet_pton
from socket import AF_INET6

GROUP = "ff02::12"
GROUP_MAC = "33:33:00:00:00:12"
ALL_NODES = "ff02::1"
ALL_NODES_MAC = "33:33:00:00:00:01"
VRRP_PROTOCOL = 112


class Builder6:
    """Frames from `source` about the virtual router of a lab, with its two addresses."""

    def __init__(self, scene):
        self.source = scene["source"]
        self.mac = scene["mac"]
        self.addresses = scene["addresses"]
        self.router = scene["router"]
        self.router_mac = scene["router_mac"]
        self.vrid = scene["vrid"]
        self.interval = scene["interval"]

    def ip(self, **fields):
        common = {"src": self.source, "dst": GROUP, "hlim": 255, "nh": VRRP_PROTOCOL}
        return IPv6(**{**common, **fields})

    def blank(self, **fields):
        """A message whose checksum is 0."""
        given = {"first": 0x31, "vrid": self.vrid, "priority": 254, "reserved": 0, **fields}
        addresses = given.get("addresses", self.addresses)
        count = given.get("count", len(addresses))
        interval = given["reserved"] << 12 | given.get("interval", self.interval)
        head = (given["first"], given["vrid"], given["priority"], count, interval, 0)
        return struct.pack("!BBBBHH", *head) + b"".join(inet_pton(AF_INET6, a) for a in addresses)

    def summed(self, blank, ip=None):
        total = in6_chksum(VRRP_PROTOCOL, ip or self.ip(), blank)
        return blank[:6] + total.to_bytes(2, "big") + blank[8:]

    def message(self, **fields):
        return self.summed(self.blank(**fields))

    def frame(self, packet, mac=GROUP_MAC):
        return bytes(Ether(src=self.mac, dst=mac) / packet)

    def raw(self, message, mac=GROUP_MAC, **fields):
        return self.frame(self.ip(**fields) / Raw(message), mac)

    def right(self, mac=GROUP_MAC, **fields):
        """A message that is right, checksum included, in a header that may be wrong."""
        ip = self.ip(**fields)
        return self.frame(ip / Raw(self.summed(self.blank(), self.ip(**fields))), mac)


def header_cases(make):
    message = make.message()
    fragment = {"nh": VRRP_PROTOCOL, "id": 11}
    first = IPv6ExtHdrFragment(m=1, offset=0, **fragment) / Raw(message[:8])
    last = IPv6ExtHdrFragment(m=0, offset=1, **{**fragment, "id": 12}) / Raw(message[8:])
    return {
        "hop limit 254": make.right(hlim=254),
        "hop limit 1": make.right(hlim=1),
        "hop limit 0": make.right(hlim=0),
        "IP version 4 in the header": make.right(version=4),
        "payload length cuts the message": make.raw(message, plen=len(message) - 16),
        "payload length beyond the frame": make.raw(message, plen=len(message) + 40),
        "payload length of zero": make.raw(message, plen=0),
        "first fragment alone": make.frame(make.ip(nh=44) / first),
        "last fragment alone": make.frame(make.ip(nh=44) / last),
        "of another protocol": make.raw(message, nh=113),
        "to all nodes": make.right(ALL_NODES_MAC, dst=ALL_NODES),
        "to the router alone": make.right(make.router_mac, dst=make.router),
        "from the address of loopback": make.right(src="::1"),
        "from a group": make.right(src=GROUP),
        "from the router's own address": make.right(src=make.router),
    }


def message_cases(make):
    message = make.message()
    blank = make.blank()
    changes = {
        "version 2": {"first": 0x21},
        "version 4": {"first": 0x41},
        "type 2": {"first": 0x32},
        "another VRID": {"vrid": make.vrid + 1},
        "VRID 0": {"vrid": 0},
        "count 0": {"count": 0},
        "count 3 and two addresses": {"count": 3},
        "count 255 and two addresses": {"count": 255},
        "interval 0": {"interval": 0},
        "first address not link-local": {"addresses": make.addresses[::-1]},
        "no address": {"addresses": []},
    }
    raw = {
        "checksum 0": blank,
        "checksum over the message alone": blank[:6] + checksum(blank).to_bytes(2, "big") + blank[8:],
        "one bit of the checksum wrong": message[:7] + bytes([message[7] ^ 1]) + message[8:],
        "one bit of the priority wrong": message[:2] + bytes([message[2] ^ 1]) + message[3:],
        "trailing bytes that no checksum covers": message + b"\xa5" * 8,
        "nothing but zeros": bytes(40),
        "nothing but ones": b"\xff" * 1400,
    }
    cut = {f"cut to {length} bytes": message[:length] for length in range(8)}
    short = {f"cut to {size} bytes": make.summed(blank[:size]) for size in (8, 9, 16, 24, 39)}
    return {
        **{name: make.raw(make.message(**change)) for name, change in changes.items()},
        **{name: make.raw(part) for name, part in {**raw, **cut, **short}.items()},
    }


def hostile6(scene):
    make = Builder6(scene)
    return {**header_cases(make), **message_cases(make)}


def unusual6(scene):
    make = Builder6(scene)
    others = ["fe80::dead", "2001:db8:178::beef", "2001:db8:178::cafe"]
    return {
        "plain": make.raw(make.message()),
        "frame padded with noise": make.frame(
            make.ip(plen=len(make.message())) / Raw(make.message()) / Padding(b"\xa5" * 20)
        ),
        "reserved bits set": make.raw(make.message(reserved=15)),
        "another address list": make.raw(make.message(addresses=others)),
        "the link-local address alone": make.raw(make.message(addresses=make.addresses[:1])),
        "from the address owner": make.raw(make.message(priority=255)),
        "of another traffic class and flow": make.right(tc=0, fl=0xBEEF),
    }
