import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";

/** An address of a host, as sockets take it. */
export interface HostAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Finds all addresses of a host name. Throws where there are none. */
export type ResolveHost = (host: string) => Promise<readonly HostAddress[]>;

/** Asks the system, as any connection would. */
export const resolveHost: ResolveHost = async (host) => {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
};

/** A host's addresses, where every one of them may be connected to. */
export type CheckedHost =
  | { readonly outcome: "addresses"; readonly addresses: readonly HostAddress[] }
  | { readonly outcome: "refused-address" | "no-such-host" };

/**
 * Finds the addresses of a web address's host, and refuses it when a single one is not public: whoever answers the name
 * with two of them gets no choice. The caller connects to these addresses and looks up nothing again, so an answer that
 * changes in between (DNS rebinding) is never used.
 * @param hostname of a parsed URL: an IPv6 address is in brackets.
 */
export async function checkHost(
  hostname: string,
  allowPrivate: boolean,
  resolve: ResolveHost,
): Promise<CheckedHost> {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const family = isIP(host);
  let addresses: readonly HostAddress[];
  try {
    addresses = family === 0 ? await resolve(host) : [{ address: host, family: family === 6 ? 6 : 4 }];
  } catch {
    return { outcome: "no-such-host" };
  }
  if (addresses.length === 0) return { outcome: "no-such-host" };
  const isRefused = !allowPrivate && addresses.some((one) => !isPublicAddress(one.address));
  return isRefused ? { outcome: "refused-address" } : { outcome: "addresses", addresses };
}

/** Whether an address is of the public internet: neither this machine, nor its network, nor one set apart. */
export function isPublicAddress(address: string): boolean {
  const [bare = ""] = address.split("%");
  switch (isIP(bare)) {
    case 4:
      return !apart.check(bare, "ipv4");
    case 6:
      return globalUnicast.check(bare, "ipv6") && !apart.check(bare, "ipv6");
    default:
      return false;
  }
}

/** IANA's special-purpose registries (iana.org/assignments/iana-ipv4-special-registry, and -ipv6-), read in 2026. */
const apart = new BlockList();
for (const range of [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  // Link-local, where clouds keep their metadata.
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  // Multicast, reserved, broadcast.
  "224.0.0.0/4",
  "240.0.0.0/4",
  // Protocol assignments, Teredo among them, which carries any IPv4 address; documentation; 6to4, which does too.
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "3fff::/20",
]) {
  const [network = "", prefix] = range.split("/");
  apart.addSubnet(network, Number(prefix), network.includes(":") ? "ipv6" : "ipv4");
}

/**
 * Of IPv6 only this is given to networks. Outside of it lie loopback, link-local, unique local, multicast, IPv4-mapped
 * and -compatible addresses, and NAT64 (64:ff9b::/96), which would lead back to any IPv4 address.
 */
const globalUnicast = new BlockList();
globalUnicast.addSubnet("2000::", 3, "ipv6");
