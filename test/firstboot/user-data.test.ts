import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";

import { certificate, gatepairSection, hash, key, userData, userDataIssues } from "./documents.ts";

const hashAccepted = "a password hash as `mkpasswd --method=yescrypt` prints it, in quotes";

/** Each text and every line that is said about it. */
const mistakes: readonly (readonly [name: string, text: string, ...issues: string[]])[] = [
  [
    "a typo",
    "hostnme: gw1",
    'user-data:1:1: hostnme: found an unknown key; did you mean "hostname"?',
  ],
  [
    "a typo in a key without effect",
    "package_upgrad: true",
    'user-data:1:1: package_upgrad: found an unknown key; did you mean "package_upgrade"?',
  ],
  [
    "a key that nobody knows",
    "frobnicate: 1",
    "user-data:1:1: frobnicate: found an unknown key; accepted: gatepair, hostname, fqdn, " +
      "prefer_fqdn_over_hostname, user, users, ssh_authorized_keys, ssh_pwauth, password, chpasswd, " +
      "timezone, ntp, ca_certs, ca-certs, write_files, power_state",
  ],
  [
    "commands",
    "#cloud-config\nruncmd: [reboot]\nbootcmd: []",
    "user-data:2:1: runcmd: found runcmd; an appliance runs no commands from outside; what has to happen on a transition goes to gatepair.notifications.hooks",
    "user-data:3:1: bootcmd: found bootcmd; an appliance runs no commands from outside; what has to happen on a transition goes to gatepair.notifications.hooks",
  ],
  [
    "packages",
    "packages: [vim]",
    "user-data:1:1: packages: found packages; an appliance installs nothing: its software comes with the image",
  ],
  [
    "a network",
    "network: {version: 2}",
    "user-data:1:1: network: found network; user-data cannot set the network; give a file network-config beside it",
  ],
  [
    "a plain password, without showing it",
    "password: geheim\nusers: [{name: ops, plain_text_passwd: geheim, hashed_passwd: geheim}]\nchpasswd: {list: 'ops:geheim'}",
    `user-data:1:11: password: found a text of 6 characters; accepted: ${hashAccepted}`,
    `user-data:2:40: users[0].plain_text_passwd: found the text "(not shown)"; accepted: hashed_passwd with ${hashAccepted}`,
    `user-data:2:63: users[0].hashed_passwd: found the text "(not shown)"; accepted: ${hashAccepted}`,
    `user-data:3:18: chpasswd.list: found the text "(not shown)"; accepted: lines of name:hash, each with ${hashAccepted}`,
  ],
  [
    "a private key in place of a public one",
    "ssh_authorized_keys: ['-----BEGIN OPENSSH PRIVATE KEY----- b3BlbnNz']",
    'user-data:1:23: ssh_authorized_keys[0]: found the text "(not shown)"; accepted: a public SSH key on one line, such as ssh-ed25519 AAAA... name',
  ],
  [
    "a password for root",
    `chpasswd: {users: [{name: root, password: "${hash}"}]}`,
    "user-data:1:27: chpasswd.users[0].name: root stays locked; give the password to an administrator",
  ],
  [
    "a password for somebody else",
    `users: [default]\nchpasswd: {users: [{name: eve, password: "${hash}"}]}`,
    'user-data:2:27: chpasswd.users[0].name: found "eve", who is no user here; accepted: admin',
  ],
  [
    "a password that is locked",
    `users: [{name: ops, passwd: "${hash}"}]`,
    "user-data:1:29: warning: users[0].passwd: has no effect: add lock_passwd: false, or nobody can use it",
  ],
  [
    "a zone that does not exist",
    "timezone: Europe/Atlantis",
    'user-data:1:11: timezone: found the text "Europe/Atlantis"; accepted: a time zone such as Europe/Rome or UTC',
  ],
  [
    "files elsewhere",
    "write_files:\n  - path: /etc/passwd\n  - path: /etc/nginx/../shadow\n  - path: /etc/gatepair/config.yaml",
    'user-data:2:11: write_files[0].path: found the text "/etc/passwd"; accepted: an absolute path below /etc/nginx, /etc/ssl, /etc/gatepair, /etc/gatepair-scripts or /var/www',
    'user-data:3:11: write_files[1].path: found the text "/etc/nginx/../shadow"; accepted: an absolute path below /etc/nginx, /etc/ssl, /etc/gatepair, /etc/gatepair-scripts or /var/www',
    'user-data:4:11: write_files[2].path: found the text "/etc/gatepair/config.yaml"; accepted: another file; this one is written from the key gatepair',
  ],
  [
    "a mode without quotes, which YAML reads as another number",
    "write_files: [{path: /etc/nginx/a, permissions: 0644}]",
    'user-data:1:49: write_files[0].permissions: found the number 644; accepted: an octal mode in quotes, such as "0640"; put it in quotes',
  ],
  [
    "content that is not what it says",
    "write_files: [{path: /etc/nginx/a, encoding: gz+b64, content: aGFsbG8=}]",
    "user-data:1:63: write_files[0].content: found something else than gz+b64",
  ],
  [
    "the document of gatepair, at its place in this file",
    "hostname: gw1\ngatepair:\n  version: 1\n  virtual_routers:\n    - {name: web, vrid: 300, interface: eth0, addresses: [192.0.2.10]}\n  notifications:\n    smtp: {server: mx, from: a@b, to: [a@b], pasword: geheim}",
    "user-data:5:25: gatepair.virtual_routers[0].vrid: found the number 300; accepted: a whole number from 1 to 255",
    'user-data:7:46: gatepair.notifications.smtp.pasword: found an unknown key; did you mean "password"?',
  ],
  [
    "a list",
    "- hostname",
    "user-data:1:1: found a list of 1; accepted: a map of gatepair, hostname, fqdn, prefer_fqdn_over_hostname, user, users, ssh_authorized_keys, ssh_pwauth, password, chpasswd, timezone, ntp, ca_certs, ca-certs, write_files, power_state",
  ],
  [
    "broken YAML",
    "hostname: [gw1",
    "user-data:1:15: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
  ],
];

describe("user-data is refused, with its place and what is accepted, for", () => {
  for (const [name, text, ...issues] of mistakes) {
    test(name, () => {
      assert.deepEqual(userDataIssues(text), issues);
    });
  }
});

/** What cloud-init takes and an appliance does not. */
const otherForms: readonly (readonly [
  name: string,
  content: string | Uint8Array,
  message: string,
])[] = [
  [
    "a script",
    "#!/bin/sh\nreboot\n",
    "found a script; an appliance runs no scripts from outside; accepted: #cloud-config in YAML",
  ],
  [
    "a Jinja template",
    "## template: jinja\n#cloud-config\nhostname: x\n",
    "found a Jinja template; write the values themselves; accepted: #cloud-config in YAML",
  ],
  [
    "an include",
    "#include\nhttp://192.0.2.1/x\n",
    "found #include; nothing is fetched from elsewhere; accepted: #cloud-config in YAML",
  ],
  [
    "MIME",
    "Content-Type: multipart/mixed\n",
    "found a MIME message; give its #cloud-config part alone",
  ],
  [
    "a boot hook",
    "#cloud-boothook\nls\n",
    "found a boot hook; an appliance runs no scripts from outside; accepted: #cloud-config in YAML",
  ],
  ["gzip", gzipSync("#cloud-config\n"), "found gzip; give the text uncompressed"],
  ["UTF-16", Uint8Array.of(0xff, 0xfe, 0x23, 0x00), "found UTF-16; save it as UTF-8"],
  [
    "no text at all",
    Uint8Array.of(0x80, 0x81),
    "found bytes that are no UTF-8 text; save it as UTF-8",
  ],
];

describe("user-data is refused in a sentence when it is", () => {
  for (const [name, content, message] of otherForms) {
    test(name, () => {
      assert.deepEqual(userDataIssues(content), [`user-data:1:1: ${message}`]);
    });
  }
});

describe("user-data is read", () => {
  test("with every key that acts", () => {
    const { data, issues } = userData(`#cloud-config
hostname: gw1
fqdn: gw1.example.net
users:
  - default
  - {name: ops, ssh_authorized_keys: ["${key}"], hashed_passwd: "${hash}", lock_passwd: no, sudo: ALL}
ssh_authorized_keys: ["${key}"]
ssh_pwauth: No
password: "${hash}"
chpasswd: {expire: False}
timezone: Europe/Rome
ntp: {enabled: true, servers: [192.0.2.123], pools: [pool.example.net]}
ca_certs:
  remove_defaults: true
  trusted:
    - |
${certificate.replaceAll(/^/gm, "      ")}
write_files:
  - {path: /etc/nginx/conf.d/a.conf, content: "x", permissions: '0640', owner: "root:www-data"}
power_state: {mode: reboot, delay: now}
${gatepairSection}`);
    assert.deepEqual(issues, []);
    assert.equal(data?.hostname, "gw1");
    assert.equal(data.ssh_pwauth, false);
    assert.equal(data.power_state?.mode, "reboot");
    assert.deepEqual(data.ntp?.servers, ["192.0.2.123"]);
    assert.equal(data.ca_certs?.remove_defaults, true);
  });

  test("with CRLF and a byte order mark, and without its first line", () => {
    const { data, issues } = userData("\uFEFFhostname: gw1\r\ntimezone: UTC\r\n");
    assert.deepEqual([issues, data?.hostname, data?.timezone], [[], "gw1", "UTC"]);
  });

  test("as absent when it is empty, or comments alone", () => {
    for (const text of [
      "",
      "\uFEFF",
      "\r\n",
      "#cloud-config\n",
      "#cloud-config\n# hostname: x\n",
    ]) {
      assert.deepEqual(userData(text), { data: undefined, ignored: [], issues: [] });
    }
  });

  test("and keys without effect are listed with their paths", () => {
    const { ignored, issues } = userData(`manage_etc_hosts: true
users: [default, {name: ops, groups: [sudo], shell: /bin/sh}]
chpasswd: {expire: False}
growpart: {mode: auto}
package_upgrade: true
final_message: done
`);
    assert.deepEqual(issues, []);
    assert.deepEqual(ignored, [
      "manage_etc_hosts",
      "users[1].groups",
      "users[1].shell",
      "chpasswd.expire",
      "growpart",
      "package_upgrade",
      "final_message",
    ]);
  });
});
