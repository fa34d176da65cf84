import { loadNative } from "./native-loader.ts";

/** Something that the addon holds open; close it with `closeHandle`. */
export type NativeHandle = object & { readonly __kind: "native-handle" };

/** The addon in src/linux/native; gatepair.h says the same in C. Errors come as -errno. */
export interface GatepairNative {
  bootTime(): number;
  sdNotify(socketPath: string, message: string): number;
  openRawIpv6(
    interfaceIndex: number,
    protocol: number,
    group: Uint8Array,
    filter: Uint8Array,
    onPacket: (packetOrErrno: Uint8Array | number) => void,
  ): NativeHandle;
  sendRawIpv6(handle: NativeHandle, packet: Uint8Array): number;
  openPacketSocket(
    interfaceIndex: number,
    etherType: number,
    filter: Uint8Array,
    onFrame: (frameOrErrno: Uint8Array | number) => void,
  ): NativeHandle;
  filterFrames(handle: NativeHandle, filter: Uint8Array): number;
  sendFrame(handle: NativeHandle, frame: Uint8Array): number;
  openProcess(pid: number, onExit: () => void): NativeHandle;
  signalProcess(handle: NativeHandle, signal: number): number;
  preventInheritance(): number;
  trimMemory(): void;
  closeHandle(handle: NativeHandle): void;
}

let loaded: GatepairNative | undefined;

/** The addon, loaded at the first call. */
export function gatepairNative(): GatepairNative {
  loaded ??= loadNative("gatepair") as GatepairNative;
  return loaded;
}
