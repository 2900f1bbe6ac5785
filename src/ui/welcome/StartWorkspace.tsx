import { startWorkspace } from "../../sync/joining.ts";
import { useDeviceHolder } from "../app/device-context.tsx";
import { TextField } from "../design/Field.tsx";
import { settingsFieldWords, welcomeWords } from "../words/welcome-words.ts";
import { codeFromAddress } from "./code-from-address.ts";
import { createForm, FormPage, NewWorkspaceFields, useLocalSettings } from "./workspace-form.tsx";

const words = welcomeWords.startScreen;

/** Starts a business on the server with its setup code; this device becomes its owner. */
export function StartWorkspace() {
  const { enter } = useDeviceHolder();
  const form = createForm(codeFromAddress(location.hash));
  const local = useLocalSettings((settings) => form.setSettings(settings));
  const submit = async () => {
    const result = await startWorkspace({
      origin: location.origin,
      setupCode: form.code().trim(),
      deviceName: form.deviceName().trim(),
      settings: form.cleanSettings(),
    });
    if (!result.ok) return result.trouble;
    enter(result.device);
    return undefined;
  };
  return (
    <FormPage
      title={words.title}
      text={words.text}
      submitLabel={words.submit}
      form={form}
      isComplete={() => form.code().trim() !== "" && form.hasSettings()}
      submit={submit}
      local={local()}
    >
      <TextField
        label={words.code}
        hint={words.codeHint}
        value={form.code()}
        onInput={form.setCode}
        maxLength={100}
        error={form.checked() && form.code().trim() === "" ? settingsFieldWords.required : undefined}
      />
      <NewWorkspaceFields form={form} currencyOpen={local() === undefined} />
    </FormPage>
  );
}
