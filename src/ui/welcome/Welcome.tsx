import { Show } from "solid-js";
import { ButtonLink } from "../design/Button.tsx";
import { IconForward } from "../design/icons.tsx";
import { List, ListRow } from "../design/List.tsx";
import { Logo } from "../design/Logo.tsx";
import { Notice } from "../design/Notice.tsx";
import { appWords } from "../words/app-words.ts";
import { welcomeWords as words } from "./welcome-words.ts";

/** The first screen on a device: three ways to begin. */
export function Welcome() {
  document.title = appWords.name;
  return (
    <main class="frame-main">
      <div class="page welcome" data-width="narrow">
        <header class="welcome-head">
          <Logo size={72} />
          <p class="welcome-name">{appWords.name}</p>
          <h1>{words.title}</h1>
          <p class="soft">{words.text}</p>
        </header>
        <ButtonLink variant="primary" size="large" href="/join" wide>
          {words.join.title}
        </ButtonLink>
        <p class="soft small welcome-under">{words.join.text}</p>
        <List label={words.title}>
          <ListRow href="/start" title={words.start.title} sub={words.start.text} side={<IconForward />} />
          <ListRow href="/begin" title={words.begin.title} sub={words.begin.text} side={<IconForward />} />
        </List>
        <Show when={!("serviceWorker" in navigator)}>
          <Notice tone="wait" title={appWords.noWorker} />
        </Show>
      </div>
    </main>
  );
}
