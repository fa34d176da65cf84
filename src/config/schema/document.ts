import { checksSchema } from "./checks.ts";
import { choice, duration, interfaceName, list, section, text } from "./fields.ts";
import { healthSchema } from "./health.ts";
import { nginxSchema } from "./nginx.ts";
import { notificationsSchema } from "./notifications.ts";
import { syncGroupsSchema } from "./sync-group.ts";
import { virtualRouterSchema } from "./virtual-router.ts";

const interfaceSchema = section({
  name: interfaceName().describe("Name of the interface"),
  up_delay: duration("0s", "5m")
    .prefault("0s")
    .describe("How long it must be up before it counts as up, 0s to 5m"),
  down_delay: duration("0s", "5m")
    .prefault("0s")
    .describe("How long it must be down before it counts as down, 0s to 5m"),
});

export const interfacesSchema = list(interfaceSchema, 0, 255).default([]);

const logSchema = section({
  level: choice("debug", "info", "warn", "error")
    .default("info")
    .describe("The least severe event that is logged"),
});

/** Every key of the configuration file with its range, default and description. */
export const documentSchema = section({
  version: choice(1).describe("Version of this format: 1"),
  router_id: text("a name of 1 to 64 printable characters without space", /^[^\p{C}\s]{1,64}$/u)
    .optional()
    .describe("Name of this host in mails, logs and status; by default the host name"),
  virtual_routers: list(virtualRouterSchema, 1, 255).describe(
    "The virtual routers of this host, 1 to 255",
  ),
  sync_groups: syncGroupsSchema.describe(
    "Virtual routers that move together, such as the two sides of a gateway, 0 to 127",
  ),
  interfaces: interfacesSchema.describe(
    "Delays for interfaces that flap; interfaces without delays need no entry",
  ),
  checks: checksSchema.describe(
    "Named checks, for `track: {checks: ...}` of virtual routers, 0 to 255",
  ),
  nginx: nginxSchema
    .optional()
    .describe("The nginx that gatepair runs; without this section it runs none"),
  notifications: notificationsSchema
    .prefault({})
    .describe("Mail and commands on transitions and faults"),
  health: healthSchema
    .prefault({})
    .describe("Health of the machine; each condition is on by default"),
  log: logSchema.prefault({}).describe("Logs"),
}).meta({
  title: "Gatepair configuration",
  description: "One host of a pair that share virtual addresses by VRRP",
});
