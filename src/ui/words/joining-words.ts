import { type Explanation, refusedWords } from "./refused-words.ts";

const whileJoining: Readonly<Record<string, Explanation>> = {
  unreachable: {
    title: "The server does not answer",
    text: "Check that this device has a network and that the address is right, then try again. What you entered stays here. Joining needs the network once; taking orders does not.",
  },
  "not-our-server": {
    title: "This is not a Docket server",
    text: "Something else answers at this address: perhaps the sign-in page of a Wi-Fi. Sign in there or change the network, then try again.",
  },
  "server-busy": {
    title: "The server is busy",
    text: "It cannot answer at the moment. Try again in a minute; the code stays good.",
  },
};

/** Why starting or joining did not work, and what to do. */
export function joiningWords(trouble: string): Explanation {
  return whileJoining[trouble] ?? refusedWords(trouble);
}
