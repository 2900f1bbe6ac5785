import type { Device } from "../../../src/device/storage/device.ts";
import type { Role } from "../../../src/domain/role.ts";
import type { Syncing } from "../../../src/sync/contexts/start-sync.ts";
import type { Link } from "./link.ts";
import type { Context, Profile } from "./virtual-browser.ts";
import type { VirtualServer } from "./virtual-server.ts";
import type { VirtualStorage } from "./virtual-storage.ts";

/** What happened, for the checker and for people: in the world's time. */
export interface SavedCommand {
  /** The profile that it was saved in: a browser's, whatever identity that had. */
  readonly profile: string;
  readonly id: string;
  readonly stream: string;
  readonly seq: number;
  readonly atMs: number;
  readonly orderNumber?: string;
  /** What it booked in from a delivery note: its id derives from the note, and another device may have another figure. */
  readonly quantity?: number;
  /** It was on a disk that was lost or set back since: whatever had not been sent by then is gone, and not by us. */
  excused?: boolean;
}

/**
 * A lineage that loses its access: its devices, when its role changed and when its access ended (ms of the world; absent
 * where neither happened, or a restore has undone it), and what it could still do after that.
 */
export interface LostPhone {
  readonly devices: Set<string>;
  demotedMs?: number | undefined;
  revokedMs?: number | undefined;
  readonly trespasses: string[];
}

/** The world that a device lives in. */
export interface World {
  readonly server: VirtualServer;
  readonly devices: VirtualDevice[];
  readonly saved: SavedCommand[];
  /** Ids of commands that a person took back or replaced. */
  readonly discarded: Set<string>;
  /** What a person has taken back before it was sent, by its trace, with the profile where; it may be in no log. */
  readonly takenBack: Map<string, string>;
  /** The profiles of which there is a copy, or that are one: another may send what one of them takes back. */
  readonly copied: Set<string>;
  readonly errors: string[];
  /** What somebody who looked found missing. */
  readonly seen: string[];
  readonly lostPhones: LostPhone[];
  /** What the thief was refused on streams that only it writes to, by the id that it spent, as canonical JSON: nobody else may hear it. */
  readonly refusedToThief: Map<string, string>;
  /** Somebody looks between two exchanges, when half of something might be seen. */
  lookBetween: (device: VirtualDevice) => void;
  /** How often each fault really fired. */
  readonly fired: Map<string, number>;
  readonly notes: string[];
  lossOfHints: number;
}

export const count = (world: World, fault: string, times = 1) =>
  void world.fired.set(fault, (world.fired.get(fault) ?? 0) + times);

/** One tab, with the real device code and the real sync of a page. */
export interface Tab {
  readonly context: Context;
  device: Device | undefined;
  syncing: Syncing | undefined;
}

/** One browser profile: a disk, tabs, a service worker and a way to the server. */
export interface VirtualDevice {
  readonly name: string;
  storage: VirtualStorage;
  profile: Profile;
  tabs: Tab[];
  worker: Context | undefined;
  skewMs: number;
  readonly link: Link;
  wakeAsked: boolean;
  wakeTries: number;
  wakeDue: boolean;
  readonly online: Set<() => void>;
  /** Who waits for an answer of the server. */
  readonly inFlight: Set<unknown>;
  readonly role: Role;
  /** The next context that asks the server is frozen while the answer is on its way. */
  freezeNext: boolean;
  /** An older state of its disk. */
  copy: { readonly storage: VirtualStorage; readonly atMs: number } | undefined;
}

/** An error in one line, with where it was thrown. */
export function describe(error: unknown): string {
  return error instanceof Error
    ? (error.stack ?? error.message).split("\n").slice(0, 4).join(" | ")
    : String(error);
}
