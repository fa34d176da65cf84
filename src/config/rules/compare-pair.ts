import type { AuthenticationConfig, LocatedConfig } from "../config.ts";
import { error, quote, sortIssues, warning } from "../issue.ts";
import type { Finding, Issue } from "../issue.ts";
import { formatPlace, locate } from "../source.ts";
import { compareGroups } from "./compare-groups.ts";
import { familiesOf } from "./family-rules.ts";
import { comparePriorities } from "./compare-priorities.ts";
import { type ComparedKey, routerWords } from "./router-words.ts";
import type { Side } from "./side.ts";

/** Compares the files of the two hosts of a pair; each difference is shown in both. */
export function comparePair(first: LocatedConfig, second: LocatedConfig): Issue[] {
  const issues = [...compareOneWay(first, second), ...compareOneWay(second, first)];
  const ofFile = ({ source }: LocatedConfig): Issue[] =>
    sortIssues(issues.filter((issue) => issue.file === source.file));
  return first.source.file === second.source.file
    ? ofFile(first)
    : [...ofFile(first), ...ofFile(second)];
}

function compareOneWay(own: LocatedConfig, peer: LocatedConfig): Issue[] {
  const findings = sidesOf(own).flatMap((side): Finding[] => {
    const other = findCounterpart(side, sidesOf(peer));
    if (other === undefined) return [describeLone(side, peer)];
    return compareRouters(side, other).concat(comparePriorities(side, other));
  });
  const whole = [...compareRouterIds(own, peer), ...compareGroups(own, peer)];
  return [...findings, ...whole].map((each) => locate(own.source, each));
}

function sidesOf(located: LocatedConfig): Side[] {
  return located.config.virtualRouters.map((router, index) => ({
    located,
    router,
    path: ["virtual_routers", index],
  }));
}

/**
 * One VRID may serve on several interfaces, whose names need not be the same on both hosts, and
 * there in a virtual router for each family.
 */
function findCounterpart({ router }: Side, others: readonly Side[]): Side | undefined {
  const families = familiesOf(router).join();
  const sameVrid = others.filter((other) => other.router.vrid === router.vrid);
  const sameFamilies = sameVrid.filter((other) => familiesOf(other.router).join() === families);
  const isHere = (other: Side) => other.router.interface === router.interface;
  return sameFamilies.find(isHere) ?? sameVrid.find(isHere) ?? sameFamilies[0] ?? sameVrid[0];
}

function describeLone({ router, path }: Side, peer: LocatedConfig): Finding {
  const message = `found VRID ${router.vrid}, which ${peer.source.file} does not have`;
  return error([...path, "vrid"], `${message}; accepted: the same VRIDs in both files`);
}

function compareRouterIds(own: LocatedConfig, peer: LocatedConfig): Finding[] {
  const { routerId } = own.config;
  if (routerId === undefined || routerId !== peer.config.routerId) return [];
  const place = formatPlace(peer.source, ["router_id"]);
  return [
    warning(
      ["router_id"],
      `both hosts are called ${quote(routerId)} (${place}); mails and logs will not tell them apart`,
    ),
  ];
}

/** What must be the same on both hosts. */
const mustMatch: readonly ComparedKey[] = [
  "vrrp_version",
  "advertisement_interval",
  "preempt",
  "unicast_peers",
  "accept",
  "virtual_mac",
  "addresses",
];

function compareRouters(own: Side, peer: Side): Finding[] {
  const differences = mustMatch.flatMap((key): Finding[] => {
    const words = routerWords[key];
    const [found, other] = [words(own.router), words(peer.router)];
    if (found === other) return [];
    const place = formatPlace(peer.located.source, [...peer.path, key]);
    return [
      error(
        [...own.path, key],
        `found ${found}, but ${place} has ${other}; accepted: the same on both hosts`,
      ),
    ];
  });
  return [...differences, ...compareAuthentication(own, peer)];
}

/** Says that keys differ, never what they are. */
function compareAuthentication(own: Side, peer: Side): Finding[] {
  const [found, other] = [own.router.authentication, peer.router.authentication];
  if (found?.key === other?.key) return [];
  const path = [...own.path, "authentication"];
  const place = formatPlace(peer.located.source, [...peer.path, "authentication"]);
  const message =
    found !== undefined && other !== undefined
      ? `the key is not that of ${place}`
      : `found ${presence(found)}, but ${place} has ${presence(other)}`;
  return [{ ...error(path, `${message}; accepted: the same on both hosts`), at: "key" }];
}

function presence(authentication: AuthenticationConfig | undefined): string {
  return authentication === undefined ? "no authentication" : "authentication";
}
