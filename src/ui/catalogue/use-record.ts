import { useParams } from "@solidjs/router";
import type { Accessor } from "solid-js";
import type { DeviceDatabase } from "../../device/storage/database.ts";
import { createLive, type Loaded } from "../workspace/create-live.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";

/** How a customer or a product is looked up; undefined where it is not here. */
export type FindRecord<View> = (db: DeviceDatabase, id: string) => Promise<View | undefined>;

/** The customer or product that the address names. */
export function useRecord<View>(find: FindRecord<View>): Accessor<Loaded<View | undefined>> {
  const params = useParams<{ id: string }>();
  const workspace = useWorkspace();
  return createLive(
    () => params.id,
    (id) => find(workspace.device.db, id),
  );
}
