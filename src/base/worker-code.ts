/** Where a thread's program is: in the executable a string, in development a file. */
export type WorkerCode =
  | { readonly kind: "source"; readonly code: string }
  | { readonly kind: "file"; readonly url: URL };
