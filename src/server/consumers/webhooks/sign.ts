import { createHmac, randomBytes } from "node:crypto";
import type { SubscriptionRow } from "../../store/subscriptions.ts";

const prefix = "whsec_";

/** A fresh secret of a subscription: 256 bits, written as Standard Webhooks writes them. */
export function drawSecret(): string {
  return `${prefix}${randomBytes(32).toString("base64")}`;
}

/**
 * The headers of Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`. While a
 * secret is being replaced both sign, so that a receiver may change over at any moment.
 */
export function signedHeaders(
  { secret, former }: Pick<SubscriptionRow, "secret" | "former">,
  id: string,
  now: Date,
  body: string,
): Readonly<Record<"webhook-id" | "webhook-timestamp" | "webhook-signature", string>> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const isFormerGood = former !== null && now.toISOString() < former.until;
  const secrets = isFormerGood ? [secret, former.secret] : [secret];
  const signatures = secrets.map((one) => {
    const key = Buffer.from(one.slice(prefix.length), "base64");
    return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
  });
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
}
