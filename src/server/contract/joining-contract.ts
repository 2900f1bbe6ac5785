import {
  deviceChangeSchema,
  deviceSchema,
  devicesSchema,
  inviteRequestSchema,
  inviteSchema,
  joinedSchema,
  joinRequestSchema,
  startWorkspaceSchema,
} from "../../protocol/joining-messages.ts";
import { uuid } from "../../protocol/parsers.ts";
import { json, type RouteContract } from "./route-contract.ts";

const tag = "Workspaces and devices";

/** How devices come into a workspace, and what its owner does with them. */
export const joiningContract: readonly RouteContract[] = [
  {
    method: "POST",
    path: "/v1/workspaces",
    tag,
    summary: "Start a workspace as its first owner",
    words:
      "The device draws its id and its token, and stores them before it asks: the same asked again is answered the same.",
    askedBy: "guest",
    body: startWorkspaceSchema,
    answers: { 201: json("The workspace, and the device as its owner.", joinedSchema) },
    problems: { 403: ["wrong-code"], 409: ["device-cloned"], 410: ["code-used"], 429: ["rate-limited"] },
  },
  {
    method: "POST",
    path: "/v1/devices",
    tag,
    summary: "Join by an invite's code, or follow an own lost identity",
    words: "`successorOf` is asked with the old token in `authorization`; the role stays.",
    askedBy: "guest",
    body: joinRequestSchema,
    answers: { 201: json("The workspace, and the device in it.", joinedSchema) },
    problems: {
      401: ["unauthenticated", "unknown-token", "revoked"],
      403: ["wrong-code", "forbidden"],
      409: ["device-cloned"],
      410: ["code-used", "code-expired"],
      429: ["rate-limited"],
    },
  },
  {
    method: "POST",
    path: "/v1/invites",
    tag,
    summary: "Draw a code by which one device may join",
    askedBy: "owner",
    body: inviteRequestSchema,
    answers: { 201: json("The code: for one use, within its time.", inviteSchema) },
  },
  {
    method: "GET",
    path: "/v1/devices",
    tag,
    summary: "All devices that ever joined",
    askedBy: "owner",
    answers: { 200: json("The devices.", devicesSchema) },
  },
  {
    method: "PATCH",
    path: "/v1/devices/{id}",
    tag,
    summary: "Rename a device, or give it another role",
    words: "The workspace keeps at least one owner.",
    askedBy: "owner",
    params: { id: uuid },
    body: deviceChangeSchema,
    answers: { 200: json("The device as it is now.", deviceSchema) },
    problems: { 404: ["not-found"] },
  },
  {
    method: "DELETE",
    path: "/v1/devices/{id}",
    tag,
    summary: "Take a device's access away, for good",
    words: "The workspace keeps at least one owner.",
    askedBy: "owner",
    params: { id: uuid },
    answers: { 200: json("The device as it is now.", deviceSchema) },
    problems: { 404: ["not-found"] },
  },
];
