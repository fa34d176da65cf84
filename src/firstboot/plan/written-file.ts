import { decodeContent } from "../documents/file-content.ts";
import type { Gunzip } from "../documents/file-content.ts";
import type { WriteFile } from "../documents/write-file-schema.ts";
import type { PlannedFile } from "./plan.ts";

/** A file of `write_files`, whose content was checked to be what it says. */
export function toPlannedFile(file: WriteFile, gunzip: Gunzip): PlannedFile {
  const { path, permissions, owner, append } = file;
  const [user = "root", group = user] = owner.split(":");
  const bytes = decodeContent(file, gunzip) ?? new Uint8Array();
  return {
    path,
    mode: Number.parseInt(permissions, 8),
    owner: `${user}:${group}`,
    ...encode(bytes),
    append,
  };
}

/** As text where it is text: what is kept in /var can then be read. */
function encode(bytes: Uint8Array): Pick<PlannedFile, "content" | "encoding"> {
  try {
    return {
      content: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes),
      encoding: "utf8",
    };
  } catch {
    return {
      content: btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), "")),
      encoding: "base64",
    };
  }
}
