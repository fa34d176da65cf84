// oxlint-disable-next-line no-control-regex
const controlCharacters = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g;

/**
 * Text as part of a line on a terminal. Log lines, answers of mail servers and configuration files
 * are quoted, and may be made to say what would control the terminal or turn its text around.
 */
export function printable(text: string): string {
  return text.replaceAll(controlCharacters, " ");
}
