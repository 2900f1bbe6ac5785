import { type JSX, Match, Switch } from "solid-js";
import { ButtonLink } from "../design/Button.tsx";
import { type IconComponent, IconLock } from "../design/icons.tsx";
import { EmptyState } from "../design/Notice.tsx";
import { Page } from "../design/Page.tsx";
import { useWorkspace } from "./workspace-context.tsx";

interface OwnersOnlyProps {
  readonly icon: IconComponent;
  readonly words: {
    readonly title: string;
    readonly alone: { readonly title: string; readonly text: string };
    readonly toSettings: string;
    readonly notOwner: { readonly title: string; readonly text: string };
  };
  readonly children: JSX.Element;
}

/** A screen of what the server keeps for owners: everybody else, and a device without a server, is told why not. */
export function OwnersOnly(props: OwnersOnlyProps) {
  const workspace = useWorkspace();
  const isOwner = () => workspace.device.identity().joined?.role === "owner";
  return (
    <Switch fallback={props.children}>
      <Match when={!workspace.joined()}>
        <Page title={props.words.title}>
          <EmptyState icon={props.icon} title={props.words.alone.title} text={props.words.alone.text}>
            <ButtonLink variant="primary" href="/settings">
              {props.words.toSettings}
            </ButtonLink>
          </EmptyState>
        </Page>
      </Match>
      <Match when={!isOwner()}>
        <Page title={props.words.title}>
          <EmptyState icon={IconLock} title={props.words.notOwner.title} text={props.words.notOwner.text} />
        </Page>
      </Match>
    </Switch>
  );
}
