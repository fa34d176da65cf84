import { absolutePath, decimal, duration, lowerPriority, section } from "./fields.ts";

const effect = { lower_priority: lowerPriority().optional() };

const diskSchema = section({
  path: absolutePath().default("/").describe("A path on the file system to watch, absolute"),
  threshold_percent: decimal(1, 100)
    .default(90)
    .describe("Used space that raises the condition, 1 to 100 %"),
  ...effect,
});

const memorySchema = section({
  threshold_percent: decimal(1, 100)
    .default(90)
    .describe("Used memory, without caches, that raises the condition, 1 to 100 %"),
  ...effect,
});

const loadSchema = section({
  threshold_per_cpu: decimal(0.1, 1000)
    .default(4)
    .describe("Load average over a minute for each CPU that raises the condition, 0.1 to 1000"),
  ...effect,
});

const temperatureSchema = section({
  threshold_celsius: decimal(1, 150)
    .default(85)
    .describe("Temperature of the CPU that raises the condition, 1 to 150 degrees Celsius"),
  ...effect,
});

export const healthSchema = section({
  interval: duration("10s", "1h")
    .prefault("60s")
    .describe("From one look at the machine to the next, 10s to 1h"),
  disk: diskSchema.prefault({}).describe("Disk space"),
  memory: memorySchema.prefault({}).describe("Memory"),
  load: loadSchema.prefault({}).describe("Load"),
  temperature: temperatureSchema
    .prefault({})
    .describe("Temperature, where the machine has a sensor"),
});
