import { useNavigate } from "@solidjs/router";
import { type Accessor, createSignal, type JSX, Match, Show, Switch } from "solid-js";
import { seenAfter } from "../../domain/field-changes.ts";
import type { KnownCommand, KnownEvent } from "../../domain/kinds.ts";
import type { StreamKey } from "../../domain/stream-key.ts";
import { newId } from "../../protocol/ids.ts";
import { Button, ButtonLink } from "../design/Button.tsx";
import { type IconComponent, IconLock } from "../design/icons.tsx";
import { EmptyState } from "../design/Notice.tsx";
import { Loading, Page } from "../design/Page.tsx";
import { act } from "../faults/act.ts";
import { type FormScan, useFormScans } from "../scan/use-form-scans.ts";
import { conflictsIn } from "../workspace/conflicts-in.ts";
import { valueOr } from "../workspace/create-live.ts";
import { isDone } from "../workspace/use-send.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { catalogueWords } from "./catalogue-words.ts";
import { focusFirstFault } from "./focus-first-fault.ts";
import { NotHere } from "./RecordPage.tsx";
import { type FindRecord, useRecord } from "./use-record.ts";
import { useSave } from "./use-save.ts";

interface EditRecordProps<View, Fields> {
  readonly icon: IconComponent;
  readonly find: FindRecord<View>;
  readonly fieldsOf: (view: View) => Fields;
  readonly children: (before: Accessor<Fields>) => JSX.Element;
}

/** The form of the customer or product that the address names, once it is read. */
export function EditRecord<View extends object, Fields extends object>(props: EditRecordProps<View, Fields>) {
  const loaded = useRecord(props.find);
  // What the person saw when the form opened is what the changes are told against, whatever arrives meanwhile.
  const [opened, setOpened] = createSignal<Fields>();
  const before = () => {
    const view = valueOr(loaded(), undefined);
    return opened() ?? (view === undefined ? undefined : setOpened(() => props.fieldsOf(view)));
  };
  return (
    <Switch fallback={<NotHere icon={props.icon} />}>
      <Match when={before()}>{(fields) => props.children(fields)}</Match>
      <Match when={loaded().status === "loading"}>
        <Loading rows={4} />
      </Match>
    </Switch>
  );
}

/** What is saved of a form, where nothing is wrong with it. */
export interface Filled<Fields> {
  readonly stream: StreamKey;
  /** `seen` is what the person has seen of it last; undefined for one that is new. */
  readonly command: (seen: Fields | undefined) => KnownCommand;
  readonly name: string;
  /** Where to go when it is saved. */
  readonly page: string;
}

interface RecordFormProps<Fields> {
  readonly title: string;
  readonly back: { readonly href: string; readonly label: string };
  /** Who may record this may use the form. */
  readonly may: KnownEvent["type"];
  /** Undefined for one that is new. */
  readonly before: Fields | undefined;
  /** Undefined where something is wrong with what was filled in. */
  readonly read: () => Filled<Fields> | undefined;
  /** Takes what is scanned meanwhile; undefined for what it cannot take, absent where no field takes scans. */
  readonly takeScan?: (code: string) => FormScan | undefined;
  /** The fields; what is wrong with them is said once they are `checked`. */
  readonly children: (checked: Accessor<boolean>) => JSX.Element;
}

/** The form of a customer or a product: saves it once, and leads to its page. */
export function RecordForm<Fields extends object>(props: RecordFormProps<Fields>) {
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const save = useSave();
  const commandId = newId();
  let form: HTMLFormElement | undefined;
  let seen = props.before;
  const [checked, setChecked] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const submit = async () => {
    // What a scanner has just typed is not to be saved as typed by hand.
    await scans.settled();
    setChecked(true);
    const filled = props.read();
    if (filled === undefined) return focusFirstFault(form);
    if (busy()) return;
    setBusy(true);
    // A change that failed may be tried again after a correction: then it is another command.
    const id = seen === undefined ? { id: commandId } : {};
    const input = { ...id, stream: filled.stream, command: filled.command(seen) };
    const handled = await save(input, catalogueWords.saved(filled.name)).finally(() => setBusy(false));
    if (seen !== undefined) seen = seenAfter(seen, conflictsIn(handled));
    if (isDone(handled)) navigate(filled.page, { replace: true });
  };
  const isOpen = () => workspace.may(props.may) && !busy();
  const scans = useFormScans((code) => (isOpen() ? props.takeScan?.(code) : undefined));
  const { notAllowed } = catalogueWords;
  return (
    <Page title={props.title} width="narrow" back={props.back}>
      <Show
        when={workspace.may(props.may)}
        fallback={<EmptyState icon={IconLock} title={notAllowed.title} text={notAllowed.text} />}
      >
        <form
          class="stack"
          noValidate
          ref={(element) => {
            form = element;
          }}
          onSubmit={(event) => {
            event.preventDefault();
            act(submit());
          }}
        >
          {props.children(checked)}
          <div class="dialog-actions">
            <ButtonLink href={props.back.href}>{catalogueWords.cancel}</ButtonLink>
            <Button type="submit" variant="primary" busy={busy()}>
              {catalogueWords.save}
            </Button>
          </div>
        </form>
      </Show>
    </Page>
  );
}
