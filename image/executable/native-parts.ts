import type { NativePart } from "#linux/native-loader.ts";

interface NativeSource {
  /** The folder with binding.gyp, from the top of the repository. */
  readonly directory: string;
  /** A patch kept here for a package that needs mending before it is compiled. */
  readonly patch?: string;
  /** What node-gyp makes, from `directory`. */
  readonly output: string;
}

/** The compiled parts: how each is built, and the assets of the executable. */
export const nativeParts: Readonly<Record<NativePart, NativeSource>> = {
  gatepair: {
    directory: "src/linux/native",
    output: "build/Release/gatepair.node",
  },
  netlink: {
    directory: "node_modules/netlink",
    patch: "src/linux/native/patches/netlink.patch",
    output: "build/Release/netlink_binding.node",
  },
  raw: {
    directory: "node_modules/raw-socket",
    patch: "src/linux/native/patches/raw-socket.patch",
    output: "build/Release/raw.node",
  },
};
