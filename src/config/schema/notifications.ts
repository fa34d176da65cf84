import {
  absolutePath,
  choice,
  command,
  duration,
  list,
  section,
  text,
  wholeNumber,
} from "./fields.ts";

const printable = /^[^\p{C}\s]{1,255}$/u;

function mailAddress() {
  return text(
    "a mail address such as root@localhost",
    /^[^\p{C}\s@<>(),;:"\\]{1,64}@[A-Za-z0-9.-]{1,253}$/u,
  );
}

export const smtpSchema = section({
  server: text("a host name or an IP address", /^[A-Za-z0-9.:_-]{1,253}$/).describe(
    "Mail server: name or address",
  ),
  port: wholeNumber(1, 65_535)
    .default(25)
    .describe("TCP port, 1 to 65535; 587 is usual with starttls, 465 with implicit"),
  tls: choice("none", "starttls", "implicit")
    .default("none")
    .describe(
      "none: plain; starttls: refuse a server that does not offer it; implicit: TLS from the start",
    ),
  ca_file: absolutePath()
    .optional()
    .describe("Certificates (PEM) to trust in place of the usual ones, absolute"),
  username: text("a text of 1 to 255 characters", printable)
    .optional()
    .describe("Login at the server; wants password or password_file"),
  password: text("a text of 1 to 1024 characters", /^[^\p{Cc}]{1,1024}$/u)
    .optional()
    .describe("Password of the login; never shown in logs, status or messages"),
  password_file: absolutePath()
    .optional()
    .describe("File whose first line is the password, absolute"),
  from: mailAddress().describe("Sender"),
  to: list(mailAddress(), 1, 20).describe("Recipients, 1 to 20"),
  connect_timeout: duration("1s", "5m")
    .prefault("30s")
    .describe("Longest wait for the server, 1s to 5m"),
});

const mailLimitSchema = section({
  messages: wholeNumber(1, 1000)
    .default(10)
    .describe("Most mails in the span `per`, 1 to 1000; what exceeds it comes as one digest"),
  per: duration("1m", "24h")
    .prefault("10m")
    .describe("The span that mails are counted over, 1m to 24h"),
});

const hooksSchema = section({
  active: command()
    .optional()
    .describe("Command after this host became Active: an absolute path, then arguments"),
  backup: command().optional().describe("Command after this host became Backup"),
  fault: command().optional().describe("Command after this host went to fault"),
});

export const notificationsSchema = section({
  smtp: smtpSchema
    .optional()
    .describe("Mail of transitions and faults; without it no mail is sent"),
  mail_limit: mailLimitSchema.prefault({}).describe("Against storms of mail"),
  hooks: hooksSchema
    .prefault({})
    .describe("Commands on transitions, run in order and one at a time"),
  hook_timeout: duration("1s", "5m")
    .prefault("10s")
    .describe("Time for a hook to end before it is killed, 1s to 5m"),
});
