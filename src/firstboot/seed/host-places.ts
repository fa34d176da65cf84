import { join } from "node:path";

/** Where the host shows its devices and what it was started with; tests have their own. */
export interface HostPlaces {
  readonly blockDevices: string;
  readonly devices: string;
  /** The drivers of sticks and disks on USB, with what they are bound to. */
  readonly usbDrivers: readonly string[];
  readonly smbiosSerial: string;
  readonly commandLine: string;
  /** The first that is there is used. */
  readonly credentials: readonly string[];
}

/** Below `root`, which is a directory of its own in tests. */
export function hostPlaces(environment: NodeJS.ProcessEnv, root: string): HostPlaces {
  const ofUnit = environment["CREDENTIALS_DIRECTORY"];
  return {
    blockDevices: join(root, "/sys/class/block"),
    devices: join(root, "/dev"),
    usbDrivers: ["usb-storage", "uas"].map((name) => join(root, "/sys/bus/usb/drivers", name)),
    smbiosSerial: join(root, "/sys/class/dmi/id/product_serial"),
    commandLine: join(root, "/proc/cmdline"),
    // Credentials of the unit, else those that were given to the whole system (systemd.exec(5)).
    credentials: [
      ...(ofUnit === undefined ? [] : [ofUnit]),
      join(root, "/run/credentials/@system"),
    ],
  };
}
