import { useSearchParams } from "@solidjs/router";
import { createMemo, createSignal, Match, Show, Switch } from "solid-js";
import { type EventFilter, type EventList as Listed, listEvents } from "../../device/views/events.ts";
import { schemaVersions } from "../../domain/upcast.ts";
import { Button } from "../design/Button.tsx";
import { IconSearch } from "../design/icons.tsx";
import { Keyed, List } from "../design/List.tsx";
import { EmptyState } from "../design/Notice.tsx";
import { Loading, Page } from "../design/Page.tsx";
import { SearchField } from "../design/SearchField.tsx";
import { SelectField } from "../design/SelectField.tsx";
import { eventWords as words } from "../words/event-words.ts";
import { createLive, valueOr } from "../workspace/create-live.ts";
import { Unreadable } from "../workspace/Unreadable.tsx";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { EventRow } from "./EventRow.tsx";
import "./events.css";

const step = { events: 50, segments: 20 };
const kinds = ["order", "allocation", "customer", "product", "stock", "level", "workspace"];

/** The log of this device, with what waits: filtered, searched, and read a piece at a time. */
export function EventList() {
  const workspace = useWorkspace();
  const [search, setSearch] = useSearchParams<Record<keyof EventFilter, string>>();
  const [steps, setSteps] = createSignal(1);
  const filter = createMemo<EventFilter>(() => ({
    ...wanted("kind"),
    ...wanted("type"),
    ...wanted("device"),
    ...wanted("text"),
  }));
  const asked = createMemo(() => ({ filter: filter(), steps: steps() }));
  const listed = createLive(
    asked,
    (key) =>
      listEvents(workspace.device.db, key.filter, {
        events: step.events * key.steps,
        segments: step.segments * key.steps,
      }),
    { keep: true },
  );
  const shown = () => valueOr(listed(), none);
  const devices = createMemo<readonly string[]>((before) => {
    const found = [...before, ...shown().events.map(({ device }) => device), filter().device ?? ""];
    return [...new Set(found)].filter((device) => device !== "");
  }, []);
  const change = (name: keyof EventFilter, value: string) => {
    setSteps(1);
    setSearch({ [name]: value === "" ? undefined : value }, { replace: true });
  };
  const types = () => Object.keys(schemaVersions);
  const deviceName = (id: string) =>
    id === workspace.device.identity().deviceId ? words.thisDevice : words.device(id);
  return (
    <Page title={words.title}>
      <p class="soft">{words.lead}</p>
      <SearchField
        label={words.search}
        placeholder={words.placeholder}
        value={text("text")}
        onInput={(value) => change("text", value)}
      />
      <div class="event-filters">
        <SelectField
          label={words.filters.kind}
          value={text("kind")}
          options={choices(kinds)}
          onChange={(value) => change("kind", value)}
        />
        <SelectField
          label={words.filters.type}
          value={text("type")}
          options={choices(types())}
          onChange={(value) => change("type", value)}
        />
        <SelectField
          label={words.filters.device}
          value={text("device")}
          options={choices(devices(), deviceName)}
          onChange={(value) => change("device", value)}
        />
      </div>
      <Switch>
        <Match when={listed().status === "failed"}>
          <Unreadable />
        </Match>
        <Match when={listed().status === "loading"}>
          <Loading />
        </Match>
        <Match when={shown().events.length === 0 && !shown().more}>
          <EmptyState icon={IconSearch} title={words.nothing.title} text={words.nothing.text} />
        </Match>
        <Match when={true}>
          <Show when={shown().events.length > 0}>
            <List label={words.list}>
              <Keyed each={shown().events} by={({ id }) => id}>
                {(event) => <EventRow event={event()} />}
              </Keyed>
            </List>
          </Show>
          <Show when={shown().more}>
            <p class="soft small" role="status">
              {words.looked(workspace.format().number(shown().looked))}
            </p>
            <Button wide onClick={() => setSteps((count) => count + 1)}>
              {words.further}
            </Button>
          </Show>
        </Match>
      </Switch>
    </Page>
  );

  function text(name: keyof EventFilter): string {
    return search[name] ?? "";
  }

  function wanted(name: keyof EventFilter): EventFilter {
    return text(name) === "" ? {} : { [name]: text(name) };
  }
}

const none: Listed = { events: [], looked: 0, more: false };

function choices(values: readonly string[], label: (value: string) => string = (value) => value) {
  return [
    { value: "", label: words.filters.any },
    ...values.map((value) => ({ value, label: label(value) })),
  ];
}
