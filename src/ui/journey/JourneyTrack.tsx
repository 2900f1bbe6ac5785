import { For, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { Hop, Journey } from "../../device/views/journey.ts";
import {
  IconCheck,
  type IconComponent,
  IconEdit,
  IconHere,
  IconOffline,
  IconSent,
  IconStock,
  IconWait,
} from "../design/icons.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { betweenWords, hopDetail, hopWords, journeyWords as words } from "./journey-words.ts";

/**
 * The way of one step as a drawing that is a list: on a phone from top to bottom, on a wide screen from left to right.
 * Between two hops it says how long it took; time without a network is drawn as a gap, and says so in words.
 */
export function JourneyTrack(props: { readonly journey: Journey }) {
  const workspace = useWorkspace();
  const time = (hop: Hop, index: number) => {
    const format = workspace.format();
    const before = props.journey.hops[index - 1];
    const sameDay = before !== undefined && format.dayOf(before.at) === format.dayOf(hop.at);
    return sameDay ? format.time(hop.at) : format.dateTime(hop.at);
  };
  return (
    <ol class="journey" aria-label={words.drawing}>
      <For each={props.journey.hops}>
        {(hop, index) => (
          <li
            class="journey-hop"
            data-hop={hop.hop}
            data-offline={isOffline(hop) ? "" : undefined}
            data-short={isShort(hop) ? "" : undefined}
          >
            <Show when={index() > 0}>
              <span class="journey-leg">
                <Show when={isOffline(hop)}>
                  <IconOffline />
                </Show>
                {betweenWords(hop, workspace.format())}
              </span>
            </Show>
            <span class="journey-mark">
              <Dynamic component={icons[hop.hop]} />
            </span>
            <span class="journey-words">
              <strong>{hopWords(hop)}</strong>
              <time datetime={hop.at}>{time(hop, index())}</time>
              <Show when={hopDetail(hop, workspace.format())}>
                {(detail) => <span class="soft small">{detail()}</span>}
              </Show>
            </span>
          </li>
        )}
      </For>
      <Show when={props.journey.waits}>
        <li class="journey-hop" data-hop="waiting" data-offline="">
          <span class="journey-leg" />
          <span class="journey-mark">
            <IconWait />
          </span>
          <span class="journey-words">
            <strong>{workspace.joined() ? words.stillWaiting : words.stillOnlyHere}</strong>
          </span>
        </li>
      </Show>
    </ol>
  );
}

const icons: Readonly<Record<Hop["hop"], IconComponent>> = {
  taken: IconEdit,
  saved: IconCheck,
  accepted: IconSent,
  answered: IconStock,
  seen: IconHere,
};

function isOffline(hop: Hop): boolean {
  return hop.hop === "accepted" && hop.offlineMs > 0;
}

function isShort(hop: Hop): boolean {
  return hop.hop === "answered" && hop.answer.said === "short";
}
