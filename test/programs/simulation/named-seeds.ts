/**
 * Seeds that broke a law once, each by what it found. They are played again in every run, whatever range of seeds that
 * plays; by hand: `npm run simulate -- --only 18`.
 */
export const namedSeeds = {
  "a worker that stands by tells the leading page to try every second": 18,
  "two tabs hear a link that flaps every 200 ms": 58,
  "what the server fails at is tried again, and stands before everything": 59,
  "the world is called quiet while a try to give back is still to come": 624,
  "a restore that nobody has noticed yet when the world is called quiet": 712,
  "a server restored to another history at the same position, and no hint of it": 425,
  "one delivery under two ids, the first of which was taken before a restore and is free after it": 411,
  "a world that would begin after the year 9999": 7_345_678,
} as const;
