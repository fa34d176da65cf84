/**
 * Runs on the client of a lab, started by packets.ts: sends IPv4 packets of one protocol with the
 * payloads that it is given, at most a few hundred, and ends.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { ipAddressToBytes, parseIpAddress, type IpAddress } from "#base/ip-address.ts";

export interface PacketBatch {
  /** Own address, which says the interface too. */
  readonly source: string;
  readonly destination: string;
  readonly protocol: number;
  readonly timeToLive: number;
  /** Hexadecimal; what follows the IP header. */
  readonly payloads: readonly string[];
}

const mostPackets = 500;

/** From ip(7) and linux/in.h; level and options are numbers for raw-socket. */
const ipProtocolLevel = 0;
const multicastInterface = 32;
const multicastTimeToLive = 33;
const timeToLive = 2;

interface RawSocket {
  setOption(level: number, option: number, value: Buffer | number, length?: number): void;
  send(
    buffer: Buffer,
    offset: number,
    length: number,
    address: string,
    done: (error: Error | null) => void,
  ): void;
  close(): void;
}

function openSocket(batch: PacketBatch): RawSocket {
  const raw = createRequire(import.meta.url)("raw-socket") as {
    createSocket(options: { protocol: number }): RawSocket;
  };
  const socket = raw.createSocket({ protocol: batch.protocol });
  const source = parseIpAddress(batch.source) as IpAddress;
  const address = Buffer.from(ipAddressToBytes(source));
  socket.setOption(ipProtocolLevel, multicastInterface, address, address.length);
  socket.setOption(ipProtocolLevel, multicastTimeToLive, batch.timeToLive);
  socket.setOption(ipProtocolLevel, timeToLive, batch.timeToLive);
  return socket;
}

function sendOne(socket: RawSocket, payload: Buffer, destination: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(payload, 0, payload.length, destination, (error) => {
      // raw-socket calls back without draining the microtasks: nothing awaited would go on.
      setImmediate(() => (error ? reject(error) : resolve()));
    });
  });
}

const batch = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as PacketBatch;
const socket = openSocket(batch);
for (const payload of batch.payloads.slice(0, mostPackets)) {
  await sendOne(socket, Buffer.from(payload, "hex"), batch.destination);
}
socket.close();
