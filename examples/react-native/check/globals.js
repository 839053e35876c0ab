// What React Native has around an app: a fetch over XMLHttpRequest without streams, and no part of a DOM. `send` is the network.
import { AbortController, AbortSignal } from 'abort-controller';

globalThis.window = globalThis;
globalThis.navigator = { product: 'ReactNative' };
globalThis.console ??= { log() {}, warn() {}, error() {}, assert() {} };
globalThis.performance ??= { now: () => Date.now() };
globalThis.AbortController = AbortController;
globalThis.AbortSignal = AbortSignal;

globalThis.XMLHttpRequest = class {
  readyState = 0;
  headers = {};
  open(method, url) {
    Object.assign(this, { method, url });
  }
  setRequestHeader(name, value) {
    this.headers[name] = value;
  }
  getAllResponseHeaders() {
    return this.answer.headers;
  }
  abort() {
    this.isAborted = true;
    this.onabort?.();
  }
  send(body) {
    const { method, url, headers } = this;
    globalThis.send({ method, url, headers, body }).then(
      (answer) => {
        if (this.isAborted) return;
        Object.assign(this, {
          answer,
          readyState: 4,
          status: answer.status,
          statusText: '',
          responseText: answer.text,
        });
        this.onload();
      },
      () => this.isAborted || this.onerror(),
    );
  }
};
