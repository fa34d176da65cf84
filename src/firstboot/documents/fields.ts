import * as z from "zod";

import { text } from "#config/schema/fields.ts";

/** Accepted, listed, and without effect. */
export function ignored() {
  return z.unknown().optional();
}

/** A key that is known and never accepted; `instead` says what is. */
export function refused(instead: string) {
  return z.undefined(instead).optional();
}

const yes = [true, "yes", "Yes", "YES", "on", "On", "ON", "true", "True"] as const;
const no = [false, "no", "No", "NO", "off", "Off", "OFF", "false", "False"] as const;

/** As YAML 1.1 has it, which cloud-init reads and its users write. */
export function yesOrNo() {
  return z
    .literal([...yes, ...no], "true or false")
    .transform((value) => (yes as readonly unknown[]).includes(value));
}

/** RFC 1123, 2.1; 64 characters is what Linux keeps (hostname(7)). */
export function hostName() {
  return text(
    "a host name of letters, digits, hyphens and dots, at most 64 characters",
    /^(?=.{1,64}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/,
  );
}

/** What useradd(8) accepts. */
export function userName() {
  return text("a user name of lower-case letters, digits, - and _", /^[a-z_][a-z0-9_-]{0,31}$/);
}

const keyTypes =
  "ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\\.com";

/** A line of authorized_keys (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"). */
export function sshKey() {
  return text(
    "a public SSH key on one line, such as ssh-ed25519 AAAA... name",
    new RegExp(`^(?:[^\\n]+ )?(?:${keyTypes}) [A-Za-z0-9+/]{16,}={0,3}(?: [^\\n]*)?\\n?$`),
  ).transform((key) => key.trim());
}

export const hashAccepted = "a password hash as `mkpasswd --method=yescrypt` prints it, in quotes";
const hashPattern = /^\$(?:y|gy|7|2[abxy]|5|6)\$[./A-Za-z0-9$=,]{8,500}$/;

/** Of crypt(5), without the methods that are broken. */
export function passwordHash() {
  return text(hashAccepted, hashPattern);
}

/** ECMAScript's own list of zones is that of the system's tzdata, and at hand without reading files. */
export function timezone() {
  return text("a time zone such as Europe/Rome or UTC", /^[A-Za-z0-9_+/-]{1,64}$/).refine(
    isTimezone,
    {
      error: "a time zone such as Europe/Rome or UTC",
    },
  );
}

/** In Node since version 26, unknown to TypeScript as yet. */
declare const Temporal: {
  readonly ZonedDateTime: new (
    nanoseconds: bigint,
    timeZone: string,
  ) => { readonly timeZoneId: string };
};

function isTimezone(name: string): boolean {
  if (/^[+-]/.test(name)) return false;
  try {
    // Files are found by their exact name; ECMAScript forgives upper and lower case.
    return new Temporal.ZonedDateTime(0n, name).timeZoneId === name;
  } catch {
    return false;
  }
}

export function serverName() {
  return text("a host name or an IP address", /^[A-Za-z0-9.:_-]{1,253}$/);
}

/** One or more certificates in PEM (RFC 7468). */
export function certificates() {
  return text(
    "a certificate in PEM, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----",
    /^\s*(?:[^-]*-----BEGIN CERTIFICATE-----\s[A-Za-z0-9+/=\s]{100,}-----END CERTIFICATE-----\s*)+$/,
  );
}
