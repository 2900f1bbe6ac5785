import { Match, Show, Switch } from "solid-js";
import { IconImport, IconLock } from "../design/icons.tsx";
import { EmptyState, Notice } from "../design/Notice.tsx";
import { Loading, Page } from "../design/Page.tsx";
import { useFormScans } from "../scan/use-form-scans.ts";
import { useWorkspace } from "../workspace/workspace-context.tsx";
import { ChooseFiles } from "./ChooseFiles.tsx";
import { createImport, type ImportStage, useAllowedLists } from "./create-import.ts";
import "./import.css";
import { DoneStage, PreviewStage, RunningStage } from "./ImportStages.tsx";
import { importWords } from "./import-words.ts";

/**
 * Imports CSV lists: choose, see what will happen, import, see what happened. What an owner imports, and stock for
 * whoever handles goods.
 */
export function ImportScreen() {
  const workspace = useWorkspace();
  const lists = useAllowedLists();
  useFormScans();
  const allowed = () => lists().length > 0;
  return (
    <Page title={importWords.title} width="normal">
      <Show
        when={allowed()}
        fallback={
          <EmptyState icon={IconLock} title={importWords.onlyOwner.title} text={importWords.onlyOwner.text} />
        }
      >
        <Show
          when={workspace.settings()}
          fallback={
            <EmptyState
              icon={IconImport}
              title={importWords.noSettings.title}
              text={importWords.noSettings.text}
            />
          }
        >
          <Stages />
        </Show>
      </Show>
    </Page>
  );
}

function Stages() {
  const importing = createImport();
  const at = <Name extends ImportStage["stage"]>(name: Name) => {
    const stage = importing.stage();
    return stage.stage === name ? (stage as Extract<ImportStage, { stage: Name }>) : undefined;
  };
  return (
    <Switch>
      <Match when={at("choosing")}>
        <p class="soft">{importWords.intro}</p>
        <ChooseFiles onChoose={importing.choose} />
      </Match>
      <Match when={at("reading")}>
        <Loading rows={3} label={importWords.reading} />
      </Match>
      <Match when={at("checking")}>
        <Loading rows={3} label={importWords.checking} />
      </Match>
      <Match when={at("preview")}>
        {(stage) => (
          <PreviewStage
            files={stage().files}
            plan={stage().plan}
            onStart={importing.start}
            onReset={importing.reset}
          />
        )}
      </Match>
      <Match when={at("running")}>
        {(stage) => (
          <RunningStage progress={stage().progress} stopping={stage().stopping} onStop={importing.stop} />
        )}
      </Match>
      <Match when={at("done")}>
        {(stage) => <DoneStage plan={stage().plan} result={stage().result} onReset={importing.reset} />}
      </Match>
      <Match when={at("failed")}>
        <Notice tone="bad" title={importWords.failed.title} urgent>
          <p>{importWords.failed.text}</p>
        </Notice>
        <ChooseFiles onChoose={importing.choose} />
      </Match>
    </Switch>
  );
}
