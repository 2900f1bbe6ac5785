import { readFileSync } from "node:fs";

/** The memory that a process has now, in bytes, as Linux counts it. */
export function rssBytes(pid: number): number {
  return statusBytes(pid, "VmRSS");
}

/** The most memory that a process ever had. */
export function peakRssBytes(pid: number): number {
  return statusBytes(pid, "VmHWM");
}

/** The processor time of a process, in ms: fields 14 and 15 of its stat, in ticks of 10 ms. */
export function cpuMsOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const [user, system] = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}

function statusBytes(pid: number, member: string): number {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${member}:\\s+(\\d+) kB$`, "m").exec(text)?.[1]) * 1024;
}
