/** Put in by the build, from package.json. */
declare const __APP_VERSION__: string;

/** The version of the app that this page runs. */
export const appVersion = __APP_VERSION__;
