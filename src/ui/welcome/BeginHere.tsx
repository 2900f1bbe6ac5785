import { createLocalDevice } from "../../device/create-device.ts";
import { useDeviceHolder } from "../workspace/device-context.tsx";
import { welcomeWords } from "./welcome-words.ts";
import { createForm, FormPage, NewWorkspaceFields } from "./workspace-form.tsx";

const words = welcomeWords.beginScreen;

/** Begins a business on this device alone; a server can come later. */
export function BeginHere() {
  const { enter } = useDeviceHolder();
  const form = createForm("");
  const submit = async () => {
    try {
      enter(await createLocalDevice(form.cleanSettings(), form.deviceName().trim()));
      return undefined;
    } catch (error) {
      reportError(error);
      return "storage";
    }
  };
  return (
    <FormPage
      title={words.title}
      text={words.text}
      submitLabel={words.submit}
      toDo="begin"
      form={form}
      isComplete={form.hasSettings}
      submit={submit}
    >
      <NewWorkspaceFields form={form} currencyOpen />
    </FormPage>
  );
}
