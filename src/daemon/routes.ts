import type { Engine } from "#engine/engine.ts";
import type { RoutePort } from "#engine/ports.ts";
import type { OwnRoutes } from "#linux/netlink/own-routes.ts";

/** The kernel's routes as the engine wants them: what comes of a request is an input. */
export function createRoutePort(ownRoutes: OwnRoutes, post: Engine["post"]): RoutePort {
  return {
    has: (route) => ownRoutes.has(route),
    hold: (asking, { destination, gateway, source, metric, table }, terms) => {
      const request = { destination, gateway, source, metric, table, ...terms };
      void ownRoutes.hold(request).then((outcome) => {
        post({ type: "route-outcome", ...asking, outcome });
      });
    },
    remove: ({ destination, metric, table }) => {
      void ownRoutes.remove({ destination, metric, table });
    },
  };
}
