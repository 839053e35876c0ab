import type { DemoEvent } from '../protocol.js';

/** How long the page may be hidden before it stops listening: a browser has six connections to one server. */
const hiddenMs = 5_000;
const retryMs = 1_500;

/** What listens to the server, and how it stands with it. */
export interface LiveOptions {
  readonly onEvent: (event: DemoEvent) => void;
  readonly onState: (state: 'live' | 'gone' | 'full') => void;
}

/** Listens to the events of the server: goes on where it was cut off, and rests while nobody looks. */
export function listen({ onEvent, onState }: LiveOptions): void {
  let source: EventSource | undefined;
  let lastId = '';
  let timer: ReturnType<typeof setTimeout> | undefined;

  function open(): void {
    close();
    const opened = new EventSource(`/demo/events?after=${encodeURIComponent(lastId)}`);
    source = opened;
    opened.onmessage = ({ data, lastEventId }) => {
      if (lastEventId !== '') lastId = lastEventId;
      const event = JSON.parse(data) as DemoEvent;
      if (event.type === 'hello') onState('live');
      onEvent(event);
    };
    opened.onerror = () => {
      // Where the answer was no stream, the browser does not try again.
      if (opened.readyState === EventSource.CLOSED) refused();
      else onState('gone');
    };
  }

  /** Too many pages are open where the server answers otherwise. */
  async function refused(): Promise<void> {
    clearTimeout(timer);
    timer = setTimeout(open, retryMs);
    const { ok } = await fetch('/healthz').catch(() => ({ ok: false }));
    onState(ok ? 'full' : 'gone');
  }

  function close(): void {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  }

  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer);
    if (document.visibilityState === 'hidden') timer = setTimeout(close, hiddenMs);
    else if (source === undefined || source.readyState === EventSource.CLOSED) open();
  });
  open();
}
