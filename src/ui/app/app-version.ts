/** The version of the app that this page runs, as package.json has it. */
export const appVersion = "0.1.0";
