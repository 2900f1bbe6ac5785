import { useNavigate, useParams } from "@solidjs/router";
import { createSignal, Match, Show, Switch } from "solid-js";
import { findCustomer, listCustomers } from "../../device/views/queries.ts";
import { emptyAddress } from "../../domain/address.ts";
import { blankCustomer, type CustomerFields, customerFields } from "../../domain/customer/customer.ts";
import { customerCodeKey } from "../../domain/customer/customer-code.ts";
import { changesBetween, onlyFields, seenAfter } from "../../domain/field-changes.ts";
import { customerStream } from "../../domain/stream-key.ts";
import { newId } from "../../protocol/ids.ts";
import { limits } from "../../protocol/limits.ts";
import { AddressFields } from "../design/AddressFields.tsx";
import { Button, ButtonLink } from "../design/Button.tsx";
import { TextField } from "../design/Field.tsx";
import { IconCustomers, IconLock } from "../design/icons.tsx";
import { EmptyState } from "../design/Notice.tsx";
import { Loading, Page } from "../design/Page.tsx";
import { conflictsIn } from "../workspace/conflicts-in.ts";
import { createLive, valueOr } from "../workspace/create-live.ts";
import { isDone } from "../workspace/use-send.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import "./catalogue.css";
import { act } from "../faults/act.ts";
import { catalogueWords } from "./catalogue-words.ts";
import { focusFirstFault } from "./focus-first-fault.ts";
import { useSave } from "./use-save.ts";

const words = catalogueWords.customers;

/** Adds a customer, with or without a network. */
export function NewCustomer() {
  // Drawn here and not in the props: a prop is read anew each time, and each reading would draw another.
  const id = newId();
  return <CustomerForm id={id} before={undefined} />;
}

/** Changes a customer: only the fields that were changed are sent, so that two people's edits merge. */
export function EditCustomer() {
  const params = useParams<{ id: string }>();
  const workspace = useWorkspace();
  const loaded = createLive(
    () => params.id,
    (id) => findCustomer(workspace.device.db, id),
  );
  // What the person saw when the form opened is what the changes are told against, whatever arrives meanwhile.
  const [opened, setOpened] = createSignal<CustomerFields>();
  const before = () => {
    const view = valueOr(loaded(), undefined);
    return opened() ?? (view === undefined ? undefined : setOpened(fieldsOf(view.customer)));
  };
  return (
    <Switch
      fallback={
        <EmptyState
          icon={IconCustomers}
          title={catalogueWords.notHere.title}
          text={catalogueWords.notHere.text}
        />
      }
    >
      <Match when={before()}>{(fields) => <CustomerForm id={params.id} before={fields()} />}</Match>
      <Match when={loaded().status === "loading"}>
        <Loading rows={4} />
      </Match>
    </Switch>
  );
}

function CustomerForm(props: { readonly id: string; readonly before: CustomerFields | undefined }) {
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const save = useSave();
  const commandId = newId();
  let form: HTMLFormElement | undefined;
  const [fields, setFields] = createSignal(props.before ?? blankCustomer({ code: "", company: "" }));
  let seen = props.before;
  const [checked, setChecked] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const others = createLive(
    () => workspace.device,
    (device) => listCustomers(device.db),
  );
  const set = (change: Partial<CustomerFields>) => setFields((now) => ({ ...now, ...change }));
  const page = () => `/customers/${props.id}`;
  const twin = () => {
    const code = customerCodeKey(fields().code);
    // Lists may bring two codes that differ by case: whoever has one already keeps it.
    if (code === "" || fields().code.trim() === props.before?.code) return undefined;
    return valueOr(others(), []).find(
      ({ id, customer }) => id !== props.id && customerCodeKey(customer.code) === code,
    );
  };
  const twinError = () => {
    const other = twin();
    return other === undefined ? undefined : words.codeTaken(other.customer.company);
  };
  const submit = async () => {
    setChecked(true);
    const after = trimmed(fields());
    if (after.company === "" || twin() !== undefined) return focusFirstFault(form);
    if (busy()) return;
    setBusy(true);
    const stream = customerStream(props.id);
    const command =
      seen === undefined
        ? ({ type: "add-customer", data: after } as const)
        : ({ type: "change-customer", data: { changes: changesBetween(seen, after) } } as const);
    // A change that failed may be tried again after a correction: then it is another command.
    const id = seen === undefined ? { id: commandId } : {};
    const handled = await save({ ...id, stream, command }, catalogueWords.saved(after.company)).finally(() =>
      setBusy(false),
    );
    if (seen !== undefined) seen = seenAfter(seen, conflictsIn(handled));
    if (isDone(handled)) navigate(page(), { replace: true });
  };
  const title = () => (props.before === undefined ? words.newTitle : words.editTitle);
  const backHref = () => (props.before === undefined ? "/customers" : page());
  const backLabel = () =>
    props.before === undefined ? catalogueWords.back.customers : catalogueWords.back.customer;
  return (
    <Page title={title()} width="narrow" back={{ href: backHref(), label: backLabel() }}>
      <Show
        when={workspace.may("customer-changed")}
        fallback={
          <EmptyState
            icon={IconLock}
            title={catalogueWords.notAllowed.title}
            text={catalogueWords.notAllowed.text}
          />
        }
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
          <div class="card">
            <div class="fields">
              <TextField
                label={words.fields.company}
                value={fields().company}
                onInput={(company) => set({ company })}
                error={checked() && fields().company.trim() === "" ? words.needsCompany : undefined}
                maxLength={limits.shortText}
                focused={props.before === undefined}
                wide
              />
              <TextField
                label={words.fields.code}
                hint={words.fields.codeHint}
                value={fields().code}
                onInput={(code) => set({ code })}
                error={twinError()}
                maxLength={limits.shortText}
                optional
              />
              <TextField
                label={words.fields.contactName}
                value={fields().contactName}
                onInput={(contactName) => set({ contactName })}
                maxLength={limits.shortText}
                optional
              />
              <TextField
                label={words.fields.contactTitle}
                value={fields().contactTitle}
                onInput={(contactTitle) => set({ contactTitle })}
                maxLength={limits.shortText}
                optional
              />
              <TextField
                label={words.fields.email}
                type="email"
                inputMode="email"
                value={fields().email}
                onInput={(email) => set({ email })}
                maxLength={limits.shortText}
                optional
              />
              <TextField
                label={words.fields.phone}
                type="tel"
                inputMode="tel"
                value={fields().phone}
                onInput={(phone) => set({ phone })}
                maxLength={limits.shortText}
                optional
              />
            </div>
          </div>
          <fieldset class="card plain">
            <legend class="card-legend">{words.fields.address}</legend>
            <AddressFields value={fields().address} onChange={(address) => set({ address })} />
            <label class="check">
              <input
                type="checkbox"
                checked={fields().shipTo !== null}
                onChange={(event) =>
                  set({ shipTo: event.currentTarget.checked ? (props.before?.shipTo ?? emptyAddress) : null })
                }
              />
              {words.fields.shipTo}
            </label>
          </fieldset>
          <Show when={fields().shipTo}>
            {(shipTo) => (
              <fieldset class="card plain">
                <legend class="card-legend">{words.fields.shipToTitle}</legend>
                <AddressFields value={shipTo()} onChange={(next) => set({ shipTo: next })} />
              </fieldset>
            )}
          </Show>
          <div class="card">
            <TextField
              label={words.fields.note}
              hint={words.fields.noteHint}
              value={fields().note}
              onInput={(note) => set({ note })}
              maxLength={limits.longText}
              multiline
              optional
            />
          </div>
          <div class="dialog-actions">
            <ButtonLink href={backHref()}>{catalogueWords.cancel}</ButtonLink>
            <Button type="submit" variant="primary" busy={busy()}>
              {catalogueWords.save}
            </Button>
          </div>
        </form>
      </Show>
    </Page>
  );
}

function fieldsOf(customer: CustomerFields): CustomerFields {
  return onlyFields(customer, customerFields);
}

/** Texts without blanks around them, except the note, whose lines are the writer's own. */
function trimmed(fields: CustomerFields): CustomerFields {
  const { code, company, contactName, contactTitle, email, phone } = fields;
  const shipTo =
    fields.shipTo !== null && Object.values(fields.shipTo).every((part) => part.trim() === "")
      ? null
      : fields.shipTo;
  return {
    ...fields,
    code: code.trim(),
    company: company.trim(),
    contactName: contactName.trim(),
    contactTitle: contactTitle.trim(),
    email: email.trim(),
    phone: phone.trim(),
    shipTo,
  };
}
