import { consumerContract } from "./consumer-contract.ts";
import { joiningContract } from "./joining-contract.ts";
import { logContract } from "./log-contract.ts";
import type { RouteContract } from "./route-contract.ts";
import { statusContract } from "./status-contract.ts";
import { subscriptionContract } from "./subscription-contract.ts";

/** Every route of the API. A test fails for one that the server has and this table has not, and the other way round. */
export const routeTable: readonly RouteContract[] = [
  ...logContract,
  ...consumerContract,
  ...subscriptionContract,
  ...joiningContract,
  ...statusContract,
];
