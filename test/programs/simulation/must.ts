/** Notes a check of a law, and how it failed. */
export type Must = (law: string, holds: boolean, what: () => string) => void;
