import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { formatIssue } from "#config/issue.ts";

import { hash, key, plan } from "./documents.ts";

/** What each tool writes by itself, with nothing of gatepair in it. */
describe("what a tool writes is accepted as it is:", () => {
  test("Proxmox", () => {
    const planning = plan({
      "user-data": `#cloud-config
hostname: gw1
manage_etc_hosts: true
fqdn: gw1.example.net
user: ops
disable_root: False
password: ${hash}
ssh_authorized_keys:
  - ${key}
chpasswd:
  expire: False
users:
  - default
package_upgrade: true
`,
      "meta-data": "instance-id: 3d1e84b6c9b0d54e2e6b4e7d3f3c0a8b7a1d2c3e\n",
      "network-config": `version: 1
config:
    - type: physical
      name: eth0
      mac_address: 'bc:24:11:2a:00:01'
      subnets:
      - type: dhcp4
`,
      "vendor-data": "",
    });
    assert.deepEqual(planning.issues.map(formatIssue), []);
    assert.deepEqual(planning.plan?.accounts, [
      { name: "ops", sshKeys: [key], passwordHash: hash },
    ]);
    assert.deepEqual(planning.ignored, [
      "user-data: manage_etc_hosts",
      "user-data: disable_root",
      "user-data: chpasswd.expire",
      "user-data: package_upgrade",
    ]);
  });

  test("Terraform's libvirt provider, with empty files beside user-data", () => {
    const planning = plan({
      "user-data": "#cloud-config\nhostname: gw1\n",
      "meta-data": "",
      "network-config": "",
    });
    assert.deepEqual(planning.issues, []);
    assert.equal(planning.plan?.hostname, "gw1");
  });

  test("virt-install, with a key and the command that switches cloud-init off", () => {
    const planning = plan({
      "user-data": `#cloud-config
users:
  - ssh-authorized-keys: ${key}
runcmd:
- echo "Disabled by virt-install" > /etc/cloud/cloud-init.disabled
`,
      "meta-data": "",
    });
    assert.deepEqual(planning.issues.map(formatIssue), []);
    assert.deepEqual(planning.plan?.accounts, [{ name: "admin", sshKeys: [key] }]);
    assert.deepEqual(planning.ignored, ["user-data: runcmd"]);
  });

  test("but no other command, also beside that one", () => {
    const planning = plan({
      "user-data": `#cloud-config
runcmd:
- echo "Disabled by virt-install" > /etc/cloud/cloud-init.disabled
- reboot
`,
    });
    assert.deepEqual(planning.issues.map(formatIssue), [
      "user-data:2:1: runcmd: found runcmd; an appliance runs no commands from outside; what has to happen on a transition goes to gatepair.notifications.hooks",
    ]);
  });

  test("Incus and LXD", () => {
    const planning = plan({
      "user-data": "#cloud-config\n{}\n",
      "meta-data": "instance-id: 7e3b0d4e-31d1-4b64-8e67-1f1a3d2b0c11\nlocal-hostname: gw1\n",
      "vendor-data": "#cloud-config\n{}\n",
      "network-config":
        "version: 1\nconfig:\n- type: physical\n  name: enp5s0\n  subnets:\n  - type: dhcp\n    control: auto\n",
    });
    assert.deepEqual(planning.issues.map(formatIssue), []);
    assert.equal(planning.plan?.hostname, "gw1");
  });

  test("meta-data in JSON, with keys of clouds", () => {
    const planning = plan({
      "user-data": "timezone: UTC",
      "meta-data": `{"instance-id": 7, "hostname": "gw1", "public-keys": {"me": "${key}"}, "launch-index": 0}`,
    });
    assert.deepEqual(planning.issues.map(formatIssue), []);
    assert.equal(planning.instanceId, "7");
    assert.deepEqual(planning.plan?.accounts, [{ name: "admin", sshKeys: [key] }]);
    assert.deepEqual(planning.ignored, ["meta-data: launch-index"]);
  });
});
