import { parentPort, type MessagePort } from "node:worker_threads";
import { runBoundedProcess } from "./bounded-process.ts";
import { CheckScripts } from "./check-scripts.ts";
import type { ScriptReply, ScriptRequest } from "./script-messages.ts";

/** The entry of a thread that starts processes. */
function listen(port: MessagePort): void {
  const scripts = new CheckScripts();
  port.on("message", (request: ScriptRequest) => {
    void answer(request, scripts).then((reply) => {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- not a window's
      port.postMessage(reply);
    });
  });
}

async function answer(request: ScriptRequest, scripts: CheckScripts): Promise<ScriptReply> {
  switch (request.type) {
    case "check": {
      const { id, script } = request;
      return { type: "check-ended", id, outcome: await scripts.run(script) };
    }
    case "process": {
      const { id, options } = request;
      return { type: "process-ended", id, result: await runBoundedProcess(options) };
    }
    case "close":
      await scripts.close();
      return { type: "closed" };
  }
}

if (parentPort !== null) listen(parentPort);
