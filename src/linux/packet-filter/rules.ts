import type { RefusedAddress } from "#engine/settings.ts";

/** Of our own: other tables are not touched, and what they accept is dropped nevertheless. */
export const tableName = "inet gatepair";

/** In one transaction with what comes after it: also where there is no such table (nft(8)). */
export const tableRemoval = `add table ${tableName}\ndelete table ${tableName}\n`;

/**
 * The table as nft(8) reads it. Neighbor Discovery is not dropped (RFC 9568, 6.4.3), or nobody could
 * find the router that forwards. A link-local address is another one on each link.
 */
export function packetFilterRules(refused: readonly RefusedAddress[]): string {
  const inFamily = (pattern: RegExp) => refused.filter(({ address }) => pattern.test(address));
  const rules = [
    "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept",
    ...dropAll("ip daddr", inFamily(/\./)),
    ...dropAll("ip6 daddr", inFamily(/^(?!fe[89ab]).*:/)),
    ...inFamily(/^fe[89ab]/).flatMap((each) =>
      dropAll(`iifname "${each.interfaceName}" ip6 daddr`, [each]),
    ),
  ];
  const chain = ["type filter hook input priority filter; policy accept;", ...rules];
  return `table ${tableName} {\n\tchain input {\n\t\t${chain.join("\n\t\t")}\n\t}\n}\n`;
}

function dropAll(match: string, refused: readonly RefusedAddress[]): string[] {
  const set = new Set(refused.map(({ address }) => address));
  return set.size === 0 ? [] : [`${match} { ${[...set].join(", ")} } counter drop`];
}
