import { Supervisor } from "./nginx-harness.ts";
import type { Site } from "./nginx-harness.ts";

/** A supervising process that is there to be killed. It tells its parent the PID of its nginx. */
const nginx = new Supervisor(JSON.parse(process.argv[2] ?? "") as Site);
await nginx.open();
await nginx.untilStatus("healthy");
await nginx.untilRecorded();
process.send?.(nginx.pid);
