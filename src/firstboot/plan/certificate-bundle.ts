/** Behind this line is what user-data added; before it is what the image brought. */
const mark = "# added by gatepair firstboot from ca_certs\n";

/** The certificates that programs trust (Debian: /etc/ssl/certs/ca-certificates.crt). */
export const bundlePath = "/etc/ssl/certs/ca-certificates.crt";

export function mergeBundle(
  existing: string,
  trusted: readonly string[],
  removeDefaults: boolean,
): string {
  const [defaults = ""] = existing.split(mark);
  const added = trusted.map((certificate) => `${certificate.trim()}\n`).join("");
  return (removeDefaults ? "" : defaults) + mark + added;
}
