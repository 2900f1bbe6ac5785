import { TextField } from "../design/Field.tsx";
import { settingsFieldWords } from "../settings/settings-words.ts";
import { readCode } from "./read-code.ts";
import { codeWords } from "./welcome-words.ts";
import type { WorkspaceForm } from "./workspace-form.tsx";

/** Longer than any link with a code in it. */
const textMax = 2_000;

/** The code of a form, typed or pasted with the whole link around it. */
export function CodeField(props: {
  readonly form: WorkspaceForm;
  readonly label: string;
  readonly hint: string;
  readonly focused?: boolean;
}) {
  const write = (text: string) => {
    const { code, server } = readCode(text);
    props.form.setCode(server === location.origin && code !== "" ? code : text);
  };
  return (
    <TextField
      label={props.label}
      hint={props.hint}
      value={props.form.code()}
      onInput={write}
      maxLength={textMax}
      focused={props.focused ?? false}
      error={codeError(props.form)}
    />
  );
}

/** The code alone; undefined while there is none for this server. */
export function codeOf(form: WorkspaceForm): string | undefined {
  const { code, server } = readCode(form.code());
  return code !== "" && (server === undefined || server === location.origin) ? code : undefined;
}

function codeError(form: WorkspaceForm): string | undefined {
  const { code, server } = readCode(form.code());
  if (server !== undefined && server !== "" && server !== location.origin) return codeWords.elsewhere(server);
  if (server !== undefined && code === "") return codeWords.none;
  return form.checked() && code === "" ? settingsFieldWords.required : undefined;
}
