import { describe, expect, test } from "vitest";
import {
  checkHost,
  isPublicAddress,
  type ResolveHost,
} from "../../../../src/server/consumers/webhooks/public-address.ts";

const privateAddresses = [
  ["this network", "0.0.0.0"],
  ["private", "10.1.2.3"],
  ["shared by a carrier", "100.64.0.1"],
  ["shared by a carrier, the last", "100.127.255.255"],
  ["loopback", "127.0.0.1"],
  ["loopback, not the first", "127.9.8.7"],
  ["a cloud's metadata", "169.254.169.254"],
  ["private", "172.16.0.1"],
  ["private, the last", "172.31.255.255"],
  ["protocol assignments", "192.0.0.192"],
  ["documentation", "192.0.2.1"],
  ["a 6to4 relay", "192.88.99.1"],
  ["private", "192.168.1.1"],
  ["benchmarks", "198.19.0.1"],
  ["documentation", "203.0.113.9"],
  ["multicast", "224.0.0.251"],
  ["reserved", "250.1.1.1"],
  ["broadcast", "255.255.255.255"],
  ["unspecified", "::"],
  ["loopback", "::1"],
  ["IPv4-mapped loopback", "::ffff:127.0.0.1"],
  ["IPv4-mapped, in hex", "::ffff:7f00:1"],
  ["IPv4-mapped and public: nobody needs it", "::ffff:8.8.8.8"],
  ["IPv4-compatible", "::127.0.0.1"],
  ["NAT64 to a private address", "64:ff9b::10.0.0.1"],
  ["NAT64 of a network", "64:ff9b:1::1"],
  ["discard", "100::1"],
  ["Teredo", "2001::1"],
  ["documentation", "2001:db8::1"],
  ["6to4 of loopback", "2002:7f00:1::"],
  ["documentation", "3fff::1"],
  ["unique local", "fd00:ec2::254"],
  ["unique local", "fc00::1"],
  ["link-local", "fe80::1"],
  ["link-local with its zone", "fe80::1%eth0"],
  ["site-local", "fec0::1"],
  ["multicast", "ff02::1"],
  ["no address at all", "example.com"],
] as const;

const publicAddresses = [
  "1.1.1.1",
  "9.255.255.255",
  "100.63.255.255",
  "100.128.0.0",
  "172.15.255.255",
  "172.32.0.0",
  "192.167.255.255",
  "223.255.255.255",
  "2001:4860:4860::8888",
  "2606:4700::1111",
  "2a00:1450::1",
];

const names: Readonly<Record<string, readonly string[]>> = {
  "public.example": ["1.1.1.1", "2606:4700::1111"],
  "private.example": ["10.0.0.1"],
  "both.example": ["1.1.1.1", "127.0.0.1"],
  "nothing.example": [],
};
const resolve: ResolveHost = async (host) => {
  const found = names[host];
  if (found === undefined) throw Object.assign(new Error("no such host"), { code: "ENOTFOUND" });
  return found.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
};

describe("nothing is sent into a private network", () => {
  test.each(privateAddresses)("%s is refused: %s", (_what, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each(publicAddresses)("a public address is allowed: %s", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  test.each([
    ["public.example", "addresses"],
    ["private.example", "refused-address"],
    ["both.example", "refused-address"],
    ["nothing.example", "no-such-host"],
    ["unheard-of.example", "no-such-host"],
    ["127.0.0.1", "refused-address"],
    ["[::1]", "refused-address"],
    ["[2606:4700::1111]", "addresses"],
  ])("a host is judged by every address it has: %s, %s", async (host, outcome) => {
    expect(await checkHost(host, false, resolve)).toMatchObject({ outcome });
  });

  test.each(["http://0x7f.1/", "http://2130706433/", "http://017700000001/", "http://127.1/"])(
    "another way to write a private address changes nothing: %s",
    async (url) => {
      expect(await checkHost(new URL(url).hostname, false, resolve)).toEqual({ outcome: "refused-address" });
    },
  );

  test("whoever runs the server may allow them", async () => {
    expect(await checkHost("private.example", true, resolve)).toEqual({
      outcome: "addresses",
      addresses: [{ address: "10.0.0.1", family: 4 }],
    });
  });
});
