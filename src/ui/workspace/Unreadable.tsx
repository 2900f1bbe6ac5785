import { onMount } from "solid-js";
import { Button } from "../design/Button.tsx";
import { Obstacle } from "../design/Obstacle.tsx";
import { appWords } from "../words/app-words.ts";
import { useDeviceHolder } from "./device-context.tsx";

/** A live query failed: the device did not give its data back. */
export function Unreadable() {
  const holder = useDeviceHolder();
  onMount(() => holder.lookAtStorage());
  return (
    <Obstacle title={appWords.notSaved.title} text={appWords.notSaved.text}>
      <Button variant="primary" onClick={() => location.reload()}>
        {appWords.failed.reload}
      </Button>
    </Obstacle>
  );
}
