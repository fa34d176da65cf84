"""Advertisements as scapy builds them, by name: those that no router may believe, those that look
unusual and have to be believed, and those that are answered. Where nothing else is said they are of
the highest priority: who believes one falls silent.
"""

from advertisements6 import hostile6, unusual6
from scapy.layers.inet import IP, IPOption, IPOption_NOP
from scapy.layers.l2 import Ether
from scapy.layers.vrrp import VRRP, VRRPv3
from scapy.packet import Padding, Raw
from scapy.utils import checksum

GROUP = "224.0.0.18"
GROUP_MAC = "01:00:5e:00:00:12"
VRRP_PROTOCOL = 112


class Builder:
    """Frames from `source` about the virtual router of a lab."""

    def __init__(self, scene):
        self.source = scene["source"]
        self.mac = scene["mac"]
        self.address = scene["address"]
        self.router = scene["router"]
        self.router_mac = scene["router_mac"]
        self.vrid = scene["vrid"]
        self.interval = scene["interval"]  # hundredths of a second, or seconds in version 2

    def ip(self, **fields):
        return IP(**{"src": self.source, "dst": GROUP, "ttl": 255, "proto": VRRP_PROTOCOL, **fields})

    def v3(self, **fields):
        common = {"vrid": self.vrid, "priority": 254, "adv": self.interval}
        return VRRPv3(**{**common, "addrlist": [self.address], **fields})

    def v2(self, password=b"", **fields):
        data = password.ljust(8, b"\0")
        halves = {"auth1": int.from_bytes(data[:4], "big"), "auth2": int.from_bytes(data[4:], "big")}
        common = {"vrid": self.vrid, "priority": 254, "adv": self.interval}
        kind = {"authtype": 1 if password else 0}
        return VRRP(**{**common, **kind, **halves, "addrlist": [self.address], **fields})

    def message(self, layer):
        """The bytes of a message alone, with the checksum that it has in `ip()`."""
        return bytes(self.ip() / layer)[20:]

    def frame(self, packet, mac=GROUP_MAC):
        return bytes(Ether(src=self.mac, dst=mac) / packet)

    def raw(self, message, **fields):
        return self.frame(self.ip(**fields) / Raw(message))


def summed(message):
    """The message with a right checksum over itself alone, which version 3 routers send too."""
    blank = message[:6] + b"\0\0" + message[8:]
    return blank[:6] + checksum(blank).to_bytes(2, "big") + blank[8:]


def header_cases(make, layer):
    """What is wrong below VRRP, around a message that is right."""
    message = make.message(layer)
    source_of_router = make.ip(src=make.router)
    return {
        "time to live 254": make.frame(make.ip(ttl=254) / layer),
        "time to live 1": make.frame(make.ip(ttl=1) / layer),
        "time to live 0": make.frame(make.ip(ttl=0) / layer),
        "IP version 6 in the header": make.frame(make.ip(version=6) / layer),
        "header of four words": make.raw(message, ihl=4),
        "header longer than the packet": make.raw(message, ihl=15),
        "header checksum wrong": make.frame(make.ip(chksum=0x1234) / layer),
        "total length cuts the message": make.raw(message, len=20 + len(message) - 4),
        "total length beyond the frame": make.raw(message, len=20 + len(message) + 40),
        "total length of the header alone": make.raw(message, len=20),
        "total length of zero": make.raw(message, len=0),
        "first fragment alone": make.raw(message[:8], flags="MF", id=11),
        "last fragment alone": make.raw(message[8:], frag=1, id=12),
        "whole, but marked as a fragment": make.raw(message, flags="MF", id=13),
        "to another group": make.frame(make.ip(dst="224.0.0.5") / layer, "01:00:5e:00:00:05"),
        "to the router alone": make.frame(make.ip(dst=make.router) / layer, make.router_mac),
        "to everybody": make.frame(make.ip(dst="255.255.255.255") / layer, "ff:ff:ff:ff:ff:ff"),
        "of another protocol": make.raw(message, proto=113),
        "from an address of loopback": make.frame(make.ip(src="127.0.0.1") / layer),
        "from a group": make.frame(make.ip(src=GROUP) / layer),
        "from the router's own address": make.frame(source_of_router / layer),
    }


def cut_cases(make, layer):
    message = make.message(layer)
    cut = {f"cut to {length} bytes": message[:length] for length in range(8)}
    # From eight bytes on there is room for a checksum, so that only the length is wrong.
    whole = {f"cut to {length} bytes": summed(message[:length]) for length in range(8, len(message))}
    return {name: make.raw(part) for name, part in {**cut, **whole}.items()}


def hostile_v3(make):
    message = make.message(make.v3())
    many = make.message(make.v3(ipcount=255))
    fields = {
        "version 4": {"version": 4},
        "version 0": {"version": 0},
        "version 15": {"version": 15},
        "type 0": {"type": 0},
        "type 2": {"type": 2},
        "another VRID": {"vrid": make.vrid + 1},
        "VRID 0": {"vrid": 0},
        "count 0": {"ipcount": 0},
        "count 0 and no address": {"ipcount": 0, "addrlist": []},
        "count 2 and one address": {"ipcount": 2},
        "count 255 and one address": {"ipcount": 255},
        "interval 0": {"adv": 0},
        "checksum 0": {"chksum": 0},
        "checksum 0xffff": {"chksum": 0xFFFF},
    }
    raw = {
        "one bit of the checksum wrong": message[:7] + bytes([message[7] ^ 1]) + message[8:],
        "one bit of the priority wrong": message[:2] + bytes([message[2] ^ 1]) + message[3:],
        "trailing bytes that no checksum covers": message + b"\xa5" * 8,
        "a jumbo of bytes behind the message": message + b"\xa5" * 1400,
        "count 255, right over itself": summed(many),
        "version 2 relabelled": b"\x31" + make.message(make.v2(adv=1))[1:],
        "nothing but zeros": bytes(12),
        "nothing but ones": b"\xff" * 1400,
    }
    return {
        **header_cases(make, make.v3()),
        **cut_cases(make, make.v3()),
        **{name: make.frame(make.ip() / make.v3(**change)) for name, change in fields.items()},
        **{name: make.raw(part) for name, part in raw.items()},
        "version 2 on a router of version 3": make.frame(make.ip() / make.v2(adv=1)),
    }


def hostile_v2(make):
    password = b"1111"
    good = make.v2(password)
    return {
        **header_cases(make, good),
        **cut_cases(make, good),
        "another password": make.frame(make.ip() / make.v2(b"1112")),
        "a longer password": make.frame(make.ip() / make.v2(b"11111")),
        "no password": make.frame(make.ip() / make.v2()),
        "authentication header (type 2)": make.frame(make.ip() / make.v2(password, authtype=2)),
        "another interval": make.frame(make.ip() / make.v2(password, adv=make.interval + 1)),
        "interval 0": make.frame(make.ip() / make.v2(password, adv=0)),
        "count 0": make.frame(make.ip() / make.v2(password, ipcount=0)),
        "count 255": make.frame(make.ip() / make.v2(password, ipcount=255)),
        "checksum 0": make.frame(make.ip() / make.v2(password, chksum=0)),
        "version 3 on a router of version 2": make.frame(make.ip() / make.v3(adv=100)),
    }


def unusual_v3(make):
    message = make.message(make.v3())
    packet = make.ip() / make.v3()
    options = [IPOption_NOP(), IPOption_NOP(), IPOption_NOP(), IPOption_NOP()]
    alert = [IPOption(copy_flag=1, optclass=0, option=20, length=4, value=b"\0\0")]
    return {
        "plain": make.frame(packet),
        "checksum over the message alone": make.raw(summed(message)),
        "frame padded with zeros": make.frame(packet / Padding(bytes(14))),
        "frame padded with noise": make.frame(packet / Padding(b"\xa5" * 40)),
        "IP options: no operation": make.frame(make.ip(options=options) / make.v3()),
        "IP option: router alert": make.frame(make.ip(options=alert) / make.v3()),
        "reserved bits set": make.frame(make.ip() / make.v3(res=15)),
        "another address list": make.frame(
            make.ip() / make.v3(addrlist=["192.0.2.1", "192.0.2.2", "192.0.2.3"])
        ),
        "255 addresses": make.frame(make.ip() / make.v3(addrlist=[make.address] * 255)),
        "from the address owner": make.frame(make.ip() / make.v3(priority=255)),
        "must not be fragmented": make.frame(make.ip(flags="DF") / make.v3()),
    }


def unusual_v2(make):
    packet = make.ip() / make.v2(b"1111")
    return {
        "plain": make.frame(packet),
        "frame padded with noise": make.frame(packet / Padding(b"\xa5" * 10)),
        "another address list": make.frame(make.ip() / make.v2(b"1111", addrlist=["192.0.2.1"])),
    }


def answered_v3(make):
    """What an Active Router answers with an Advertisement: RFC 9568, 6.4.3."""
    return {
        "priority 0": make.frame(make.ip() / make.v3(priority=0)),
        "a lower priority": make.frame(make.ip() / make.v3(priority=1)),
    }


kinds6 = {"hostile 3 over IPv6": hostile6, "unusual 3 over IPv6": unusual6}


def cases(scene):
    """Every frame of a kind, by its name."""
    if scene["kind"] in kinds6:
        return kinds6[scene["kind"]](scene)
    kinds = {
        "hostile 3": hostile_v3,
        "hostile 2": hostile_v2,
        "unusual 3": unusual_v3,
        "unusual 2": unusual_v2,
        "answered 3": answered_v3,
    }
    return kinds[scene["kind"]](Builder(scene))
