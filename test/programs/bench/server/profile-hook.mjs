/**
 * Loaded into a server that is watched: takes its CPU profile from SIGUSR2 until it ends, and writes it to the file
 * that PROFILE_TO names.
 */
import { writeFileSync } from "node:fs";
import { Session } from "node:inspector";

const session = new Session();
session.connect();
process.once("SIGUSR2", () => {
  session.post("Profiler.enable");
  session.post("Profiler.start");
  process.once("exit", () => {
    session.post("Profiler.stop", (_error, { profile }) => {
      writeFileSync(process.env.PROFILE_TO ?? "", JSON.stringify(profile));
    });
  });
});
