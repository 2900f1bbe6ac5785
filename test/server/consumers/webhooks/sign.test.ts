import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { drawSecret, signedHeaders } from "../../../../src/server/consumers/webhooks/sign.ts";

describe("a receiver can tell that it was us", () => {
  const now = new Date();
  const body = `{"text":"Grüße 日本 \u{1f4e6}"}`;

  test("by the secret that it was told, and by no other", () => {
    const secret = drawSecret();
    const headers = signedHeaders({ secret, former: null }, "msg_1", now, body);
    expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    expect(() => new Webhook(drawSecret()).verify(body, headers)).toThrow();
    expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow();
    expect(() => new Webhook(secret).verify(body, { ...headers, "webhook-id": "msg_2" })).toThrow();
  });

  test("by the old secret and the new one while it changes over, then by the new one only", () => {
    const [secret, old] = [drawSecret(), drawSecret()];
    const former = { secret: old, until: new Date(now.getTime() + 1).toISOString() };
    const during = signedHeaders({ secret, former }, "msg_1", now, body);
    for (const known of [secret, old]) expect(() => new Webhook(known).verify(body, during)).not.toThrow();
    const after = signedHeaders({ secret, former }, "msg_1", new Date(former.until), body);
    expect(() => new Webhook(secret).verify(body, after)).not.toThrow();
    expect(() => new Webhook(old).verify(body, after)).toThrow();
  });
});
