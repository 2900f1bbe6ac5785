import type { BookClaim } from "../../store/book.ts";

/** Gives what is free to claims that lack something, the first to come first. Answers the claims that changed. */
export function giveFree(free: number, short: readonly BookClaim[]): readonly BookClaim[] {
  let left = free;
  return short.flatMap((claim) => {
    const given = Math.min(left, claim.wanted - claim.reserved);
    left -= given;
    return given > 0 ? [{ ...claim, reserved: claim.reserved + given }] : [];
  });
}

/** Takes what is missing from claims, the last to come first. Answers the claims that changed. */
export function takeBack(missing: number, holders: readonly BookClaim[]): readonly BookClaim[] {
  let left = missing;
  return holders.flatMap((claim) => {
    const taken = Math.min(left, claim.reserved);
    left -= taken;
    return taken > 0 ? [{ ...claim, reserved: claim.reserved - taken }] : [];
  });
}
