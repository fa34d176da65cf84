"""Puts frames on the wire, from a host of the lab: python3 inject.py SCENE, which is JSON.

`kind` names the frames of advertisements.py; each is sent `copies` times, then follows a pause.
With `rate`, one frame alone, `name`, is sent that many times a second. Says as JSON, a line each,
when what was sent (CLOCK_MONOTONIC in milliseconds).
"""

import json
import socket
import sys
import time

from advertisements import cases

MOST_FRAMES = 100_000
# At once: more than that may be more than the receiver's queue takes.
BURST = 200


def now():
    return time.monotonic() * 1000


def say(**line):
    print(json.dumps(line), flush=True)


def send_each(wire, frames, copies, pause):
    for name, frame in frames.items():
        say(name=name, at=now())
        for _ in range(copies):
            wire.send(frame)
        time.sleep(pause)


def flood(wire, frame, rate, seconds):
    """Scapy's own loop is too slow for this. What a stop of the machine delays is made up for."""
    total = min(int(rate * seconds), MOST_FRAMES)
    start = time.monotonic()
    sent = 0
    while sent < total:
        due = min(total, int((time.monotonic() - start) * rate) + 1, sent + BURST)
        for _ in range(due - sent):
            wire.send(frame)
        sent = due
        time.sleep(0.001)
    say(name="flood", at=now(), sent=sent, took=time.monotonic() - start)


def main():
    scene = json.loads(sys.argv[1])
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    wire.bind((scene["interface"], 0))
    frames = cases(scene)
    if "rate" in scene:
        flood(wire, frames[scene["name"]], scene["rate"], scene["seconds"])
    else:
        send_each(wire, frames, scene["copies"], scene["pause"])


main()
