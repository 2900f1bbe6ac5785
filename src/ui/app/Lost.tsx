import { findCurrentWorkspace, forgetWorkspace } from "../../device/storage/registry.ts";
import { Button } from "../design/Button.tsx";
import { Obstacle } from "../design/Obstacle.tsx";
import { act } from "../faults/act.ts";
import { lostWords } from "./lost-words.ts";

/** The browser has lost the database that this device worked in: what was sent is on the server. */
export function Lost() {
  const begin = async () => {
    const lost = await findCurrentWorkspace();
    if (lost !== undefined) await forgetWorkspace(lost.id);
    location.assign("/");
  };
  return (
    <main class="frame-main">
      <Obstacle title={lostWords.title} text={lostWords.text} steps={lostWords.steps}>
        <Button variant="primary" onClick={() => act(begin())}>
          {lostWords.begin}
        </Button>
      </Obstacle>
    </main>
  );
}
