import { cloudEventType } from "../../../protocol/cloud-events.ts";
import { newId } from "../../../protocol/ids.ts";
import { type Problem, problem } from "../../../protocol/problem.ts";
import type { TestResult } from "../../../protocol/subscription-messages.ts";
import type { SubscriptionRow } from "../../store/subscriptions.ts";
import { pingMessage } from "./message.ts";
import type { Post } from "./post.ts";
import { checkHost, type ResolveHost } from "./public-address.ts";
import { faultOfAnswer } from "./retry-plan.ts";
import { signedHeaders } from "./sign.ts";

/**
 * Why nothing may be sent to an address, in words for who typed it; undefined where it may. What its host leads to is
 * checked again at every attempt.
 */
export async function refuseAddress(
  text: string,
  allowPrivate: boolean,
  resolve: ResolveHost,
): Promise<Problem | undefined> {
  if (!URL.canParse(text))
    return refused("this is not an address: write one such as https://example.com/hook");
  const { protocol, hostname } = new URL(text);
  if (protocol !== "https:" && !allowPrivate) return refused("the address must begin with https://");
  const host = await checkHost(hostname, allowPrivate, resolve);
  switch (host.outcome) {
    case "addresses":
      return undefined;
    case "no-such-host":
      return refused("its host name is not known: check how it is written");
    case "refused-address":
      return refused("it leads into a private network: only public addresses are allowed on this server");
  }
}

/** Sends a test event at once, a single time, and tells the result. */
export async function ping(
  post: Post,
  workspace: string,
  to: SubscriptionRow,
  clock: () => Date,
): Promise<TestResult> {
  const [id, began] = [newId(), clock()];
  const body = pingMessage(id, to.id, workspace, began);
  const headers = { ...signedHeaders(to, id, began, body), "content-type": cloudEventType };
  const { signal } = new AbortController();
  const answer = await post({ url: to.url, headers, body, stop: signal });
  const status = answer.outcome === "answered" ? answer.status : null;
  const delivered = status !== null && status >= 200 && status < 300;
  const ms = Math.max(0, clock().getTime() - began.getTime());
  return { delivered, status, fault: delivered ? null : faultOfAnswer(answer), ms };
}

function refused(detail: string): Problem {
  return problem("address-refused", 422, "Nothing can be sent to this address", { detail, path: "url" });
}
