import { startWorkspace } from "../../sync/calls/joining.ts";
import { useDeviceHolder } from "../workspace/device-context.tsx";
import { CodeField, codeOf } from "./CodeField.tsx";
import { welcomeWords } from "./welcome-words.ts";
import { FormPage, NewWorkspaceFields, useFormOfAddress, useLocalSettings } from "./workspace-form.tsx";

const words = welcomeWords.startScreen;

/** Starts a business on the server with its setup code; this device becomes its owner. */
export function StartWorkspace() {
  const { enter } = useDeviceHolder();
  const form = useFormOfAddress();
  const local = useLocalSettings((settings) => form.setSettings(settings));
  const submit = async () => {
    const result = await startWorkspace({
      origin: location.origin,
      setupCode: codeOf(form) ?? "",
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
      toDo="start"
      form={form}
      isComplete={() => codeOf(form) !== undefined && form.hasSettings()}
      submit={submit}
      local={local()}
    >
      <CodeField form={form} label={words.code} hint={words.codeHint} />
      <NewWorkspaceFields form={form} currencyOpen={local() === undefined} />
    </FormPage>
  );
}
