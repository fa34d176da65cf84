/**
 * For zod's parsing methods: without writing and compiling a function for each object of the schema,
 * which pays for itself only when many values are parsed. A configuration is read once.
 */
export const onceOnly = { jitless: true } as const;
