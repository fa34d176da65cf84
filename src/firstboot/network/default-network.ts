import type { UnitFile } from "./render.ts";
import { formatUnit } from "./unit-text.ts";

/** Whatever the configuration says: networkd leaves routes and rules of others alone. */
export const networkdSettings: UnitFile = {
  name: "networkd.conf.d/50-gatepair.conf",
  text: formatUnit("Written by gatepair firstboot: what others add is not networkd's to remove.", [
    {
      name: "Network",
      lines: [
        ["ManageForeignRoutes", "no"],
        ["ManageForeignRoutingPolicyRules", "no"],
      ],
    },
  ]),
};

/** Without network-config: DHCP on every NIC, as soon as it has carrier. */
export const defaultNetwork: UnitFile = {
  name: "network/90-gatepair-default.network",
  text: formatUnit("Written by gatepair firstboot: there is no network-config.", [
    {
      name: "Match",
      lines: [
        ["Type", "ether"],
        // NICs only: bonds, VLANs, bridges and the like have a kind (systemd.network(5)).
        ["Kind", "!*"],
      ],
    },
    {
      name: "Network",
      lines: [
        ["DHCP", "yes"],
        ["IPv6AcceptRA", "yes"],
        ["KeepConfiguration", "yes"],
      ],
    },
  ]),
};
