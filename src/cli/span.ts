/** A span in seconds for people, in its largest unit. */
export function formatSpan(span: number): string {
  if (span < 120) return `${span.toFixed(1)} s`;
  if (span < 7200) return `${Math.floor(span / 60)} min`;
  if (span < 172_800) return `${Math.floor(span / 3600)} h`;
  return `${Math.floor(span / 86_400)} d`;
}
