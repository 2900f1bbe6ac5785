/** PostgreSQL's way of writing an array: texts in quotes, so that none is taken for NULL or for a bracket. */
export function arrayText(values: readonly (string | number | null)[]): string {
  const elements = values.map((value) => {
    if (value === null) return "NULL";
    if (typeof value === "number") return String(value);
    return `"${/["\\]/.test(value) ? value.replace(/["\\]/g, "\\$&") : value}"`;
  });
  return `{${elements.join(",")}}`;
}
