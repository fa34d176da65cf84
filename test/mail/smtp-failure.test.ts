import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { classifySmtpFailure, explainTlsError, redactSecrets } from "#mail/smtp-failure.ts";

function classify(responseCode: number | undefined, command: string): string {
  return classifySmtpFailure({ message: "", responseCode, command });
}

describe("a failed delivery", () => {
  test("without an answer, at the greeting or at the login is the server's", () => {
    assert.equal(classify(undefined, "CONN"), "server");
    assert.equal(classify(554, "CONN"), "server");
    assert.equal(classify(535, "AUTH PLAIN"), "server");
    assert.equal(classify(504, "AUTH PLAIN"), "server");
  });

  test("is the message's for 4xx, and permanent for 5xx, once the message is on its way", () => {
    assert.equal(classify(451, "MAIL FROM"), "message");
    assert.equal(classify(550, "RCPT TO"), "permanent");
    assert.equal(classify(554, "DATA"), "permanent");
  });

  test("is the server's when it closes or wants a login first", () => {
    assert.equal(classify(421, "DATA"), "server");
    assert.equal(classify(530, "MAIL FROM"), "server");
  });

  test("is told without the secrets that a server repeats", () => {
    const encoded = Buffer.from("hunter2").toString("base64");
    assert.equal(redactSecrets(`535 hunter2 ${encoded} no`, ["hunter2", ""]), "535 *** *** no");
  });

  test("of TLS is told in plain words", () => {
    const openssl = "40D3:error:0A00010B:SSL routines:tls_validate:wrong version number:../a.c:78:";
    assert.equal(explainTlsError(openssl), "TLS failed: wrong version number");
    assert.equal(explainTlsError("connect ECONNREFUSED"), "connect ECONNREFUSED");
  });
});
