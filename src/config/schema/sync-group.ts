import { list, routerName, section } from "./fields.ts";

export const syncGroupSchema = section({
  name: routerName().describe(
    "Name in logs and for `gatepair failover`; unique among groups and virtual routers",
  ),
  members: list(routerName(), 2, 255).describe(
    "Names of the virtual routers that move together: what makes one of them fail fails all; 2 to 255",
  ),
});

export const syncGroupsSchema = list(syncGroupSchema, 0, 127).default([]);
