import { checkName } from "./checks.ts";
import { absolutePath, choice, interfaceName, lowerPriority, section } from "./fields.ts";

/** What a failed check does to its virtual router. */
export type FailureEffect =
  | { readonly type: "fault" }
  | { readonly type: "lower-priority"; readonly by: number };

interface EffectKeys {
  readonly on_failure?: "fault" | undefined;
  readonly lower_priority?: number | undefined;
}

const effectShape = {
  on_failure: choice("fault")
    .optional()
    .describe("Give up the Active role and stand for none (the default without lower_priority)"),
  lower_priority: lowerPriority().optional(),
};

const onlyOne = {
  error: "either on_failure or lower_priority",
  path: ["lower_priority"],
};

function isOneEffect(keys: EffectKeys): boolean {
  return keys.on_failure === undefined || keys.lower_priority === undefined;
}

function toEffect({ lower_priority: by }: EffectKeys): FailureEffect {
  return by === undefined ? { type: "fault" } : { type: "lower-priority", by };
}

export const failureEffectSchema = section(effectShape)
  .refine(isOneEffect, onlyOne)
  .transform(toEffect);

export const trackedInterfaceSchema = section({
  name: interfaceName().describe("The interface to watch; it may appear later"),
  ...effectShape,
})
  .refine(isOneEffect, onlyOne)
  .transform((keys) => ({ name: keys.name, effect: toEffect(keys) }));

export const trackedCheckSchema = section({
  name: checkName().describe("The name of one of the checks at the top"),
  ...effectShape,
})
  .refine(isOneEffect, onlyOne)
  .transform((keys) => ({ name: keys.name, effect: toEffect(keys) }));

export const trackedFileSchema = section({
  path: absolutePath().describe(
    "A file that holds a whole number, absolute; 0 and no file at all mean nothing",
  ),
  on_failure: choice("fault")
    .optional()
    .describe("Any other number than 0 is a fault; without this the number lowers the priority"),
}).transform(({ path, on_failure: onFailure }) => ({ path, fault: onFailure === "fault" }));
