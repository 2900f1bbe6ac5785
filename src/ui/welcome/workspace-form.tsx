import { useNavigate } from "@solidjs/router";
import { type Accessor, createEffect, createSignal, type JSX, on, onCleanup, Show } from "solid-js";
import { findSettings } from "../../device/views/queries.ts";
import type { WorkspaceFields } from "../../domain/workspace/workspace.ts";
import { Button } from "../design/Button.tsx";
import { TextField } from "../design/Field.tsx";
import { Notice } from "../design/Notice.tsx";
import { Page } from "../design/Page.tsx";
import { act } from "../faults/act.ts";
import { SettingsFields } from "../settings/SettingsFields.tsx";
import { settingsFieldWords } from "../settings/settings-words.ts";
import { joiningWords } from "../words/joining-words.ts";
import { useDeviceHolder } from "../workspace/device-context.tsx";
import { suggestDeviceName, suggestSettings } from "./browser-defaults.ts";
import { codeFromAddress } from "./code-from-address.ts";
import { InstallFirst } from "./InstallFirst.tsx";
import { welcomeWords as words } from "./welcome-words.ts";

/** What the three ways to begin ask, and whether somebody has tried to go on. */
export interface WorkspaceForm {
  readonly code: Accessor<string>;
  readonly setCode: (code: string) => void;
  readonly deviceName: Accessor<string>;
  readonly setDeviceName: (name: string) => void;
  readonly settings: Accessor<WorkspaceFields>;
  readonly setSettings: (settings: WorkspaceFields) => void;
  readonly checked: Accessor<boolean>;
  readonly setChecked: (checked: boolean) => void;
  readonly hasSettings: () => boolean;
  /** The settings as they are saved: trimmed, tax rates without a name left out. */
  readonly cleanSettings: () => WorkspaceFields;
}

/** The state of such a form, filled with what the browser suggests. */
export function createForm(initialCode: string): WorkspaceForm {
  const [code, setCode] = createSignal(initialCode);
  const [deviceName, setDeviceName] = createSignal(suggestDeviceName(navigator.userAgent));
  const [settings, setSettings] = createSignal(suggestSettings());
  const [checked, setChecked] = createSignal(false);
  return {
    code,
    setCode,
    deviceName,
    setDeviceName,
    settings,
    setSettings,
    checked,
    setChecked,
    hasSettings: () => settings().name.trim() !== "",
    cleanSettings: () => ({
      ...settings(),
      name: settings().name.trim(),
      taxRates: settings()
        .taxRates.map((rate) => ({ ...rate, name: rate.name.trim() }))
        .filter(({ name }) => name !== ""),
    }),
  };
}

/**
 * Such a form with the code of its address; a link that is opened over it, which changes the code alone, counts too.
 */
export function useFormOfAddress(): WorkspaceForm {
  const form = createForm(codeFromAddress(location.hash));
  const take = () => {
    const code = codeFromAddress(location.hash);
    if (code !== "") form.setCode(code);
  };
  addEventListener("hashchange", take);
  onCleanup(() => removeEventListener("hashchange", take));
  return form;
}

/** The settings of the work that was begun here without a server, if there is any; `found` gets them once. */
export function useLocalSettings(
  found: (settings: WorkspaceFields) => void,
): Accessor<WorkspaceFields | undefined> {
  const { boot } = useDeviceHolder();
  const [local, setLocal] = createSignal<WorkspaceFields>();
  createEffect(() => {
    const current = boot();
    if (current.status !== "open" || current.device.identity().joined !== undefined) return;
    findSettings(current.device.db).then((known) => {
      if (known === undefined) return;
      const { status: _status, ...settings } = known;
      setLocal(settings);
      found(settings);
    }, reportError);
  });
  return local;
}

interface FormPageProps {
  readonly title: string;
  readonly text: string;
  readonly submitLabel: string;
  /** What is done on this screen. */
  readonly toDo: "join" | "start" | "begin";
  readonly form: WorkspaceForm;
  readonly isComplete: () => boolean;
  /** Tries it; yields why it did not work. */
  readonly submit: () => Promise<string | undefined>;
  readonly local?: WorkspaceFields | undefined;
  readonly children: JSX.Element;
}

/** One such screen: its fields, what went wrong, and going on to the orders when it worked. */
export function FormPage(props: FormPageProps) {
  const navigate = useNavigate();
  const { boot } = useDeviceHolder();
  const [busy, setBusy] = createSignal(false);
  const [trouble, setTrouble] = createSignal<string>();
  // What was wrong with one code is not said of another.
  createEffect(on(props.form.code, () => setTrouble(undefined), { defer: true }));
  const back = () => ({ href: boot().status === "open" ? "/settings" : "/welcome", label: words.back });
  const complete = () => props.isComplete() && props.form.deviceName().trim() !== "";
  const submit = async () => {
    props.form.setChecked(true);
    if (busy() || !complete()) return;
    setBusy(true);
    setTrouble(undefined);
    const failed = await props.submit().catch((error: unknown) => {
      reportError(error);
      return "storage";
    });
    setBusy(false);
    if (failed === undefined) navigate("/orders", { replace: true });
    else setTrouble(failed);
  };
  return (
    <main class="frame-main">
      <Page title={props.title} back={back()} width="narrow">
        <p class="soft">{props.text}</p>
        <InstallFirst toDo={props.toDo} />
        <Show when={props.local}>
          <Notice title={words.local} />
        </Show>
        <form
          class="stack"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            act(submit());
          }}
        >
          {props.children}
          <Show when={trouble()} keyed>
            {(code) => (
              <Notice tone="bad" title={joiningWords(code).title} urgent>
                <p>{joiningWords(code).text}</p>
              </Notice>
            )}
          </Show>
          <Button type="submit" variant="primary" size="large" busy={busy()} wide>
            {busy() ? words.joining : props.submitLabel}
          </Button>
        </form>
      </Page>
    </main>
  );
}

/** The settings of a new business and the name of its first device. */
export function NewWorkspaceFields(props: { readonly form: WorkspaceForm; readonly currencyOpen: boolean }) {
  return (
    <>
      <SettingsFields
        value={props.form.settings()}
        onChange={props.form.setSettings}
        currencyOpen={props.currencyOpen}
        checked={props.form.checked()}
      />
      <DeviceNameField form={props.form} />
    </>
  );
}

/** What this device is called. */
export function DeviceNameField(props: { readonly form: WorkspaceForm }) {
  const missing = () => props.form.checked() && props.form.deviceName().trim() === "";
  return (
    <TextField
      label={words.deviceName}
      hint={words.deviceNameHint}
      value={props.form.deviceName()}
      onInput={props.form.setDeviceName}
      maxLength={200}
      error={missing() ? settingsFieldWords.required : undefined}
    />
  );
}
