import { useParams, useSearchParams } from "@solidjs/router";
import { createSignal } from "solid-js";
import { findCustomer, listCustomers } from "../../device/views/queries.ts";
import { blankCustomer, type CustomerFields, customerFields } from "../../domain/customer/customer.ts";
import { customerCodeKey } from "../../domain/customer/customer-code.ts";
import { changesBetween, onlyFields } from "../../domain/field-changes.ts";
import { customerStream } from "../../domain/stream-key.ts";
import { newId } from "../../protocol/ids.ts";
import { IconCustomers } from "../design/icons.tsx";
import { createLive, valueOr } from "../workspace/create-live.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { CustomerFormFields } from "./CustomerFormFields.tsx";
import { catalogueWords } from "./catalogue-words.ts";
import { EditRecord, type Filled, RecordForm } from "./RecordForm.tsx";

const words = catalogueWords.customers;

/** Adds a customer, with or without a network; `?code=` is their code. */
export function NewCustomer() {
  const [search] = useSearchParams<{ readonly code?: string }>();
  // Drawn here and not in the props: a prop is read again each time, and each reading would draw another.
  const id = newId();
  return <CustomerForm id={id} before={undefined} code={search.code} />;
}

/** Changes a customer: only the fields that were changed are sent, so that two people's edits merge. */
export function EditCustomer() {
  const params = useParams<{ id: string }>();
  return (
    <EditRecord
      icon={IconCustomers}
      find={findCustomer}
      fieldsOf={({ customer }): CustomerFields => onlyFields(customer, customerFields)}
    >
      {(before) => <CustomerForm id={params.id} before={before()} />}
    </EditRecord>
  );
}

function CustomerForm(props: {
  readonly id: string;
  readonly before: CustomerFields | undefined;
  readonly code?: string | undefined;
}) {
  const workspace = useWorkspace();
  const isNew = () => props.before === undefined;
  const [fields, setFields] = createSignal(
    props.before ?? blankCustomer({ code: props.code ?? "", company: "" }),
  );
  const others = createLive(
    () => workspace.device,
    (device) => listCustomers(device.db),
  );
  const page = () => `/customers/${props.id}`;
  const twin = () => {
    const code = customerCodeKey(fields().code);
    // Imported lists may have two codes that differ only by case: a customer who has one keeps it.
    if (code === "" || fields().code.trim() === props.before?.code) return undefined;
    return valueOr(others(), []).find(
      ({ id, customer }) => id !== props.id && customerCodeKey(customer.code) === code,
    );
  };
  const read = (): Filled<CustomerFields> | undefined => {
    const after = trimmed(fields());
    if (after.company === "" || twin() !== undefined) return undefined;
    return {
      stream: customerStream(props.id),
      command: (seen) =>
        seen === undefined
          ? { type: "add-customer", data: after }
          : { type: "change-customer", data: { changes: changesBetween(seen, after) } },
      name: after.company,
      page: page(),
    };
  };
  const { back } = catalogueWords;
  return (
    <RecordForm
      title={isNew() ? words.newTitle : words.editTitle}
      back={isNew() ? { href: "/customers", label: back.customers } : { href: page(), label: back.customer }}
      may="customer-changed"
      before={props.before}
      read={read}
    >
      {(checked) => (
        <CustomerFormFields
          fields={fields()}
          onChange={setFields}
          isNew={isNew()}
          shipToBefore={props.before?.shipTo ?? null}
          takenBy={twin()?.customer.company}
          checked={checked()}
        />
      )}
    </RecordForm>
  );
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
