import type { Context } from "../context.ts";
import type { InterfaceUnit } from "../network/interface-unit.ts";
import type { RouterSettings } from "../settings.ts";
import { Leg } from "./leg.ts";
import { RouterUnit } from "./router-unit.ts";

/** All virtual routers of this host, as timers, packets and the kernel's answers name them. */
export class RouterSet {
  readonly all: readonly RouterUnit[];
  readonly legs: readonly Leg[];
  readonly #legs: ReadonlyMap<string, Leg>;
  readonly #legsByVirtualLink: ReadonlyMap<string | undefined, Leg>;
  readonly #byName: ReadonlyMap<string, RouterUnit>;
  readonly #byLeg: ReadonlyMap<string, RouterUnit>;

  /** Throws when a leg names an interface that is not among `interfaces`. */
  constructor(
    context: Context,
    settings: readonly RouterSettings[],
    interfaces: ReadonlyMap<string, InterfaceUnit>,
  ) {
    this.all = settings.map((router) => createRouter(context, router, interfaces));
    this.legs = this.all.flatMap((router) => router.legs);
    this.#legs = new Map(this.legs.map((leg) => [leg.id, leg]));
    this.#legsByVirtualLink = new Map(
      this.legs.map((leg) => [leg.parameters.virtualLink?.name, leg] as const),
    );
    this.#byName = new Map(this.all.map((router) => [router.name, router]));
    this.#byLeg = new Map(this.all.flatMap((router) => router.legs.map((leg) => [leg.id, router])));
  }

  named(name: string): RouterUnit | undefined {
    return this.#byName.get(name);
  }

  leg(id: string): Leg | undefined {
    return this.#legs.get(id);
  }

  legOfVirtualLink(name: string): Leg | undefined {
    return this.#legsByVirtualLink.get(name);
  }

  /** The router that a leg belongs to. */
  ofLeg(id: string): RouterUnit | undefined {
    return this.#byLeg.get(id);
  }
}

function createRouter(
  context: Context,
  settings: RouterSettings,
  interfaces: ReadonlyMap<string, InterfaceUnit>,
): RouterUnit {
  const unitOf = (name: string) => {
    const unit = interfaces.get(name);
    if (unit === undefined) throw new Error("every leg's interfaces have been created");
    return unit;
  };
  const legs = settings.legs.map((leg) => new Leg(context, leg, unitOf));
  return new RouterUnit(context, settings, legs);
}
