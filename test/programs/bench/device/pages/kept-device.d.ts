/** A kept build's device: the bundler puts the one that was named in its place. */
declare module "kept-device" {
  export const joinKept: import("../../../../support/kept-device.ts").KeptDeviceBuild["joinKept"];
  export const openKept: import("../../../../support/kept-device.ts").KeptDeviceBuild["openKept"];
}
