/**
 * Dexie's package leads to its build for browsers of before 2018, in a wrapper. This is the same code as its modern build,
 * 2 kB smaller packed: for the page, the worker and the tests alike, so that only one Dexie is ever loaded.
 */
export const modernDexie = { find: /^dexie$/, replacement: "dexie/dist/modern/dexie.mjs" };
