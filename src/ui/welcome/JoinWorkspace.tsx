import { joinWorkspace } from "../../sync/calls/joining.ts";
import { useToasts } from "../design/Toasts.tsx";
import { useDeviceHolder } from "../workspace/device-context.tsx";
import { CodeField, codeOf } from "./CodeField.tsx";
import { welcomeWords } from "./welcome-words.ts";
import { DeviceNameField, FormPage, useFormOfAddress, useLocalSettings } from "./workspace-form.tsx";

const words = welcomeWords.joinScreen;

/** Joins a business with an invite's code, from its link or typed. */
export function JoinWorkspace() {
  const { enter } = useDeviceHolder();
  const toasts = useToasts();
  const form = useFormOfAddress();
  const local = useLocalSettings(() => {});
  const submit = async () => {
    const wanted = {
      origin: location.origin,
      code: codeOf(form) ?? "",
      deviceName: form.deviceName().trim(),
    };
    const result = await joinWorkspace(wanted);
    if (!result.ok) return result.trouble;
    if (result.kept !== undefined) toasts.show({ text: words.kept, tone: "bad" });
    enter(result.device);
    return undefined;
  };
  return (
    <FormPage
      title={words.title}
      text={words.text}
      submitLabel={words.submit}
      toDo="join"
      form={form}
      isComplete={() => codeOf(form) !== undefined}
      submit={submit}
      local={local()}
    >
      <CodeField form={form} label={words.code} hint={words.codeHint} focused={form.code() === ""} />
      <DeviceNameField form={form} />
    </FormPage>
  );
}
