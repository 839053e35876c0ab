import type { Piece, Step, Topic } from '../protocol.js';
import { button, element } from './elements.js';
import { pieceNames } from './words.js';

const pieces: readonly {
  readonly piece: Piece;
  readonly what: string;
  readonly topic: Topic;
  readonly text: string;
}[] = [
  {
    piece: 'app',
    what: 'token source, chat SDK',
    topic: 'source',
    text: 'The app: it keeps a token, and connects with it. It never sees the App Secret.',
  },
  {
    piece: 'server',
    what: 'token service, client',
    topic: 'endpoint',
    text: 'Your server: it knows who is signed in, stores tokens, and signs with the App Secret.',
  },
  {
    piece: 'api',
    what: 'API and chat, by the mock',
    topic: 'client',
    text: 'Nexconn, played by the mock: it checks signatures, issues tokens, and connects.',
  },
];

/** Draws the pieces; returns what lights those that take part in a step. */
export function drawPieces(
  place: HTMLElement,
  text: HTMLElement,
  onTopic: (topic: Topic) => void,
): (step: Step | undefined) => void {
  const boxes = new Map<Piece, HTMLElement>();
  for (const { piece, what, topic, text: said } of pieces) {
    const box = button('piece', '', () => {
      text.textContent = said;
      onTopic(topic);
    });
    box.append(element('strong', '', pieceNames[piece]), element('span', 'quiet', what));
    boxes.set(piece, box);
    if (place.children.length > 0) {
      const wire = element('span', 'wire');
      wire.setAttribute('aria-hidden', 'true');
      place.append(wire);
    }
    place.append(box);
  }
  const wires = [...place.querySelectorAll<HTMLElement>('.wire')];
  const order: readonly Piece[] = ['app', 'server', 'api'];

  return (step) => {
    for (const [piece, box] of boxes) box.classList.toggle('lit', step?.from === piece || step?.to === piece);
    const [from, to] = [order.indexOf(step?.from ?? 'app'), order.indexOf(step?.to ?? 'app')];
    wires.forEach((wire, index) => {
      const isOn = Math.min(from, to) <= index && index < Math.max(from, to);
      wire.className = isOn ? `wire lit ${from < to ? 'forth' : 'back'}` : 'wire';
    });
    text.textContent = step
      ? step.from === step.to
        ? `${pieceNames[step.from]}: ${step.text}`
        : `${pieceNames[step.from]} → ${pieceNames[step.to]}: ${step.text}`
      : 'Press one of them for its code.';
  };
}
