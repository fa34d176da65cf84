import type { IpFamily } from "#base/ip-address.ts";
import { familyOfLeg, interfaceOf, type LegParameters } from "#vrrp/virtual-router.ts";
import type { Context } from "../context.ts";
import { InterfaceUnit } from "./interface-unit.ts";
import type { EngineSettings } from "../settings.ts";

/** Something of a family on an interface. */
interface Use {
  readonly name: string;
  readonly family: IpFamily;
}

/** Every interface that a Virtual Router speaks on, has addresses on, or tracks, by name. */
export function createInterfaces(
  context: Context,
  { routers, interfaceDelays }: EngineSettings,
): ReadonlyMap<string, InterfaceUnit> {
  const legs = routers.flatMap((router) => router.legs);
  const spoken = familiesByName(
    legs.map((leg) => ({ name: leg.interfaceName, family: familyOfLeg(leg) })),
  );
  const placed = familiesByName(legs.flatMap(placesOf));
  const tracked = routers.flatMap(({ trackInterfaces }) => trackInterfaces.map(({ name }) => name));
  const names = new Set([...spoken.keys(), ...placed.keys(), ...tracked]);
  return new Map(
    Array.from(names, (name) => {
      const options = {
        delays: interfaceDelays.get(name),
        families: spoken.get(name) ?? new Set(),
        placedFamilies: placed.get(name) ?? new Set(),
      };
      return [name, new InterfaceUnit(context, name, options)];
    }),
  );
}

function placesOf(leg: LegParameters): Use[] {
  const family = familyOfLeg(leg);
  const names = new Set(leg.addresses.map((address) => interfaceOf(leg, address)));
  return Array.from(names, (name) => ({ name, family }));
}

function familiesByName(uses: readonly Use[]): Map<string, Set<IpFamily>> {
  const byName = Map.groupBy(uses, ({ name }) => name);
  return new Map(
    Array.from(byName, ([name, same]) => [name, new Set(same.map(({ family }) => family))]),
  );
}
