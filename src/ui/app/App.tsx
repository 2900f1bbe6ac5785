import { Navigate, Route, Router, type RouteSectionProps } from "@solidjs/router";
import { ErrorBoundary, For, type JSX, lazy, Match, Suspense, Switch } from "solid-js";
import { Loading } from "../design/Page.tsx";
import { ToastProvider } from "../design/Toasts.tsx";
import type { ServiceWorkerClient } from "../pwa/service-worker-client.ts";
import { ScanNotesProvider } from "../scan/scan-notes.tsx";
import { screens } from "../screens.ts";
import { appWords } from "../words/app-words.ts";
import { CatalogueProvider } from "../workspace/catalogue-context.tsx";
import { DeviceProvider, useDeviceHolder } from "../workspace/device-context.tsx";
import { WorkspaceProvider } from "../workspace/workspace-context.tsx";
import { FaultWatch } from "./FaultWatch.tsx";
import { missingFeatures } from "./missing-features.ts";
import {
  HeldUp,
  InsecureOrigin,
  NoStorage,
  NotFound,
  OlderBrowser,
  ScreenFailed,
  TooOld,
} from "./Problems.tsx";
import { Shell } from "./Shell.tsx";
import { StorageLost } from "./StorageLost.tsx";

/** Rarely needed, so it is loaded on demand. */
const Lost = lazy(() => import("./Lost.tsx").then((module) => ({ default: module.Lost })));

/** The whole app: what is in the way, or the screens. */
export function App(props: { readonly worker: ServiceWorkerClient }) {
  if (!window.isSecureContext) return <InsecureOrigin />;
  const missing = missingFeatures(window);
  if (missing.length > 0) return <OlderBrowser missing={missing} />;
  const inShell = (route: RouteSectionProps) => (
    <WithWorkspace>
      <Shell worker={props.worker}>{route.children}</Shell>
    </WithWorkspace>
  );
  const routed = screens.map((screen) => ({ ...screen, component: lazy(screen.load) }));
  return (
    <DeviceProvider>
      <Router root={Root}>
        <For each={routed.filter(({ outside }) => outside)}>
          {(screen) => <Route path={[...screen.paths]} component={screen.component} />}
        </For>
        <Route component={inShell}>
          <Route path="/" component={() => <Navigate href="/orders" />} />
          <For each={routed.filter(({ outside }) => !outside)}>
            {(screen) => <Route path={[...screen.paths]} component={screen.component} />}
          </For>
          <Route path="*" component={NotFound} />
        </Route>
      </Router>
    </DeviceProvider>
  );
}

function Root(props: RouteSectionProps) {
  const holder = useDeviceHolder();
  return (
    <ToastProvider>
      <FaultWatch />
      <StorageLost />
      <ErrorBoundary fallback={(error: unknown) => <ScreenFailed error={error} />}>
        <Switch fallback={<Suspense fallback={<Opening />}>{props.children}</Suspense>}>
          <Match when={holder.boot().status === "opening"}>
            <Opening />
          </Match>
          <Match when={holder.boot().status === "held-up"}>
            <HeldUp />
          </Match>
          <Match when={holder.boot().status === "no-storage"}>
            <NoStorage />
          </Match>
          <Match when={holder.boot().status === "too-old"}>
            <TooOld />
          </Match>
          <Match when={holder.boot().status === "lost"}>
            <Suspense fallback={<Opening />}>
              <Lost />
            </Suspense>
          </Match>
        </Switch>
      </ErrorBoundary>
    </ToastProvider>
  );
}

function Opening() {
  return (
    <main class="frame-main">
      <Loading label={appWords.opening} />
    </main>
  );
}

/** The screens of an open workspace; on a device that has none, the welcome. */
function WithWorkspace(props: { readonly children: JSX.Element }) {
  const holder = useDeviceHolder();
  const device = () => {
    const boot = holder.boot();
    return boot.status === "open" ? boot.device : undefined;
  };
  return (
    <Switch fallback={<Navigate href="/welcome" />}>
      <Match when={device()} keyed>
        {(open) => (
          <WorkspaceProvider device={open}>
            <CatalogueProvider>
              <ScanNotesProvider>{props.children}</ScanNotesProvider>
            </CatalogueProvider>
          </WorkspaceProvider>
        )}
      </Match>
    </Switch>
  );
}
