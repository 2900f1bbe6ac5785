import { createSignal, lazy, onCleanup, Show, Suspense } from "solid-js";
import { type Role, roles } from "../../domain/role.ts";
import type { Invite } from "../../protocol/joining-messages.ts";
import { createInvite } from "../../sync/calls/devices.ts";
import { Button } from "../design/Button.tsx";
import { Dialog } from "../design/Dialog.tsx";
import { Notice } from "../design/Notice.tsx";
import { SelectField } from "../design/SelectField.tsx";
import { useToasts } from "../design/Toasts.tsx";
import { act } from "../faults/act.ts";
import { joiningWords } from "../words/joining-words.ts";
import { roleWords } from "../words/role-words.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { deviceWords as words } from "./device-words.ts";

const QrCode = lazy(() => import("../design/QrCode.tsx").then((file) => ({ default: file.QrCode })));

/** Makes an invite for one device: choose what it may do, then show code, link and QR code while they work. */
export function InviteDialog(props: { readonly onClose: () => void }) {
  const workspace = useWorkspace();
  const [role, setRole] = createSignal<Role>("rep");
  const [invite, setInvite] = createSignal<Invite>();
  const [trouble, setTrouble] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);
  const make = async () => {
    setBusy(true);
    setTrouble(undefined);
    const result = await createInvite(workspace.device, role()).finally(() => setBusy(false));
    if (result.ok) setInvite(result.invite);
    else setTrouble(result.trouble);
  };
  return (
    <Dialog open title={words.inviteTitle} onClose={props.onClose}>
      <Show
        when={invite()}
        fallback={
          <form
            class="stack"
            onSubmit={(event) => {
              event.preventDefault();
              if (!busy()) act(make());
            }}
          >
            <SelectField
              label={words.role}
              hint={roleWords[role()].text}
              value={role()}
              options={roles.map((value) => ({ value, label: roleWords[value].name }))}
              onChange={setRole}
            />
            <Show when={trouble()}>
              {(code) => (
                <Notice tone="bad" title={joiningWords(code()).title} urgent>
                  <p>{joiningWords(code()).text}</p>
                </Notice>
              )}
            </Show>
            <div class="dialog-actions">
              <Button type="submit" variant="primary" busy={busy()}>
                {words.makeInvite}
              </Button>
            </div>
          </form>
        }
      >
        {(made) => <InviteShown invite={made()} onAgain={() => setInvite(undefined)} />}
      </Show>
    </Dialog>
  );
}

function InviteShown(props: { readonly invite: Invite; readonly onAgain: () => void }) {
  const workspace = useWorkspace();
  const toasts = useToasts();
  const [now, setNow] = createSignal(workspace.device.now());
  const timer = setInterval(() => setNow(workspace.device.now()), 1_000);
  onCleanup(() => clearInterval(timer));
  const expired = () => new Date(props.invite.expiresAt).getTime() <= now();
  const secure = () => /^https:|^http:\/\/(localhost|127\.0\.0\.1)[:/]/.test(props.invite.url);
  const copy = () => {
    navigator.clipboard.writeText(props.invite.url).then(
      () => toasts.show({ text: words.copied }),
      () => toasts.show({ text: words.notCopied, tone: "bad" }),
    );
  };
  return (
    <Show
      when={!expired()}
      fallback={
        <Notice tone="wait" title={words.expired} urgent>
          <div class="row">
            <Button variant="primary" onClick={() => props.onAgain()}>
              {words.makeInvite}
            </Button>
          </div>
        </Notice>
      }
    >
      <p>{words.scan}</p>
      <Show when={!secure()}>
        <Notice tone="wait" title={words.insecureLink} />
      </Show>
      <div class="invite">
        {/* Its own boundary: waiting for it in the screen's would take the open dialog out of the page. */}
        <Suspense>
          <QrCode text={props.invite.url} label={words.qr} />
        </Suspense>
      </div>
      <dl class="facts" data-kind="words">
        <dt>{words.code}</dt>
        <dd class="code" data-testid="invite-code">
          {props.invite.code}
        </dd>
        <dt>{words.link}</dt>
        <dd class="small">
          <a href={props.invite.url} data-testid="invite-link">
            {props.invite.url}
          </a>
        </dd>
      </dl>
      <div class="dialog-actions">
        <p class="soft">{words.expires(workspace.format().time(props.invite.expiresAt))}</p>
        <Button onClick={copy}>{words.copy}</Button>
      </div>
    </Show>
  );
}
