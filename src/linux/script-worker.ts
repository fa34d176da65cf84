import { parentPort, type MessagePort } from "node:worker_threads";
import { CheckScripts } from "./check-scripts.ts";
import type { ScriptReply, ScriptRequest } from "./script-messages.ts";

/** The entry of the thread of the scripts. */
function listen(port: MessagePort): void {
  const scripts = new CheckScripts();
  const reply = (message: ScriptReply) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- not a window's
    port.postMessage(message);
  };
  port.on("message", (request: ScriptRequest) => {
    if (request.type === "close") {
      void scripts.close().then(() => reply({ type: "closed" }));
      return;
    }
    const { id, script } = request;
    void scripts.run(script).then((outcome) => reply({ type: "ended", id, outcome }));
  });
}

if (parentPort !== null) listen(parentPort);
