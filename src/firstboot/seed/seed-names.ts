/** The files of NoCloud, in the order in which they are read. */
export const seedFileNames = ["user-data", "meta-data", "network-config", "vendor-data"] as const;
export type SeedFileName = (typeof seedFileNames)[number];

export interface NameMatch {
  readonly wanted: SeedFileName;
  /** As it is called on the volume. */
  readonly found: string;
}

export interface NameMatches {
  readonly files: readonly NameMatch[];
  /** What a person should know about the names. */
  readonly notes: readonly string[];
}

/**
 * Finds the seed's files among those of a volume. A disc without Rock Ridge and Joliet has names
 * of eight upper-case characters, such as USER_DAT: accepted, and said.
 */
export function matchSeedNames(names: readonly string[]): NameMatches {
  const files: NameMatch[] = [];
  const notes: string[] = [];
  for (const wanted of seedFileNames) {
    const found =
      names.find((name) => name === wanted) ?? names.find((name) => isMangled(name, wanted));
    if (found !== undefined) files.push({ wanted, found });
    const mistaken = names.find((name) => isMistaken(name, wanted));
    if (found === undefined && mistaken !== undefined) {
      notes.push(`${mistaken} is not used: the file must be called ${wanted}`);
    }
  }
  const mangled = files.filter(({ wanted, found }) => found !== wanted);
  if (mangled.length > 0) notes.push(describeMangled(mangled));
  return { files, notes };
}

function describeMangled(mangled: readonly NameMatch[]): string {
  const pairs = mangled.map(({ wanted, found }) => `${found} for ${wanted}`).join(", ");
  return `taken: ${pairs}; the volume was made without long names (Rock Ridge, Joliet)`;
}

function isMangled(name: string, wanted: string): boolean {
  const [plain, full] = [name.toLowerCase(), wanted.replace("-", "_")];
  return plain === wanted || plain === full || plain === full.slice(0, 8);
}

const addedExtension = /\.(txt|ya?ml|cfg|rtf|json)$/;

/** Editors on Windows add an extension and do not show it. */
function isMistaken(name: string, wanted: string): boolean {
  return name.toLowerCase().replace("_", "-").replace(addedExtension, "") === wanted;
}
