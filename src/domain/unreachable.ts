/** Ends a switch over a union: the compiler proves that no member is left; at run time it names the stranger. */
export function unreachable(value: never): never {
  throw new Error(`expected no other member of the union, found ${JSON.stringify(value)}`);
}
